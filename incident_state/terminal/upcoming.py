"""What comes next, for the person at a terminal: what they type, here or in Claude Code."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from incident_state.errors import DiskError, NoSession
from incident_state.prompts import question
from incident_state.prompts.next import Answer
from incident_state.session.session import Session
from incident_state.state import closing, progress
from incident_state.terminal.screen import command, heading, indented, show
from incident_state.views.view import View, look

SHORT_FORMS = frozenset({"approve", "request-changes", "rollback", "pause", "retry"})


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
    if not any(each.lost for each in view.running):
        names = " and ".join(each.name for each in view.running)
        return [indented(f"{names} at work: nothing is to be typed until that has ended.")]
    lines = []
    for each in view.running:
        if lost := each.lost:
            has = "has" if lost.kind == "gone" else "may have"
            lines.append(f"{each.name} {has} nobody at work on it: {lost.told(view.now)}.")
    if not all(each.lost and each.lost.kind == "gone" for each in view.running):
        lines.append("Where its client is still open, look there first (/tasks). Else:")
    lines.append("Go on in Claude Code, in this project: /incident-response")
    return [indented(line) for line in lines]


def words_of(label: str) -> tuple[str, ...]:
    """The helper's words that give this answer: its short form where it has one."""
    if label == "Close":
        return ("close", "--reason", "<why>")
    short = label.lower().replace(" ", "-")
    return (short,) if short in SHORT_FORMS else question.words_of(label)


def say(session: Session, answer: Answer, title: str = "Recorded. Next") -> None:
    """What is next, for the person at a terminal who has just decided something, or asks."""
    try:
        next_lines = upcoming(session, look(session, session.look()), answer)
    except (DiskError, NoSession):
        show(answer.text)
        return
    show(heading(title), *next_lines)
