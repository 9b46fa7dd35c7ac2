"""The picture of a session: where it stands, what runs, what is changed, what comes next."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from incident_state.documents import document
from incident_state.prompts.next import Answer
from incident_state.session.session import Session
from incident_state.state import timeline
from incident_state.state.timeline import Event
from incident_state.terminal import phases
from incident_state.terminal.screen import (
    command,
    heading,
    indented,
    item,
)
from incident_state.terminal.upcoming import upcoming
from incident_state.views.events import where
from incident_state.views.moments import clock, length
from incident_state.views.view import View

URGENT = frozenset({"P0", "P1"})
# The rest is in the timeline.
DECISIONS = 5
# Characters of the incident's description, which may be a whole pasted log.
DESCRIPTION = 1_000


def picture(session: Session, view: View, answer: Answer | None) -> list[RenderableType]:
    """The whole picture; `answer` is what comes next, None for a session of the archive."""
    shown = [*top(view), *_running(session, view), *_failed(view)]
    shown += [*changes(view), *_decisions(session, view), *_update(session, view)]
    shown += _record(view)
    if answer is not None:
        return [*shown, "", heading("Next"), *upcoming(session, view, answer)]
    bring = session.command("restore", view.state.incident_id)
    return [*shown, "", heading("Archived"), indented("To bring it back:"), command(bring)]


def top(view: View) -> list[RenderableType]:
    """Heading and progress: what stands at the head of every picture."""
    state = view.state
    text = Text()
    style = "bold red" if state.severity in URGENT else "bold"
    text.append(f"{state.severity}  ", style=style)
    text.append(view.title, style="bold")
    took = length(view.times.duration)
    lasts = f"took {took}" if view.ended_at else f"{took} so far"
    reported = f"reported {clock(state.started_at, view.now)}"
    line = f"{state.incident_id}, {status(view)}; {reported}, {lasts}"
    shown: list[RenderableType] = [text]
    if state.closed is not None:
        shown.append(f"Closed: {document.plain(state.closed)}")
    shown += [line, facts(view)]
    whole = document.clean(state.incident)
    if whole != view.title:
        shown.append(indented(whole[:DESCRIPTION] + ("…" if len(whole) > DESCRIPTION else "")))
    return [*shown, "", *phases.progress(view)]


def status(view: View) -> str:
    """Where the session stands, or how its incident ended, in a word or two."""
    state = view.state
    if state.status != "complete":
        return state.status.replace("_", " ")
    ended = (view.facts.outcome or "outcome unknown").replace("-", " ")
    return f"closed early ({ended})" if state.closed is not None else ended


def facts(view: View) -> str:
    """What is true of the incident, as far as somebody said so."""
    known = view.facts
    onset, mitigated, resolved = (
        clock(at, view.now) if at else "unknown"
        for at in (known.onset, known.mitigated_at, known.resolved_at)
    )
    return f"Onset {onset}, mitigated {mitigated}, resolved {resolved}"


def _running(session: Session, view: View) -> list[RenderableType]:
    if not view.running:
        return []
    lines: list[RenderableType] = ["", heading("In flight")]
    lines += [indented(f"{each.name}: {each.standing(view.now)}") for each in view.running]
    hanging = [each for each in view.running if each.presence and each.presence.kind != "gone"]
    if hanging:
        ending = "If one hangs, stop its agent in Claude Code (/tasks), then run this and retry:"
        lines.append(indented(ending))
    for each in hanging:
        lines.append(command(session.command("fail", str(each.key), "--reason", "agent hangs")))
    return lines


def _failed(view: View) -> list[RenderableType]:
    if not view.failures:
        return []
    told = [indented(f"{name}: {reason}") for _, name, reason in view.failures]
    return ["", heading("Failed"), *told]


def changes(view: View) -> list[RenderableType]:
    """What is live in production because of the incident, each with the command that undoes it."""
    if view.changes is None:
        return []
    name, text = view.changes
    lines = [line for line in document.plain(text).splitlines() if line.strip()]
    return ["", heading(f"Changed in production ({name})"), *map(item, lines)]


def _record(view: View) -> list[RenderableType]:
    """What a person should know of the record itself: not sealed, put back, asked no more."""
    told = timeline.unsealed(view.state.timeline)
    lines = [f"{told.text}."] if told else []
    healed = sum(event.kind == "healed" for event in view.state.timeline)
    if healed:
        lines.append(f"Changed and put back {healed} time{'s' * (healed > 1)}: see the timeline.")
    if view.state.consents:
        lines.append(f"Let go ahead, not asked about again: {', '.join(view.state.consents)}.")
    return ["", heading("Record"), *map(indented, lines)] if lines else []


def _decisions(session: Session, view: View) -> list[RenderableType]:
    if not view.decisions:
        return []
    lines: list[RenderableType] = ["", heading("Decided")]
    if (earlier := len(view.decisions) - DECISIONS) > 0:
        lines.append(indented(f"{earlier} earlier: see {session.command('timeline')}"))
    return lines + [indented(decision(event, view)) for event in view.decisions[-DECISIONS:]]


def decision(event: Event, view: View) -> str:
    """A decision in a line: when, what, by whom and where."""
    by = event.decision
    told = [part for part in (by.user, where(event)) if part] if by else []
    said = "said: " if event.kind == "remark" else ""
    text = f"{clock(event.at, view.now)}  {said}{event.text}"
    return f"{text} ({', '.join(told)})" if told else text


def _update(session: Session, view: View) -> list[RenderableType]:
    if view.update_due is None:
        return []
    late = view.now - view.update_due
    over = late.total_seconds() > 0
    how = f"overdue by {length(late)}" if over else f"in {length(-late)}"
    due = Text(f"due {clock(view.update_due, view.now)}, {how}", style="yellow" if over else "")
    sent = session.command("note", "--update", "<what it said>")
    told = "; once it went out:"
    return ["", heading("Public update"), indented(due.append(told)), command(sent)]
