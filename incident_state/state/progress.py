"""The work: which step is due, what runs, and the transitions from launch to a valid document.

Every transition is a pure function from one valid state to the next; Refused says why not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from incident_state import workflow as flow
from incident_state.errors import Refused
from incident_state.state import facts
from incident_state.state.model import Completion, Consolidation, Run, Severity, State, StepRecord
from incident_state.state.timeline import Actor, Event, iso

StepKey = flow.StepKey


def due(state: State) -> tuple[StepKey, ...]:
    """The steps that the current position asks for and that are not complete: one, or 5 and 6."""
    position = state.current_step
    if position == "rollback":
        return ("rollback",) if state.rollback == "due" else ()
    if not isinstance(position, int):
        return ()
    partner = flow.load().step(position).parallel_with
    group = (position,) if partner is None else sorted({position, partner})
    return tuple(number for number in group if not state.completed(number))


def running(state: State) -> dict[StepKey, Run]:
    """The steps in flight, claimed ones among them, each with its run."""
    return {key: record.run for key, record in state.steps.items() if record.run}


def failures(state: State) -> dict[StepKey, str]:
    """The steps that have failed and wait for a person, each with its reason."""
    failed = {key: record.failure for key, record in state.steps.items() if record.failure}
    return dict(sorted(failed.items(), key=lambda item: str(item[0])))


def rollback_failed(state: State) -> bool:
    """Whether the rollback's document says that it did not succeed, wholly or in part."""
    return facts.stated(state, "rollback", facts.ROLLED_BACK) in facts.NOT_ROLLED_BACK


def launchable(state: State) -> tuple[StepKey, ...]:
    """The steps that may be launched now."""
    if state.paused or failures(state):
        return ()
    return tuple(key for key in due(state) if state.record(key).run is None)


def reopenable(checkpoint: int) -> tuple[int, ...]:
    """The steps that can be redone from that checkpoint: its phase's, or the deployment alone.

    From the second one also the mitigation, for relief that the investigation found. The third one
    asks to look again at what is live, not to write another fix.
    """
    phase = flow.load().checkpoint(checkpoint).phase
    numbers = flow.load().in_phase(phase)
    if flow.load().combined_from() == numbers:
        return (facts.MITIGATION, *numbers)
    return numbers if facts.DEPLOYMENT not in numbers else (facts.DEPLOYMENT,)


def to_consolidate(state: State) -> bool:
    """Whether 4, 5 and 6 are complete and 05-investigation.md is still to be assembled."""
    combined = flow.load().combined_from()
    return state.current_step == combined[-1] and all(map(state.completed, combined))


def why_not(state: State, key: StepKey) -> str:
    """One sentence on why the step cannot be launched now."""
    label = flow.load().step(key).label
    record = state.record(key)
    if record.completed:
        return f"{sentence(label)} is complete."
    if record.run:
        return f"{sentence(label)} is already in flight, since {iso(record.run.since)}."
    if state.status == "complete":
        return "The incident is complete."
    if failed := failures(state):
        names = " and ".join(flow.load().step(k).label for k in failed)
        return f"{sentence(names)} failed, and the user has not said how to go on."
    if state.paused:
        return "The incident is paused: a person resumes it."
    if key in due(state):
        return f"{sentence(label)} waits for the change that the user asked for."
    return f"{sentence(label)} is not due: {due_now(state)}."


def due_now(state: State) -> str:
    """What the workflow waits for at its current position, as half a sentence."""
    position = state.current_step
    if steps := due(state):
        return " and ".join(flow.load().step(k).label for k in steps) + (
            " are due" if len(steps) > 1 else " is due"
        )
    if to_consolidate(state):
        return f"{flow.INVESTIGATION} is to be assembled first"
    if position == "rollback":
        return "the user decides how to go on after the rollback"
    if position == "complete":
        return "the incident is complete"
    return f"{str(position).replace('-', ' ')} waits for the user"


def sentence(words: str) -> str:
    """The words with a capital first letter."""
    return words[:1].upper() + words[1:]


def attempt(state: State, key: StepKey) -> int:
    """The number of the attempt that is in flight or complete, else of the next one."""
    record = state.record(key)
    due = record.run is None and record.completed is None
    return record.attempt + (due and record.began_at is not None)


def begin(state: State, now: datetime, key: StepKey, run: Run, actor: Actor) -> State:
    """The step in flight: claimed for an agent, or handed out by `launch`."""
    if key not in launchable(state):
        raise Refused(why_not(state, key))
    number = attempt(state, key)
    return state.after(
        Event(
            at=now,
            kind="launched",
            actor=actor,
            step=key,
            attempt=number,
            text=f"{sentence(flow.load().step(key).label)} launched",
        ),
        steps=_begun(state, now, key, run),
    )


def _begun(state: State, now: datetime, key: StepKey, run: Run | None) -> dict[StepKey, StepRecord]:
    """The step records, that step's next attempt begun."""
    record = state.record(key)
    return state.with_record(
        key,
        attempt=attempt(state, key),
        began_at=now,
        earlier=record.began_at or record.earlier,
        run=run,
    )


