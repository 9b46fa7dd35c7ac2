"""A session as people look at it: worked out once, shown by the terminal and by the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from incident_state import workflow as flow
from incident_state.documents import document
from incident_state.prompts import ending
from incident_state.prompts.question import Question
from incident_state.session.session import Session
from incident_state.state import facts, progress, updates
from incident_state.state.model import State
from incident_state.state.timeline import Event
from incident_state.views import work
from incident_state.views.response_times import ResponseTimes, Span, finished_at, measured, pauses

Mark = Literal["done", "running", "lost", "failed", "due", "open"]

# What somebody decided or said.
DECISIVE = frozenset(
    "decided closed paused resumed severity reopened remark onset mitigated resolved".split()
)


@dataclass(frozen=True)
class Row:
    """A step, a checkpoint or the rollback: how far it is, and since when or when it was done.

    What is in flight is `lost` where nobody is known to work on it.
    """

    name: str
    title: str
    mark: Mark
    at: datetime | None = None


@dataclass(frozen=True)
class Phase:
    """One of the five phases with its rows; `current` is where the incident stands."""

    number: int
    title: str
    current: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Facts:
    """What is true of the incident as far as it was said, and what is left to do at its end."""

    onset: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    outcome: facts.Outcome | None
    last_words: str
    follow_ups: tuple[str, ...]
    success_criteria: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """Everything that is shown of a session at a moment."""

    state: State
    now: datetime
    title: str
    phases: tuple[Phase, ...]
    running: tuple[work.Attempt, ...]
    failures: tuple[tuple[flow.StepKey, str, str], ...]
    decisions: tuple[Event, ...]
    changes: tuple[str, str] | None
    question: Question | None
    update_due: datetime | None
    times: ResponseTimes
    facts: Facts
    ended_at: datetime | None
    attempts: tuple[work.Attempt, ...]
    waits: tuple[work.Wait, ...]
    pauses: tuple[Span, ...]


def look(session: Session, state: State) -> View:
    """The session's view now; `changes` is the newest ACTIVE_CHANGES with its document's name."""
    now = session.now()
    made = work.with_presence(state, now)
    return View(
        state=state,
        now=now,
        title=document.title(state.incident),
        phases=_phases(state, {each.key for each in made if each.lost}),
        running=tuple(each for each in made if each.span.ended is None),
        failures=_failures(state),
        decisions=tuple(event for event in state.timeline if event.kind in DECISIVE),
        changes=session.active_changes(state),
        question=session.question(state),
        update_due=updates.due(state),
        times=measured(state, now),
        facts=_facts(session, state),
        ended_at=finished_at(state),
        attempts=made,
        waits=work.waits(state),
        pauses=pauses(state),
    )


def _failures(state: State) -> tuple[tuple[flow.StepKey, str, str], ...]:
    """What has failed and waits for a person; in an incident that is over nothing does."""
    failed = {} if state.status == "complete" else progress.failures(state)
    return tuple((key, work.step_name(key), reason) for key, reason in failed.items())


def _facts(session: Session, state: State) -> Facts:
    over = state.status == "complete"
    texts = session.texts(state.files_created) if over else {}
    return Facts(
        onset=facts.onset(state),
        mitigated_at=facts.on_its_clock(state, "mitigated"),
        resolved_at=facts.on_its_clock(state, "resolved"),
        outcome=facts.outcome(state),
        last_words=ending.last_words(state) if over else "",
        follow_ups=ending.follow_ups(state, texts) if over else (),
        success_criteria=ending.success_criteria(state) if over else (),
    )


def _phases(state: State, lost: set[flow.StepKey]) -> tuple[Phase, ...]:
    return tuple(
        Phase(
            number,
            title,
            number == state.current_phase and state.status != "complete",
            tuple(rows),
        )
        for number, title in enumerate(flow.PHASE_TITLES, start=1)
        if (rows := _rows(state, number, lost))
    )


def _rows(state: State, phase: int, lost: set[flow.StepKey]) -> list[Row]:
    workflow = flow.load()
    keys: list[flow.StepKey] = [n for n in workflow.in_phase(phase) if _matters(state, n)]
    rolled = state.rollback is not None or "rollback" in state.steps
    if phase == workflow.rollback.phase and rolled:
        keys.append("rollback")
    rows = [_row(state, key, lost=key in lost) for key in keys]
    for checkpoint in workflow.checkpoints:
        approved = state.approved.get(checkpoint.number)
        if state.closed is not None and approved is None:
            approved = _closed_at(state, checkpoint.number)
        if checkpoint.phase == phase and (approved or state.closed is None):
            here = state.current_step == f"checkpoint-{checkpoint.number}"
            mark: Mark = "done" if approved else "due" if here else "open"
            rows.append(Row(f"Checkpoint {checkpoint.number}", checkpoint.title, mark, approved))
    return rows


def _matters(state: State, number: int) -> bool:
    """Whether the step is shown: what a closed incident has not begun is no debt of it."""
    return state.closed is None or state.record(number).began_at is not None


def _closed_at(state: State, checkpoint: int) -> datetime | None:
    """When a closed incident was closed at that checkpoint; None if it was not there."""
    found = (e for e in reversed(state.timeline) if e.checkpoint == checkpoint and e.decision)
    return next((e.at for e in found), None)


def _row(state: State, key: flow.StepKey, *, lost: bool) -> Row:
    step, record = flow.load().step(key), state.record(key)
    name = "Rollback" if key == "rollback" else f"{key}"
    if record.completed:
        return Row(name, step.title, "done", record.completed.at)
    if record.failure:
        return Row(name, step.title, "failed")
    if record.run:
        return Row(name, step.title, "lost" if lost else "running", record.run.since)
    return Row(name, step.title, "due" if key in progress.due(state) else "open")
