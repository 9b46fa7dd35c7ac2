"""What people decide: the effect of each answer, reopening, severity, pausing, ownership.

Every function is pure, from one valid state to the next; Refused says why not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from incident_state import workflow as flow
from incident_state.errors import Refused
from incident_state.state import closing, facts, progress
from incident_state.state.model import (
    SEVERITIES,
    Changes,
    Severity,
    State,
    StepRecord,
    Unfinished,
)
from incident_state.state.timeline import Actor, Decision, Event

DEPLOYMENT = facts.DEPLOYMENT
FIX = 7
_HOW = re.compile(rf"(?is)\s*{facts.BY_HAND}\s*[-:;,.\u2013\u2014\n]\s*(?P<said>\S.*)")


def taken_apart(answer: str) -> tuple[str, str]:
    """The label of an answer, and what was said with it: `Done by hand: <how>` has both."""
    how = _HOW.fullmatch(answer)
    return (facts.BY_HAND, how["said"]) if how else (answer, "")


def consented(state: State, now: datetime, keys: Iterable[str]) -> State:
    """The state with what the user has let go ahead; until it is taken back, it goes unasked."""
    new = [key for key in keys if key not in state.consents]
    text = f"Let go ahead, and not asked about again: {', '.join(new)}"
    event = Event(at=now, kind="consented", actor="person", text=text)
    return state.after(event, consents={**state.consents, **dict.fromkeys(new, now)})


def revoked(state: State, now: datetime, key: str) -> State:
    """The state without that consent; Refused if there is none of that name."""
    if key not in state.consents:
        known = ", ".join(state.consents) or "none"
        raise Refused(f"Nothing called {key!r} was let go ahead; so far: {known}.", ("status",))
    event = Event(at=now, kind="revoked", actor="person", text=f"Asked about again: {key}")
    return state.after(event, consents={k: at for k, at in state.consents.items() if k != key})


def decided(
    state: State,
    now: datetime,
    decision: Decision,
    checkpoint: int | None = None,
    said: str = "",
) -> State:
    """The state after a person's answer to a checkpoint, a failure or a rollback took effect.

    `said` are the words that they gave with it.
    """
    effects = {
        ("checkpoint", "Approve"): _approved,
        ("checkpoint", "Request changes"): _changes_requested,
        ("checkpoint", "Check again"): _changes_requested,
        ("checkpoint", "Rollback"): _rolling_back,
        ("checkpoint", "Pause"): _paused,
        ("checkpoint", "Close"): _closing,
        ("failed", "Retry"): _retried,
        ("failed", "Rollback"): _rolling_back,
        ("failed", "New fix"): _new_fix,
        ("failed", facts.BY_HAND): _rolling_back,
        ("failed", "Pause"): _paused,
        ("rolled-back", "New fix"): _new_fix,
        ("rolled-back", "Investigate again"): _investigate_again,
        ("rolled-back", "Retry"): _rolling_back,
        ("rolled-back", facts.BY_HAND): _rolling_back,
        ("rolled-back", "Pause"): _paused,
    }
    subject = {
        "checkpoint": f"Checkpoint {checkpoint}",
        "closing": "Closed",
        "failed": "The failure",
        "rolled-back": "After the rollback",
    }[decision.question]
    state = state.after(
        Event(
            at=now,
            kind="decided",
            actor="person",
            checkpoint=checkpoint,
            decision=decision,
            text=f"{subject}: {decision.label}{_without_a_fix(state, decision)}"
            + (f". {said}" if said else ""),
        ),
        seen=None,
    )
    if decision.question == "closing":
        return closing.ended(state, decision.label)
    return effects[decision.question, decision.label](state, now, checkpoint)


def _without_a_fix(state: State, decision: Decision) -> str:
    """What an approval of checkpoint 3 means where nothing is deployed."""
    nothing = facts.stated(state, DEPLOYMENT, facts.DEPLOYED) in facts.NOTHING_DEPLOYED
    at_it = state.current_step == "checkpoint-3" and decision.label == "Approve"
    return ", going on without a fix" if nothing and at_it else ""


def _approved(state: State, now: datetime, checkpoint: int | None) -> State:
    approved = {**state.approved, checkpoint or 1: now}
    return state.model_copy(update={"approved": approved, "changes": None})


def _changes_requested(state: State, _now: datetime, checkpoint: int | None) -> State:
    return state.model_copy(update={"changes": Changes(checkpoint=checkpoint or 1)})


def _rolling_back(state: State, _now: datetime, _checkpoint: int | None) -> State:
    steps = {key: r.model_copy(update={"failure": None}) for key, r in state.steps.items()}
    return _redo(
        state.model_copy(update={"rollback": "due", "steps": steps, "changes": None}),
        ("rollback",),
        extra=(),
    )


def _paused(state: State, _now: datetime, _checkpoint: int | None) -> State:
    return state.model_copy(update={"paused": True})


def _closing(state: State, _now: datetime, checkpoint: int | None) -> State:
    return closing.asked(state, checkpoint or 1)


def _retried(state: State, _now: datetime, _checkpoint: int | None) -> State:
    steps = {
        key: _next_attempt(record) if record.failure else record
        for key, record in state.steps.items()
    }
    return state.model_copy(update={"steps": steps})


def _new_fix(state: State, _now: datetime, _checkpoint: int | None) -> State:
    steps = dict(state.steps)
    if state.record("rollback").failure:
        steps["rollback"] = _next_attempt(state.record("rollback"))
    state = state.model_copy(update={"rollback": None, "steps": steps})
    return _redo(state, (FIX, DEPLOYMENT), extra=())


def _investigate_again(state: State, _now: datetime, _checkpoint: int | None) -> State:
    approved = {number: at for number, at in state.approved.items() if number == 1}
    first = flow.load().combined_from()[0]
    state = state.model_copy(update={"rollback": None, "approved": approved, "consolidation": None})
    return _redo(state, tuple(range(first, DEPLOYMENT + 1)), extra=(flow.INVESTIGATION,))


def reopened(state: State, now: datetime, number: int, words: str | None, actor: Actor) -> State:
    """The step and what depends on it to be done again, after `Request changes`."""
    if state.changes is None:
        raise Refused("Nothing can be reopened: nobody has requested changes at a checkpoint.")
    numbers = progress.reopenable(state.changes.checkpoint)
    if number not in numbers:
        listed = " or ".join(filter(None, (", ".join(map(str, numbers[:-1])), str(numbers[-1]))))
        raise Refused(f"Checkpoint {state.changes.checkpoint} can reopen step {listed} only.")
    phase = flow.load().step(number).phase
    redone = flow.load().redone_with(number)
    again = phase == flow.load().step(flow.load().combined_from()[0]).phase
    text = f"Reopened: {', '.join(f'step {n}' for n in redone)}" + (f". {words}" if words else "")
    state = state.after(
        Event(at=now, kind="reopened", actor=actor, step=number, text=text),
        changes=None,
        **({"consolidation": None} if again else {}),
    )
    return _redo(state, redone, extra=(flow.INVESTIGATION,) if again else (), words=words)


def severity_set(state: State, now: datetime, severity: Severity, *, person: bool) -> State:
    """The severity set by a person, or by a model: raised, or as a requested change."""
    if state.changes is not None:
        return state.after(
            _severity_event(now, severity, "person" if person else "model"),
            pinned=severity,
            raised=None,
            changes=state.changes.model_copy(update={"answered": True}),
        )
    if person:
        return state.after(_severity_event(now, severity, "person"), pinned=severity, raised=None)
    if SEVERITIES.index(severity) > SEVERITIES.index(state.severity):
        raise Refused(
            f"Only a person lowers the severity: it is {state.severity}. "
            "Ask the user to run this in a terminal.",
            ("severity", severity),
        )
    return state.after(_severity_event(now, severity, "model"), raised=severity)


def paused(state: State, now: datetime) -> State:
    """The incident paused by a person: what runs may finish, nothing new is launched."""
    if state.status != "in_progress":
        raise Refused(f"The incident cannot be paused: it is {state.status}.", ("status",))
    event = Event(at=now, kind="paused", actor="person", text="Paused")
    # The question that was open is withdrawn: after the pause the checkpoint is put again.
    return state.after(event, paused=True, closing=None)


def resumed(state: State, now: datetime, text: str = "Resumed") -> State:
    """The incident going on from the place where it was paused."""
    return state.after(Event(at=now, kind="resumed", actor="person", text=text), paused=False)


def _next_attempt(record: StepRecord, **changed: object) -> StepRecord:
    """The record with the attempts so far behind it: a late document of theirs is refused."""
    begun = record.began_at is not None
    return record.model_copy(
        update={
            "attempt": record.attempt + begun,
            "began_at": None,
            "earlier": record.began_at or record.earlier,
            "run": None,
            "replaced_at": record.completed.at if record.completed else record.replaced_at,
            "replaced_lines": record.completed.lines if record.completed else record.replaced_lines,
            "completed": None,
            "failure": None,
            **changed,
        }
    )


def _redo(
    state: State, keys: Iterable[flow.StepKey], extra: tuple[str, ...], words: str | None = None
) -> State:
    """Those steps due again, their documents on the way to the next revisions folder."""
    workflow = flow.load()
    number = state.revisions + 1
    steps = dict(state.steps)
    names: list[str] = []
    for key in keys:
        record = state.record(key)
        if record.began_at is None and record.completed is None and not words:
            continue
        name = workflow.step(key).writes
        replaced = f"revisions/{number}/{name}"
        steps[key] = _next_attempt(
            record,
            replaces=(*record.replaces, replaced),
            words=(*record.words, words) if words else record.words,
        )
        names.append(name)
    if not names:
        return state
    return state.model_copy(
        update={
            "steps": steps,
            "revisions": number,
            "unfinished": Unfinished(kind="replace", names=(*names, *extra), folder=str(number)),
        }
    )


def _severity_event(now: datetime, severity: Severity, actor: Actor) -> Event:
    return Event(at=now, kind="severity", actor=actor, text=f"Severity set to {severity}")
