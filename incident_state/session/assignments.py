"""What a step's agent is told: at its launch, and before or after it for whoever reads along."""

from __future__ import annotations

from incident_state import workflow as flow
from incident_state.documents import signs
from incident_state.errors import NoSession
from incident_state.prompts import placeholders
from incident_state.prompts.briefs import brief
from incident_state.session.session import Session
from incident_state.state import progress
from incident_state.state.model import State


def reading(session: Session, key: flow.StepKey) -> str:
    """The step's assignment as it is, was or would be now; without a session with placeholders."""
    try:
        state = session.look()
    except NoSession:
        return placeholders.brief(key, session.project, _team_notes(session))
    return assignment(session, state, key, progress.attempt(state, key))


def assignment(session: Session, state: State, key: flow.StepKey, attempt: int) -> str:
    """The brief of that attempt of the step, for its agent."""
    record = state.record(key)
    if record.run is not None and record.began_at is not None:
        # What happened since the launch is left out, so that a brief repeated is the same.
        known = tuple(event for event in state.timeline if event.at <= record.began_at)
        state = state.model_copy(update={"timeline": known})
    there = _here(session, state)
    active = session.active_changes(state) if flow.load().step(key).may_change else None
    project = session.project
    return signs.inert(brief(state, key, project, there, attempt=attempt, active=active))


def _here(session: Session, state: State) -> set[str]:
    """The files that a brief may name: current and replaced documents, the team's notes."""
    replaced = (name for record in state.steps.values() for name in record.replaces)
    there = session.store.there({*flow.load().document_order(), *replaced})
    return there | _team_notes(session)


def _team_notes(session: Session) -> set[str]:
    return {flow.TEAM_NOTES} if (session.project / flow.TEAM_NOTES).is_file() else set()
