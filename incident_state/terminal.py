"""What a person sees of a session: where it stands, what was decided, what to type."""

from __future__ import annotations

import json
import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from incident_state import documents, progress
from incident_state import workflow as flow
from incident_state.errors import NoSession
from incident_state.session import Session
from incident_state.state import State, iso
from incident_state.upcoming import Answer

SHORT_FORMS = frozenset({"approve", "request-changes", "rollback", "pause", "retry"})
MARKS = {"done": "✔", "running": "▶", "failed": "✘", "due": "●", "open": "·"}


def as_json(session: Session, state: State) -> str:
    """The session's nine fields and what a program asks beside them, as one JSON object."""
    active = session.active_changes(state)
    running = progress.running(state)
    data = {
        **state.nine(),
        "incident_id": state.incident_id,
        "declared_severity": state.declared,
        "owner": state.owner,
        "running": [{"step": key, "since": iso(run.since)} for key, run in running.items()],
        "failures": [{"step": k, "reason": r} for k, r in progress.failures(state).items()],
        "active_changes": active[1] if active else None,
    }
    return json.dumps(data, ensure_ascii=False)


def show(session: Session, state: State, answer: Answer | None) -> None:
    """The picture of the session on standard output; `answer` adds what is next, what to type."""
    console = _console()
    console.print(_heading(state))
    console.print(_progress(state))
    for title, lines in (
        ("In flight", _running(session, state)),
        ("Failed", [f"{_name(k)}: {r}" for k, r in progress.failures(state).items()]),
        ("Decided", _decided(state)),
        ("Changed in production", _active(session, state)),
        ("Next", _next(session, state, answer) if answer else []),
    ):
        _section(console, title, lines)


def say(session: Session, answer: Answer) -> None:
    """What is next, for the person who has just decided something at a terminal."""
    try:
        state = session.load()
    except NoSession:
        sys.stdout.write(f"{answer.text}\n")
        return
    _section(_console(), "Recorded. Next", _next(session, state, answer))


def _console() -> Console:
    return Console(file=sys.stdout, highlight=False)


def _section(console: Console, title: str, lines: list[str]) -> None:
    if lines:
        console.print(Text(title, style="bold"))
    for line in lines:
        # A command must be copied whole, so the terminal wraps lines, not we.
        console.print(Text(f"  {line}"), soft_wrap=True)


def _heading(state: State) -> Text:
    text = Text()
    text.append(
        f"{state.severity} ", style="bold red" if state.severity in {"P0", "P1"} else "bold"
    )
    text.append(documents.first_line(state.incident), style="bold")
    text.append(
        f"\n{state.incident_id}, {state.status.replace('_', ' ')}, since {iso(state.started_at)}"
    )
    return text


def _progress(state: State) -> Table:
    workflow = flow.load()
    table = Table(box=None, show_header=False, padding=(0, 1))
    for phase, title in enumerate(flow.PHASE_TITLES, start=1):
        style = "bold" if phase == state.current_phase and state.status != "complete" else ""
        table.add_row("", Text(f"Phase {phase}", style=style), Text(title, style=style))
        for number in workflow.in_phase(phase):
            mark = _mark(state, number)
            table.add_row(MARKS[mark], str(number), workflow.step(number).title)
        if phase == workflow.rollback.phase and _touched(state):
            table.add_row(MARKS[_mark(state, "rollback")], "", "Rollback")
        for checkpoint in workflow.checkpoints:
            if checkpoint.phase == phase:
                done = checkpoint.number in state.approved
                here = state.current_step == f"checkpoint-{checkpoint.number}"
                mark = "done" if done else "due" if here else "open"
                name = f"Checkpoint {checkpoint.number}: {checkpoint.title}"
                table.add_row(MARKS[mark], "", name)
    return table


def _touched(state: State) -> bool:
    return state.rollback is not None or "rollback" in state.steps


def _mark(state: State, key: flow.StepKey) -> str:
    record = state.record(key)
    if record.completed:
        return "done"
    if record.failure:
        return "failed"
    if record.run:
        return "running"
    return "due" if key in progress.due(state) else "open"


def _running(session: Session, state: State) -> list[str]:
    lines = []
    for key, run in progress.running(state).items():
        minutes = max(0, int((session.now() - run.since).total_seconds() // 60))
        fail = session.command("fail", str(key), "--reason", "agent hangs")
        lines.append(f"{_name(key)} for {minutes} min, since {iso(run.since)}")
        lines += ["if it hangs, stop its agent in Claude Code, then run:", f"  {fail}"]
    return lines


def _decided(state: State) -> list[str]:
    return [
        f"{iso(e.at)} {e.text}"
        + (f" ({e.decision.user})" if e.decision and e.decision.user else "")
        for e in state.timeline
        if e.kind in {"decided", "closed", "paused", "resumed", "severity", "reopened"}
    ]


def _active(session: Session, state: State) -> list[str]:
    active = session.active_changes(state)
    return [line for line in active[1].splitlines() if line.strip()] if active else []


def _next(session: Session, state: State, answer: Answer) -> list[str]:
    if answer.kind == "complete":
        return answer.text.splitlines()[1:]
    if answer.kind == "paused":
        return [f"paused; it goes on with: {session.command('resume')}"]
    if answer.kind == "reopen":
        again = session.command("reopen", "--from", "<N>", "--note", "<what to change>")
        return ["say in Claude Code what to change, or here, from the earliest step N:", again]
    question = session.question(state)
    if question is not None:
        lines = [*question.shown.splitlines(), ""]
        for label, text in question.options:
            lines += [f"{label}: {text}", f"  {session.command(*_answer_words(label))}"]
        return lines
    return [
        f"{progress.sentence(progress.due_now(state))}.",
        "Go on in Claude Code, in this project, by typing: /incident-response",
    ]


def _answer_words(label: str) -> tuple[str, ...]:
    """The helper's words that give this answer: its short form where it has one."""
    short = label.lower().replace(" ", "-")
    return (short,) if short in SHORT_FORMS else ("decide", label)


def _name(key: flow.StepKey) -> str:
    return progress.sentence(flow.load().step(key).label)
