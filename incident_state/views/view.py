"""A session as people look at it: worked out once, shown by the terminal and by the report."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from incident_state.views.moments import clock, length
from incident_state.views.presence import Presence, presence
from incident_state.views.response_times import ResponseTimes, Span, finished_at, measured, pauses

Mark = Literal["done", "running", "failed", "due", "open"]

# What somebody decided or said.
DECISIVE = frozenset(
    "decided closed paused resumed severity reopened remark onset mitigated resolved".split()
)


@dataclass(frozen=True)
class Row:
    """A step, a checkpoint or the rollback: how far it is, and since when or when it was done."""

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
class Attempt:
    """An agent at work on a step: which attempt, from when to when, how it ended.

    `presence` is of one in flight alone.
    """

    key: flow.StepKey
    name: str
    number: int
    span: Span
    ended: Literal["completed", "failed", "agent-ended"] | None
    presence: Presence | None = None

    @property
    def at_work(self) -> bool:
        """Whether it is in flight, and somebody is there who works on it."""
        return self.presence is not None and self.presence.kind == "there"

    def standing(self, now: datetime) -> str:
        """How long it has been in flight, and what speaks against somebody being at work on it."""
        began = self.span.began
        doubt = self.presence.told(now) if self.presence else ""
        return f"{length(now - began)}, since {clock(began, now)}" + (f"; {doubt}" * bool(doubt))


@dataclass(frozen=True)
class Wait:
    """A checkpoint that waited for a person, and what they chose."""

    checkpoint: int
    span: Span
    label: str | None


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
    running: tuple[Attempt, ...]
    failures: tuple[tuple[flow.StepKey, str, str], ...]
    decisions: tuple[Event, ...]
    changes: tuple[str, str] | None
    question: Question | None
    update_due: datetime | None
    times: ResponseTimes
    facts: Facts
    ended_at: datetime | None
    attempts: tuple[Attempt, ...]
    waits: tuple[Wait, ...]
    pauses: tuple[Span, ...]


def look(session: Session, state: State) -> View:
    """The session's view now; `changes` is the newest ACTIVE_CHANGES with its document's name."""
    now = session.now()
    made = _with_presence(state, now)
    return View(
        state=state,
        now=now,
        title=document.title(state.incident),
        phases=_phases(state),
        running=tuple(each for each in made if each.span.ended is None),
        failures=tuple(
            (key, step_name(key), reason) for key, reason in progress.failures(state).items()
        ),
        decisions=tuple(event for event in state.timeline if event.kind in DECISIVE),
        changes=session.active_changes(state),
        question=session.question(state),
        update_due=updates.due(state),
        times=measured(state, now),
        facts=_facts(session, state),
        ended_at=finished_at(state),
        attempts=made,
        waits=waits(state),
        pauses=pauses(state),
    )


def _with_presence(state: State, now: datetime) -> tuple[Attempt, ...]:
    """Each launch of a step; of one in flight also whether somebody is at work on it."""
    flying = progress.running(state)
    return tuple(
        replace(each, presence=presence(flying[each.key], now))
        if each.span.ended is None and each.key in flying
        else each
        for each in attempts(state)
    )


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


def step_name(key: flow.StepKey) -> str:
    """The step as a heading has it: `Step 4`, `The rollback`."""
    return progress.sentence(flow.load().step(key).label)


def attempts(state: State) -> tuple[Attempt, ...]:
    """Each launch of a step, in order, with the end that the timeline has for it."""
    made: list[Attempt] = []
    for event in state.timeline:
        if event.step is None:
            continue
        if event.kind == "launched":
            name = step_name(event.step)
            made.append(Attempt(event.step, name, event.attempt or 1, Span(event.at), None))
        elif event.kind == "completed" or event.kind == "failed" or event.kind == "agent-ended":  # noqa: PLR1714 - the type of `kind` is narrowed so
            latest = max((at for at, each in enumerate(made) if each.key == event.step), default=0)
            for at, each in enumerate(made):
                if each.key != event.step:
                    continue
                if each.span.ended is None:
                    span = Span(each.span.began, event.at)
                    made[at] = replace(each, span=span, ended=event.kind)
                elif at == latest and each.ended == "agent-ended":
                    # What came of it is known only after its agent has ended.
                    made[at] = replace(each, ended=event.kind)
    over = finished_at(state)
    if over is None:
        return tuple(made)
    # Closing ends what is in flight without a line of its own.
    return tuple(
        each
        if each.span.ended is not None
        else replace(each, span=Span(each.span.began, over), ended="agent-ended")
        for each in made
    )


def waits(state: State) -> tuple[Wait, ...]:
    """How long each checkpoint waited for a person, from the end of its phase's last step."""
    workflow = flow.load()
    # The second one is reached when 05-investigation.md is assembled, not with a step.
    last: dict[flow.StepKey, int] = {
        workflow.in_phase(c.phase)[-1]: c.number
        for c in workflow.checkpoints
        if c.phase != workflow.step(workflow.combined_from()[0]).phase
    }
    found: list[Wait] = []
    reached: int | None = None
    since: datetime | None = None
    passed = 0
    for event in state.timeline:
        if event.decision is not None and event.decision.label in {"Approve", "Investigate again"}:
            passed = event.checkpoint or 1
        if event.kind == "consolidated" or (event.kind == "completed" and event.step in last):
            # A step that is redone from a later checkpoint comes back to that one.
            reached = max(2 if event.step is None else last[event.step], passed + 1)
            since = event.at
        elif event.kind == "launched":
            reached = None
        elif reached is not None and event.kind == "resumed":
            since = event.at
        elif reached is not None and since is None and event.kind == "remark":
            since = event.at  # not closed after all: it waits again
        elif reached is not None and since is not None:
            label = _answer(event)
            if label is not None:
                found.append(Wait(reached, Span(since, event.at), label))
                since = None
    if reached is not None and since is not None and state.status == "in_progress":
        found.append(Wait(reached, Span(since), None))
    return tuple(found)


def _answer(event: Event) -> str | None:
    """What ended a checkpoint's wait: the option chosen there, or a pause or end from outside."""
    if event.decision is not None and event.decision.question == "checkpoint":
        return event.decision.label
    return {"paused": "Pause", "closed": "Close"}.get(event.kind)


def _phases(state: State) -> tuple[Phase, ...]:
    return tuple(
        Phase(
            number,
            title,
            number == state.current_phase and state.status != "complete",
            tuple(rows),
        )
        for number, title in enumerate(flow.PHASE_TITLES, start=1)
        if (rows := _rows(state, number))
    )


def _rows(state: State, phase: int) -> list[Row]:
    workflow = flow.load()
    rows = [_row(state, number) for number in workflow.in_phase(phase) if _matters(state, number)]
    rolled = state.rollback is not None or "rollback" in state.steps
    if phase == workflow.rollback.phase and rolled:
        rows.append(_row(state, "rollback"))
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


def _row(state: State, key: flow.StepKey) -> Row:
    step, record = flow.load().step(key), state.record(key)
    name = "Rollback" if key == "rollback" else f"{key}"
    if record.completed:
        return Row(name, step.title, "done", record.completed.at)
    if record.failure:
        return Row(name, step.title, "failed")
    if record.run:
        return Row(name, step.title, "running", record.run.since)
    return Row(name, step.title, "due" if key in progress.due(state) else "open")
