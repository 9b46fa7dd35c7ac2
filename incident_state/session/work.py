"""Operations on the work: launch, complete, amend, consolidate, fail."""

from __future__ import annotations

import contextlib

from incident_state import workflow as flow
from incident_state.documents import document
from incident_state.errors import Refused, StateError
from incident_state.prompts.next import Answer
from incident_state.session import edits, processes
from incident_state.session.assignments import assignment
from incident_state.session.edits import reconciled, sources
from incident_state.session.next import carried_out
from incident_state.session.session import Session
from incident_state.state import progress
from incident_state.state.model import Consolidation, Run, State


def launch(session: Session, key: flow.StepKey) -> str:
    """The step in flight where no hook of the client's puts it there; its assignment.

    Said again while it is in flight, it is the same; Refused out of turn.
    """
    state = session.load()
    record = state.record(key)
    if record.run is not None:
        return assignment(session, state, key, record.attempt)
    if key not in progress.launchable(state):
        raise Refused(progress.why_not(state, key))
    session.must_own(state)
    if state.owner is not None:
        label = progress.sentence(flow.load().step(key).label)
        raise Refused(f"{label} is launched by an Agent call in Claude Code.", ("next",))
    with session.locked():
        state = session.store.read()
        if state.record(key).run is None:
            caller = session.caller
            run = Run(
                since=session.now(),
                by="launch",
                client=processes.named(caller.client),
                session_id=caller.session_id,
            )
            state = progress.begin(state, run.since, key, run, caller.actor)
            text = assignment(session, state, key, state.record(key).attempt)
            session.save(state)
            return text
    return assignment(session, state, key, state.record(key).attempt)


def complete(session: Session, key: flow.StepKey) -> Answer:
    """The step complete if its document is valid, secrets masked; what is next."""
    _mask_ahead(session, flow.load().step(key).writes)
    with session.locked():
        state = session.store.read()
        if not state.completed(key):
            session.must_own(state)
            session.save(_completed(session, state, key))
    return carried_out(session)


def _mask_ahead(session: Session, name: str) -> None:
    """Have the secrets of a document looked for while nobody waits for the lock."""
    from incident_state.masking.mask import mask

    with contextlib.suppress(StateError, ValueError):
        mask(document.decode(session.store.read_document(name, document.MAX_BYTES) or b""))


def _completed(session: Session, state: State, key: flow.StepKey) -> State:
    step = flow.load().step(key)
    label = progress.sentence(step.label)
    record = state.record(key)
    if key not in progress.due(state):
        raise Refused(f"{label} cannot be completed: {progress.due_now(state)}.")
    if record.failure is not None:
        raise Refused(f"{label} failed, and the user has not said how to go on.")
    if record.began_at is None:
        raise Refused(f"{label} has not been launched.")
    if record.run is not None and record.run.by == "hook":
        raise Refused(f"{label}'s agent is still at work: wait for its report.")
    if wrong := session.problems(state, key):
        if record.run is None:
            raise Refused(f"{document.about(step.writes, wrong)} Nobody is at work on it now.")
        raise Refused(
            f"{document.about(step.writes, wrong)} Have its agent mend it, or record a failure.",
            ("fail", str(key), "--reason", "<what happened>"),
        )
    found = session.found(state, key)
    return progress.complete(state, session.now(), key, found, session.caller.actor)


def amend(session: Session, key: flow.StepKey) -> tuple[str, Answer]:
    """A complete step's changed document taken over: what changed in it, and what is next."""
    names = edits.of_step(key)
    told = "\n".join(f"{name} is as it was recorded." for name in names)
    for name in names:
        _mask_ahead(session, name)
    with session.locked():
        state = session.store.read()
        if not state.completed(key):
            label = progress.sentence(flow.load().step(key).label)
            raise Refused(f"{label} is not complete, so there is nothing to amend.")
        if found := [name for name in edits.changed(session, state) if name in names]:
            session.must_own(state)
            before = len(state.timeline)
            state = session.save(edits.amended(session, state, found, session.caller.actor))
            kinds = {"amended", "consolidated"}
            told = "\n".join(f"{e.text}." for e in state.timeline[before:] if e.kind in kinds)
    return told, carried_out(session)


def consolidate(session: Session, synthesis: str) -> Answer:
    """05-investigation.md assembled from 04, 05a, 05b and the synthesis; what is next."""
    from incident_state.masking.mask import mask

    synthesis, masked = mask(synthesis.strip())
    with session.locked():
        state = reconciled(session, session.store.read())
        repeated = (
            state.newest.kind == "consolidated"
            and state.consolidation is not None
            and state.consolidation.synthesis == synthesis
        )
        if not repeated:
            session.must_own(state)
            if not progress.to_consolidate(state):
                raise Refused(
                    f"{flow.INVESTIGATION} cannot be assembled now: {progress.due_now(state)}."
                )
            if not synthesis:
                raise Refused("The synthesis is empty.", ("consolidate", "-"))
            text = session.combined(state, synthesis)
            data = session.stage(flow.INVESTIGATION, text)
            told = f"{flow.INVESTIGATION} assembled" + (
                f"; {masked} secret{'s' * (masked > 1)} masked" if masked else ""
            )
            now, current = session.now(), sources(state)
            record = Consolidation(
                at=now,
                digest=document.digest(data),
                synthesis=synthesis,
                sources=current,
                assembled=current,
            )
            session.save(progress.consolidated(state, now, record, told, session.caller.actor))
    return carried_out(session)


def fail(session: Session, key: flow.StepKey, reason: str) -> Answer:
    """The step's failure recorded with its reason; what is next."""
    reason = session.words.said(reason)
    if not reason:
        raise Refused("The reason is empty.", ("fail", str(key), "--reason", "<what happened>"))
    with session.locked():
        state = session.store.read()
        newest = state.newest
        if not (newest.kind == "failed" and state.record(key).failure == reason):
            session.must_own(state)
            actor = session.caller.actor
            session.save(progress.fail(state, session.now(), key, reason, actor))
    return carried_out(session)
