"""The head and the foot of the page: what the incident is, where it stands, how long it took."""

from __future__ import annotations

from datetime import datetime, timezone

from incident_state import __version__
from incident_state.documents import document
from incident_state.report.lanes import archived, until
from incident_state.report.markup import Markup, element
from incident_state.report.outage import SUMMARIES, Shelf, elapsed, over, quoted
from incident_state.state import progress
from incident_state.views.moments import clock, length
from incident_state.views.view import View

# A description may be a whole pasted log.
MAX_DESCRIPTION = 4_000
RESPONSE = {
    "detect": ("Time to detect", "from the onset until it was reported"),
    "acknowledge": (
        "Time to acknowledge",
        "from the report until step 1 had classified it, pauses taken out",
    ),
    "duration": (
        "Workflow, start to end",
        "from the report until the workflow was complete or closed, pauses taken out",
    ),
}


def heading(view: View, shelf: Shelf) -> Markup:
    """What happened, to whom, whether it is over, both clocks; of an open one where it stands."""
    state = view.state
    severity = element("span", state.severity, class_=f"severity {state.severity.lower()}")
    other = state.declared if state.declared not in {None, state.severity} else None
    declared = f" (declared {other})" if other else None
    summary = quoted(shelf, SUMMARIES)
    return element(
        "header",
        element("p", severity, declared, " ", _status(view), class_="status"),
        element("h1", view.title, dir="auto"),
        element("p", over(view), class_="over"),
        element("div", summary, class_="summary") if summary else None,
        _standing(view),
        _description(view, folded=summary is not None),
        _clocks(view),
        element("p", *_moments(view), class_="moments"),
    )


def foot(view: View) -> Markup:
    """When the page was made, by what, and what its figures mean."""
    return element(
        "footer",
        element(
            "p",
            f"As of {clock(view.now)}, by incident-state {__version__}. All times are UTC. "
            "Secrets that were recognised are masked.",
        ),
    )


def _status(view: View) -> str:
    state = view.state
    ended = (view.facts.outcome or "how it ended was not recorded").replace("-", " ")
    if state.closed is not None:
        return f"Closed early ({ended})"
    if archived(view):
        return "Archived unfinished"
    if state.status == "complete":
        return ended[:1].upper() + ended[1:]
    return "Open, paused" if state.status == "paused" else "Open"


def _description(view: View, *, folded: bool) -> Markup | None:
    text = document.clean(view.state.incident)
    if text == view.title:
        return None
    shown = text if len(text) <= MAX_DESCRIPTION else f"{text[:MAX_DESCRIPTION]} …"
    typed = element("p", shown, class_="description", dir="auto")
    return element("details", element("summary", "As it was typed"), typed) if folded else typed


def _moments(view: View) -> list[Markup | str]:
    state = view.state
    shown: list[Markup | str] = [
        element("span", state.incident_id, class_="id"),
        f" · typed {clock(state.started_at)}",
    ]
    if view.ended_at is not None:
        word = "closed" if state.closed is not None else "workflow complete"
        shown.append(f" · {word} {clock(view.ended_at, state.started_at)}")
    elif archived(view):
        shown.append(f" · archived {clock(until(view), state.started_at)}")
    else:
        shown.append(f" · still open as of {clock(view.now)}")
    return shown


def _clocks(view: View) -> Markup:
    """The outage by the incident's clock, and beside it the response by the workflow's."""
    known = view.facts
    onset = known.onset.astimezone(timezone.utc) if known.onset else None
    began = (f"{onset:%H:%M} UTC", f"{onset:%Y-%m-%d}") if onset else (None, "nobody has said")
    outage = [
        _figure("Began", *began),
        _figure("Users better off", *_after(view, known.mitigated_at)),
        _figure("Resolved", *_after(view, known.resolved_at)),
    ]
    response = []
    for name, (label, meaning) in RESPONSE.items():
        span = getattr(view.times, name)
        so_far = " so far" if name == "duration" and not view.times.over else ""
        shown = None if span is None else f"{length(span)}{so_far}"
        response.append(_figure(label, shown, meaning))
    return element(
        "div",
        element("h2", "The outage"),
        element("dl", *outage, class_="figures outage"),
        element("h2", "The response"),
        element("dl", *response, class_="figures response"),
        class_="clocks",
    )


def _after(view: View, moment: datetime | None) -> tuple[str | None, str]:
    """How long after the onset that was, and when; when alone, where the onset is not known."""
    if moment is None:
        return None, "nobody has said"
    took, at = elapsed(view, moment)
    return (took, f"at {at}") if took else (at, "onset unknown")


def _figure(label: str, value: str | None, meaning: str) -> Markup:
    unknown = "unknown" if value is None else None
    return element(
        "div",
        element("dt", label),
        element("dd", value or "unknown", class_=unknown),
        element("dd", meaning, class_="meaning"),
    )


def _standing(view: View) -> Markup | None:
    """What an open incident waits for, what runs, what failed; why a closed one was closed."""
    state = view.state
    if state.closed is not None:
        return element("p", f"Closed early: {document.plain(state.closed)}", class_="standing")
    if view.ended_at is not None:
        return None
    lines = [f"{name} failed: {document.plain(reason)}" for _, name, reason in view.failures]
    lines += [f"{each.name} is in flight for {each.standing(view.now)}." for each in view.running]
    if not lines:
        lines = [f"{progress.sentence(progress.due_now(state))}."]
    if state.paused:
        lines.insert(0, "Paused: nothing new is launched.")
    if view.update_due is not None:
        due = "due" if view.update_due > view.now else "was due"
        lines.append(f"Next public update {due} {clock(view.update_due, view.now)}.")
    return element("ul", *(element("li", line) for line in lines), class_="standing")
