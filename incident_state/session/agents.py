"""What the client's hooks record of agents: a step claimed with its brief, begun, ended, lost."""

from __future__ import annotations

from incident_state import workflow as flow
from incident_state.documents import document
from incident_state.errors import Refused
from incident_state.session import processes, strays
from incident_state.session.assignments import assignment
from incident_state.session.session import Session
from incident_state.state import decisions, progress
from incident_state.state.model import Run
from incident_state.state.timeline import some

STRAYED = (
    "This step may change nothing in the project, and while it was at work these changed: {}. Put "
    "back what is yours, or list it in your document as a proposal; leave what is the user's."
)


def claim(
    session: Session, key: flow.StepKey, tool_use_id: str | None, transcript: str | None
) -> str:
    """The step claimed by an Agent call of the owner's session; the brief for its agent."""
    from incident_state.session.edits import reconciled

    with session.locked():
        state = reconciled(session, session.store.read())
        session.must_own(state)
        if session.finished(state, key):
            label = progress.sentence(flow.load().step(key).label)
            raise Refused(f"{label} has a valid document already.", ("complete", str(key)))
        run = Run(
            since=session.now(),
            by="hook",
            client=processes.named(session.caller.client),
            session_id=session.caller.session_id,
            tool_use_id=tool_use_id,
            transcript=transcript,
        )
        state = progress.begin(state, run.since, key, run, session.caller.actor)
        text = assignment(session, state, key, state.record(key).attempt)
        session.save(state)
    strays.began(session, key)
    return text


def started(session: Session, key: flow.StepKey, agent_id: str) -> None:
    """That agent at work on the step that was claimed for it."""
    with session.locked():
        state = session.store.read()
        run = state.record(key).run
        if run is not None and run.agent_id is None:
            session.save(progress.agent_started(state, session.now(), key, agent_id))


def stopped(session: Session, agent_id: str, key: flow.StepKey) -> str | None:
    """The step's agent has stopped: None if it may, else why it is sent back, once."""
    with session.locked():
        state = session.store.read()
        record = state.record(key)
        if record.run is None or record.run.agent_id not in {None, agent_id}:
            return None
        now = session.now()
        wrong = session.problems(state, key)
        about = document.about(flow.load().step(key).writes, wrong) if wrong else ""
        strayed = strays.since(session, key)
        if not record.run.sent_back and (wrong or strayed):
            path = session.store.folder / flow.load().step(key).writes
            mend = f"{about} Mend {path}, then report again." if wrong else ""
            if strayed:
                about = f"{about} {some(strayed)} changed while it was at work".strip()
                mend = f"{STRAYED.format(some(strayed))} {mend}".strip()
            session.save(progress.sent_back(state, now, key, about))
            return mend
        if strayed:
            state = progress.strayed(state, now, key, some(strayed))
        if not wrong:
            session.save(progress.ended(state, now, (key,), "agent finished"))
            return None
        reason = f"its agent stopped twice without a valid document: {about}"
        session.save(progress.fail(state, now, key, reason, "helper"))
        return None


def consented(session: Session, keys: list[str]) -> None:
    """The user has let go ahead what was asked about under those keys."""
    with session.locked():
        state = session.store.read()
        if any(key not in state.consents for key in keys):
            session.save(decisions.consented(state, session.now(), keys))


def lost(
    session: Session, keys: tuple[flow.StepKey, ...], how: str, *, failed: bool = False
) -> None:
    """Those steps' agents are gone: due again, or failed unless the document is valid already."""
    with session.locked():
        state = session.store.read()
        now = session.now()

        reason = session.words.said(how)
        for key in keys:
            if state.record(key).run is None:
                continue
            if failed and session.problems(state, key):
                state = progress.fail(state, now, key, reason, "helper")
            else:
                state = progress.ended(state, now, (key,), reason)
        session.save(state)
