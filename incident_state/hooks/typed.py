"""`/incident-response …` as it was typed: a session begins, goes on, or a choice is prepared."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from incident_state import arguments, client_version
from incident_state.hooks import Payload, Response, here
from incident_state.hooks.client import NESTED
from incident_state.hooks.client import session as open_session
from incident_state.project import main_checkout

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
        elsewhere = "" if session.store.folder.exists() else _elsewhere(payload)
        typed = arguments.parse(str(payload.get("command_args") or ""))
        told = _typed(session, typed)
        if told is None:
            carried_out(session)
    except NoSession:
        told = f"No incident is open here. Say what is wrong: {arguments.USAGE}"
        told = f"{elsewhere}\n{told}".strip()
    except StateError as error:
        told = str(error)
    if told is None:
        apart = elsewhere and f"{elsewhere}. The one that begins here is kept apart from it."
        notices = [client_version.told_if_old(), apart]
        said = "\n".join(filter(None, notices))
        return {"systemMessage": said} if said else {}
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
    from incident_state.session.beginning import new_session
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
            session.save(new_session(session, typed.description, severity, owner=own))
            return None
        from incident_state.session import answers
        from incident_state.state import decisions, ownership

        if typed.description is None and severity is not None:
            session.save(decisions.severity_set(state, session.now(), severity, person=True))
            foreign = state.owner not in {None, own} or state.status == "complete"
            return f"Severity of {state.incident_id} set to {severity}." if foreign else None
        if typed.description is not None:
            below = _below(session)
            request = Request(description=typed.description, severity=severity, below=below)
            session.save(ownership.requested(state, own, request))
        elif state.status != "complete":
            idle = state.paused and not progress.running(state)
            if state.owner in {None, own} or idle:
                session.save(answers.adopt(ownership.requested(state, own, None), session, own))
            else:
                session.save(ownership.requested(state, own, Request(below=_below(session))))
    return None


def _below(session: Session) -> str | None:
    """The client's folder below the project; None where it is the project."""
    if session.here == session.project:
        return None
    from incident_state.documents import signs

    folder = os.fsencode(session.here.relative_to(session.project)).decode("utf-8", "replace")
    return signs.one_line(folder)


def _elsewhere(payload: Payload) -> str:
    """The open incident of the repository's main checkout, where the client is in a worktree."""
    main = main_checkout(here(payload))
    if main is None:
        return ""
    from incident_state.documents.document import title
    from incident_state.errors import StateError
    from incident_state.storage.folder import Store

    try:
        state = Store(Path(main)).read()
    except StateError:
        return ""
    if state.status == "complete":
        return ""
    incident = f"{state.severity} {state.incident_id}: {title(state.incident)}"
    return f"The main checkout of this worktree, {main}, has an open incident: {incident}"
