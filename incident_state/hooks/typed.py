"""`/incident-response …` as it was typed: a session begins, goes on, or a choice is prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from incident_state import arguments, client_version
from incident_state.hooks import Payload, Response
from incident_state.hooks.client import NESTED
from incident_state.hooks.client import session as open_session

if TYPE_CHECKING:
    from incident_state.session.session import Session


def expanded(payload: Payload) -> Response:
    """What was typed takes effect now; the command file's own line then tells what is next."""
    session = open_session(payload, person=True)
    from incident_state.errors import NoSession, PersonsAlone, StateError
    from incident_state.session.next import carried_out

    try:
        if not session.caller.person:
            raise PersonsAlone(f"{NESTED} The user types it in their own client.")
        typed = arguments.parse(str(payload.get("command_args") or ""))
        told = _typed(session, typed)
        if told is None:
            carried_out(session)
    except NoSession:
        told = f"No incident is open here. Say what is wrong: {arguments.USAGE}"
    except StateError as error:
        told = str(error)
    if told is None:
        old = client_version.told_if_old()
        return {"systemMessage": old} if old else {}
    return {
        "decision": "block",
        "reason": told,
        "hookSpecificOutput": {
            "hookEventName": "UserPromptExpansion",
            "suppressOriginalPrompt": True,
        },
    }


def _typed(session: Session, typed: arguments.Typed) -> str | None:
    """None if the command goes on to the model, else what the user is told instead."""
    from incident_state.errors import NoSession
    from incident_state.state import progress
    from incident_state.state.model import SEVERITIES, Request

    severity = next((s for s in SEVERITIES if s == typed.severity), None)
    own = session.caller.session_id or ""
    with session.locked(create=typed.description is not None):
        try:
            state = session.store.read()
        except NoSession:
            if typed.description is None:
                raise
            session.save(session.new(typed.description, severity, owner=own))
            return None
        from incident_state.session import people
        from incident_state.state import decisions

        if typed.description is None and severity is not None:
            session.save(decisions.severity_set(state, session.now(), severity, person=True))
            foreign = state.owner not in {None, own} or state.status == "complete"
            return f"Severity of {state.incident_id} set to {severity}." if foreign else None
        if typed.description is not None:
            request = Request(description=typed.description, severity=severity)
            session.save(decisions.requested(state, own, request))
        elif state.status != "complete":
            idle = state.paused and not progress.running(state)
            if state.owner in {None, own} or idle:
                session.save(people.adopt(decisions.requested(state, own, None), session, own))
            else:
                session.save(decisions.requested(state, own, Request()))
    return None
