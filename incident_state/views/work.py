"""The work as it went: agents' attempts at the steps, and checkpoints that waited for a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from incident_state import workflow as flow
from incident_state.state import progress
from incident_state.state.model import State
from incident_state.state.timeline import Event
from incident_state.views.moments import clock, length
from incident_state.views.presence import Presence, presence
from incident_state.views.response_times import Span, finished_at


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
    def lost(self) -> Presence | None:
        """What is known of who is at work on it, where it is in flight and that is nobody."""
        return self.presence if self.presence and self.presence.kind != "there" else None

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


def with_presence(state: State, now: datetime) -> tuple[Attempt, ...]:
    """Each launch of a step; of one in flight also whether somebody is at work on it."""
    flying = progress.running(state)
    return tuple(
        replace(each, presence=presence(flying[each.key], now))
        if each.span.ended is None and each.key in flying
        else each
        for each in attempts(state)
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
        elif reached is not None and (event.kind == "resumed" or event.is_reopening):
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
