"""The picture of a session: where it stands, what runs, what is changed, what comes next."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from incident_state.documents import document
from incident_state.errors import DiskError, NoSession
from incident_state.prompts import question
from incident_state.prompts.next import Answer
from incident_state.session.session import Session
from incident_state.state import closing, progress, timeline
from incident_state.state.timeline import Event
from incident_state.terminal.screen import command, heading, indented, item, show
from incident_state.views.events import where
from incident_state.views.moments import clock, length
from incident_state.views.view import Phase, Row, View, look

SHORT_FORMS = frozenset({"approve", "request-changes", "rollback", "pause", "retry"})
MARKS = {"done": "✔", "running": "▶", "failed": "✘", "due": "●", "open": "·"}
STYLES = {"done": "green", "running": "cyan", "failed": "red", "due": "yellow", "open": "dim"}
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
    return [*shown, "", _progress(view)]


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


def _progress(view: View) -> Table:
    """A line a phase; the one where the incident stands has a line a step."""
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), collapse_padding=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for phase in view.phases:
        title = f"Phase {phase.number}  {phase.title}"
        if not phase.current:
            table.add_row(_mark(_whole(phase)), title, _line(phase.rows))
            continue
        table.add_row(_mark(_whole(phase)), Text(title, style="bold"), "")
        for row in phase.rows:
            name = row.title if row.name.isdigit() else f"{row.name}: {row.title}"
            number = f"{row.name:>2}" if row.name.isdigit() else "  "
            text = Text.assemble("  ", _mark(row.mark), f" {number} {name}")
            table.add_row("", text, _since(view, row))
    return table


def _whole(phase: Phase) -> str:
    marks = [row.mark for row in phase.rows]
    if all(mark == "done" for mark in marks):
        return "done"
    return next((m for m in ("failed", "running", "due") if m in marks), "open")


def _line(rows: Iterable[Row]) -> Text:
    parts: list[Text | str] = []
    for row in rows:
        short = row.name.replace("Checkpoint ", "checkpoint ")
        parts += [_mark(row.mark), f" {short}  "]
    return Text.assemble(*parts)


def _mark(mark: str) -> Text:
    return Text(MARKS[mark], style=STYLES[mark])


def _since(view: View, row: Row) -> str:
    if row.at is None:
        return ""
    return length(view.now - row.at) if row.mark == "running" else clock(row.at, view.now)


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


def upcoming(session: Session, view: View, answer: Answer) -> list[RenderableType]:
    """What comes next, and what a person types for it."""
    state = view.state
    if answer.kind == "unread":
        return [indented(line) for line in answer.text.splitlines()]
    if answer.kind == "complete":
        return _over(session, view)
    if answer.kind == "paused":
        return [indented("Paused; it goes on with:"), command(session.command("resume"))]
    if answer.kind == "reopen":
        numbers = answer.data["from"]
        earliest = "<N>" if len(numbers) > 1 else str(numbers[0])
        again = session.command("reopen", "--from", earliest, "--note", "<your words>")
        said = "Say in Claude Code what to change, or here, from the earliest step N:"
        if len(numbers) == 1:
            said = "Say in Claude Code what changed, or here:"
        return [indented(said), command(again)]
    if view.question is not None:
        shown: list[RenderableType] = [indented(line) for line in view.question.told]
        for label, text in view.question.options:
            option = Text.assemble((label, "bold"), f": {text}")
            shown += [indented(option), command(session.command(*words_of(label)), 4)]
        if view.question.kind == "closing":
            own = session.command("close", "--reason", "<why>")
            back = session.command("decide", closing.BACK)
            shown += [indented("In your own words:"), command(own, 4)]
            shown += [indented("Back to the checkpoint:"), command(back, 4)]
        return shown
    if answer.kind == "running":
        return _waiting(view)
    due = f"{progress.sentence(progress.due_now(state))}."
    return [indented(f"{due} Go on in Claude Code, in this project: /incident-response")]


def _over(session: Session, view: View) -> list[RenderableType]:
    """What is left of an incident that is over, its page, and how a closed one goes on."""
    shown: list[RenderableType] = [indented(f"- {line}") for line in view.facts.follow_ups]
    shown += [indented("A page of it to mail or print:"), command(session.command("report"))]
    if view.state.closed is not None:
        shown += [indented("To go on where it was:"), command(session.command("reopen"))]
    return shown


def _waiting(view: View) -> list[RenderableType]:
    """What a person types while work is in flight: nothing, if somebody is at work on all of it."""
    if all(each.at_work for each in view.running):
        names = " and ".join(each.name for each in view.running)
        return [indented(f"{names} at work: nothing is to be typed until that has ended.")]
    lines = []
    for each in view.running:
        if each.presence and not each.at_work:
            told = f"{each.name} may have nobody at work on it"
            told = f"{each.name} has nobody at work on it" if each.presence.kind == "gone" else told
            lines.append(f"{told}: {each.presence.told(view.now)}.")
    gone = all(each.presence and each.presence.kind == "gone" for each in view.running)
    if not gone:
        lines.append("Where its client is still open, look there first (/tasks). Else:")
    lines.append("Go on in Claude Code, in this project: /incident-response")
    return [indented(line) for line in lines]


def words_of(label: str) -> tuple[str, ...]:
    """The helper's words that give this answer: its short form where it has one."""
    if label == "Close":
        return ("close", "--reason", "<why>")
    short = label.lower().replace(" ", "-")
    return (short,) if short in SHORT_FORMS else question.words_of(label)


def say(session: Session, answer: Answer) -> None:
    """What is next, for the person who has just decided something at a terminal."""
    try:
        next_lines = upcoming(session, look(session, session.look()), answer)
    except (DiskError, NoSession):
        show(answer.text)
        return
    show(heading("Recorded. Next"), *next_lines)
