"""The head and the foot of the page: what the incident is, where it stands, how long it took."""

from __future__ import annotations

from incident_state import __version__
from incident_state.documents import document
from incident_state.report.lanes import archived, until
from incident_state.report.markup import Markup, element
from incident_state.state import progress
from incident_state.views.moments import clock, length
from incident_state.views.response_times import meanings
from incident_state.views.view import View

# A description may be a whole pasted log.
MAX_DESCRIPTION = 4_000
NAMED = {
    "detect": "Time to detect",
    "acknowledge": "Time to acknowledge",
    "mitigate": "Time to mitigate",
    "resolve": "Time to resolve",
    "duration": "Duration",
}


def heading(view: View) -> Markup:
    """Severity, status, title, description, times; of an open incident where it stands."""
    state = view.state
    severity = element("span", state.severity, class_=f"severity {state.severity.lower()}")
    other = state.declared if state.declared not in {None, state.severity} else None
    declared = f" (declared {other})" if other else None
    return element(
        "header",
        element("p", severity, declared, " ", _status(view), class_="status"),
        element("h1", view.title, dir="auto"),
        _description(view),
        element("p", *_moments(view), class_="moments"),
        _figures(view),
        _standing(view),
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


def _description(view: View) -> Markup | None:
    text = document.clean(view.state.incident)
    if text == view.title:
        return None
    whole = len(text) <= MAX_DESCRIPTION
    return element("p", text if whole else f"{text[:MAX_DESCRIPTION]} …", class_="description")


def _moments(view: View) -> list[Markup | str]:
    state = view.state
    shown: list[Markup | str] = [
        element("span", state.incident_id, class_="id"),
        f" · reported {clock(state.started_at)}",
    ]
    if view.ended_at is not None:
        word = "closed" if state.closed is not None else "complete"
        shown.append(f" · {word} {clock(view.ended_at, state.started_at)}")
    elif archived(view):
        shown.append(f" · archived {clock(until(view), state.started_at)}")
    else:
        shown.append(f" · still open as of {clock(view.now)}")
    for name, at in (
        ("onset", view.facts.onset),
        ("mitigated", view.facts.mitigated_at),
        ("resolved", view.facts.resolved_at),
    ):
        shown.append(f" · {name} {clock(at, state.started_at) if at else 'unknown'}")
    return shown


def _figures(view: View) -> Markup:
    groups = []
    for name, meaning in meanings(view.times.since).items():
        value = getattr(view.times, name)
        open_still = name == "duration" and not view.times.over
        so_far = element("small", " so far") if open_still else None
        known = None if value is not None else "unknown"
        groups.append(
            element(
                "div",
                element("dt", NAMED[name]),
                element("dd", length(value), so_far, class_=known),
                element("dd", meaning, class_="meaning"),
            )
        )
    return element("dl", *groups, class_="figures")


def _standing(view: View) -> Markup | None:
    """What an open incident waits for, what runs, what failed; why a closed one was closed."""
    state = view.state
    if state.closed is not None:
        return element("p", f"Closed early: {document.plain(state.closed)}", class_="standing")
    if view.ended_at is not None:
        return None
    lines = [f"{name} failed: {document.plain(reason)}" for _, name, reason in view.failures]
    lines += [
        f"{each.name} is in flight since {clock(each.span.began, view.now)}."
        for each in view.running
    ]
    if not lines:
        lines = [f"{progress.sentence(progress.due_now(state))}."]
    if state.paused:
        lines.insert(0, "Paused: nothing new is launched.")
    if view.update_due is not None:
        due = "due" if view.update_due > view.now else "was due"
        lines.append(f"Next public update {due} {clock(view.update_due, view.now)}.")
    return element("ul", *(element("li", line) for line in lines), class_="standing")
