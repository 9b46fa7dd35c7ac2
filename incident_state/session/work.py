"""Operations on the work: hand out a brief, record what agents do, complete, consolidate, fail."""

from __future__ import annotations

from incident_state import workflow as flow
from incident_state.documents import document, masking
from incident_state.errors import Refused
from incident_state.prompts.briefs import brief as brief_text
from incident_state.prompts.next import Answer
from incident_state.session import edits
from incident_state.session.edits import reconciled, sources
from incident_state.session.next import carried_out
from incident_state.session.session import Session
from incident_state.state import progress
from incident_state.state.model import Consolidation, Run, State


def must_own(session: Session, state: State) -> None:
    """Refused in a client session that does not own the incident."""
    if session.caller.session_id and state.owner not in {None, session.caller.session_id}:
        raise Refused("Another client session owns this incident.")


def brief(session: Session, key: flow.StepKey) -> str:
    """The step's assignment; without hooks this puts the step in flight."""
    state = session.load()
    record = state.record(key)
    if record.run is not None:
        return _brief(session, state, key, record.attempt)
    if key not in progress.launchable(state):
        raise Refused(progress.why_not(state, key))
    must_own(session, state)
    if state.owner is not None:
        return _brief(session, state, key, record.attempt + (record.began_at is not None))
    with session.locked():
        state = session.store.read()
        if state.record(key).run is None:
            run = Run(since=session.now(), by="brief", session_id=session.caller.session_id)
            state = progress.begin(state, run.since, key, run, session.caller.actor)
            text = _brief(session, state, key, state.record(key).attempt)
            session.save(state)
            return text
    return _brief(session, state, key, state.record(key).attempt)


def _brief(session: Session, state: State, key: flow.StepKey, attempt: int) -> str:
    record = state.record(key)
    if record.run is not None and record.began_at is not None:
        # What happened since the launch is left out, so that a brief repeated is the same.
        known = tuple(event for event in state.timeline if event.at <= record.began_at)
        state = state.model_copy(update={"timeline": known})
    there = session.here(state)
    active = session.active_changes(state) if flow.load().step(key).may_change else None
    project = session.project
    return brief_text(state, key, project, there, attempt=attempt, active=active)


def claim(session: Session, key: flow.StepKey, tool_use_id: str | None) -> str:
    """The step claimed by an Agent call of the owner's session; the brief for its agent."""
    with session.locked():
        state = reconciled(session, session.store.read())
        must_own(session, state)
        if session.finished(state, key):
            label = progress.sentence(flow.load().step(key).label)
            raise Refused(f"{label} has a valid document already.", ("complete", str(key)))
        run = Run(
            since=session.now(),
            by="hook",
            session_id=session.caller.session_id,
            tool_use_id=tool_use_id,
        )
        state = progress.begin(state, run.since, key, run, session.caller.actor)
        text = _brief(session, state, key, state.record(key).attempt)
        session.save(state)
    return text


def complete(session: Session, key: flow.StepKey) -> Answer:
    """The step complete if its document is valid, secrets masked; what is next."""
    with session.locked():
        state = session.store.read()
        if not state.completed(key):
            must_own(session, state)
            session.save(_completed(session, state, key))
    return carried_out(session)


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
    name = flow.load().step(key).writes
    told = f"{name} is as it was recorded."
    with session.locked():
        state = session.store.read()
        if not state.completed(key):
            label = progress.sentence(flow.load().step(key).label)
            raise Refused(f"{label} is not complete, so there is nothing to amend.")
        if name in edits.changed(session, state):
            must_own(session, state)
            state = session.save(edits.amended(session, state, name, session.caller.actor))
            told = next(e.text for e in reversed(state.timeline) if e.kind == "amended") + "."
    return told, carried_out(session)


def consolidate(session: Session, synthesis: str) -> Answer:
    """05-investigation.md assembled from 04, 05a, 05b and the synthesis; what is next."""
    synthesis, masked = masking.mask(synthesis.strip())
    with session.locked():
        state = reconciled(session, session.store.read())
        repeated = (
            state.newest.kind == "consolidated"
            and state.consolidation is not None
            and state.consolidation.synthesis == synthesis
        )
        if not repeated:
            must_own(session, state)
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
    reason = document.plain(masking.mask(reason)[0])
    if not reason:
        raise Refused("The reason is empty.", ("fail", str(key), "--reason", "<what happened>"))
    with session.locked():
        state = session.store.read()
        newest = state.newest
        if not (newest.kind == "failed" and state.record(key).failure == reason):
            must_own(session, state)
            actor = session.caller.actor
            session.save(progress.fail(state, session.now(), key, reason, actor))
    return carried_out(session)


# -- what hooks record of agents --------------------------------------------------------------


def agent_started(session: Session, key: flow.StepKey, agent_id: str) -> None:
    """That agent at work on the step that was claimed for it."""
    with session.locked():
        state = session.store.read()
        run = state.record(key).run
        if run is not None and run.agent_id is None:
            session.save(progress.agent_started(state, session.now(), key, agent_id))


def agent_stopped(session: Session, agent_id: str, key: flow.StepKey) -> str | None:
    """The step's agent has stopped: None if it may, else why it is sent back, once."""
    with session.locked():
        state = session.store.read()
        record = state.record(key)
        if record.run is None or record.run.agent_id not in {None, agent_id}:
            return None
        now = session.now()
        wrong = session.problems(state, key)
        if not wrong:
            session.save(progress.ended(state, now, (key,), "agent finished"))
            return None
        about = document.about(flow.load().step(key).writes, wrong)
        if not record.run.sent_back:
            session.save(progress.sent_back(state, now, key, about))
            path = session.store.folder / flow.load().step(key).writes
            return f"{about} Mend {path}, then report again."
        reason = f"its agent stopped twice without a valid document: {about}"
        session.save(progress.fail(state, now, key, reason, "helper"))
        return None


def consented(session: Session) -> None:
    """The user allowed the step in flight to change production: its run is cleared for more."""
    with session.locked():
        state = session.store.read()
        for key, run in progress.running(state).items():
            if flow.load().step(key).may_change == "production" and not run.cleared:
                session.save(progress.cleared(state, session.now(), key))


def agents_lost(
    session: Session, keys: tuple[flow.StepKey, ...], how: str, *, failed: bool = False
) -> None:
    """Those steps' agents are gone: due again, or failed unless the document is valid already."""
    with session.locked():
        state = session.store.read()
        now = session.now()
        reason = document.plain(masking.mask(how)[0])
        for key in keys:
            if state.record(key).run is None:
                continue
            if failed and session.problems(state, key):
                state = progress.fail(state, now, key, reason, "helper")
            else:
                state = progress.ended(state, now, (key,), reason)
        session.save(state)