def agent_started(state: State, now: datetime, key: StepKey, agent_id: str) -> State:
    """The claimed step with its agent at work."""
    record = state.record(key)
    if record.run is None or record.run.agent_id == agent_id:
        return state
    run = record.run.model_copy(update={"agent_id": agent_id, "since": now})
    return state.after(
        _step_event(now, "agent-started", "agent", key, record, "agent at work"),
        steps=state.with_record(key, run=run),
    )


def sent_back(state: State, now: datetime, key: StepKey, why: str) -> State:
    """The step's agent sent back to mend its document; it is sent back once."""
    record = state.record(key)
    run = record.run.model_copy(update={"sent_back": True}) if record.run else None
    return state.after(
        _step_event(now, "sent-back", "helper", key, record, f"agent sent back: {why}"),
        steps=state.with_record(key, run=run),
    )


def strayed(state: State, now: datetime, key: StepKey, what: str) -> State:
    """What changed in the project while a step was at work that may change nothing there."""
    record = state.record(key)
    text = f"changed in the project while it was at work: {what}"
    return state.after(_step_event(now, "strayed", "helper", key, record, text))


def ended(state: State, now: datetime, keys: Iterable[StepKey], how: str) -> State:
    """Those steps no longer in flight; what their agents did is not judged."""
    for key in keys:
        record = state.record(key)
        if record.run is not None:
            state = state.after(
                _step_event(now, "agent-ended", "helper", key, record, how),
                steps=state.with_record(key, run=None),
            )
    return state


def fail(state: State, now: datetime, key: StepKey, reason: str, actor: Actor) -> State:
    """The step failed, with its reason; the position stays and a person is asked."""
    record = state.record(key)
    label = sentence(flow.load().step(key).label)
    if key not in due(state):
        raise Refused(f"{label} cannot fail: {due_now(state)}.")
    if record.failure is not None:
        raise Refused(f"{label} has failed already: {record.failure}")
    return state.after(
        _step_event(now, "failed", actor, key, record, f"failed: {reason}"),
        steps=state.with_record(key, run=None, failure=reason),
    )


class Found(NamedTuple):
    """A document found valid: its digest, the marks of its lines, what it states, secrets masked.

    `severity` is what step 1's document sets, None for the others; `changed` says what it changes
    in the document that it takes the place of, empty where there was none.
    """

    digest: str
    lines: str
    stated: dict[str, str]
    severity: Severity | None
    masked: int
    changed: str = ""


def by_hand(state: State, now: datetime, key: StepKey) -> State:
    """The step done by a person, without an agent: an attempt of its own, to be completed."""
    return state.model_copy(update={"steps": _begun(state, now, key, None)})


def complete(state: State, now: datetime, key: StepKey, found: Found, actor: Actor) -> State:
    """The step complete with the document found."""
    record = state.record(key)
    many = "s" * (found.masked > 1)
    status = found.stated.get(facts.ROLLED_BACK)
    text = f"failed: {status}" if status in facts.NOT_ROLLED_BACK else "complete"
    text += f", {found.changed}" if found.changed else ""
    text += f"; {found.masked} secret{many} masked" if found.masked else ""
    completion = Completion(at=now, digest=found.digest, lines=found.lines)
    state = state.after(
        _step_event(now, "completed", actor, key, record, text, found.stated),
        steps=state.with_record(key, run=None, completed=completion, words=(), replaced_lines=""),
        **({"rollback": "done"} if key == "rollback" else {}),
    )
    return _with_severity(state, now, found.severity, actor)


def _with_severity(state: State, now: datetime, severity: Severity | None, actor: Actor) -> State:
    if severity is None:
        return state
    state = state.model_copy(update={"documented": severity, "raised": None})
    return facts.severity_found(state, now, actor)


def changed(
    state: State, now: datetime, key: StepKey, found: Found, how: str, amender: Actor | None
) -> State:
    """A document that was changed after it was complete, as it is now; `how` says what changed.

    `amender` is who had the change taken over; where nobody did, nobody knows who made it.
    """
    record = state.record(key)
    at = record.completed.at if record.completed else now
    completed = Completion(at=at, digest=found.digest, lines=found.lines)
    name, kind = flow.load().step(key).writes, "amended" if amender else "edited"
    text = f"{name} was {'amended' if amender else 'changed after it was complete'} ({how})"
    before = state.documented
    state = state.after(
        _step_event(now, kind, amender or "helper", key, record, text, found.stated),
        steps=state.with_record(key, completed=completed),
    )
    severity = found.severity if found.severity != before else None
    return _with_severity(state, now, severity, amender or "helper")


def consolidated(
    state: State, now: datetime, record: Consolidation, text: str, actor: Actor
) -> State:
    """05-investigation.md assembled, assembled anew or edited, as `text` says."""
    event = Event(at=now, kind="consolidated", actor=actor, text=text)
    return state.after(event, consolidation=record)


def _step_event(
    now: datetime,
    kind: str,
    actor: Actor,
    key: StepKey,
    record: StepRecord,
    text: str,
    stated: Mapping[str, str] | None = None,
) -> Event:
    label = sentence(flow.load().step(key).label)
    return Event.model_validate(
        {
            "at": now,
            "kind": kind,
            "actor": actor,
            "step": key,
            "attempt": record.attempt,
            "text": f"{label}: {text}",
            "stated": dict(stated) if stated else None,
        }
    )
