"""Which client session leads an incident, and what was typed in another one meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from incident_state.state import progress
from incident_state.state.model import Request, State
from incident_state.state.timeline import Decision, Event


def owned(state: State, now: datetime, owner: str | None, text: str) -> State:
    """The incident owned by that client session; what another one had in flight is lost to it."""
    if state.owner != owner:
        state = progress.ended(state, now, tuple(progress.running(state)), "lost sight of")
    event = Event(at=now, kind="owned", actor="person", text=text)
    return state.after(event, owner=owner, handing_over=False)


def handed_over(state: State, now: datetime, owner: str) -> State:
    """The incident owned by the session that follows a cleared one; its agents live on."""
    event = Event(at=now, kind="owned", actor="helper", text="Handed on by /clear")
    return state.after(event, owner=owner, handing_over=False)


def let_go(state: State, now: datetime, kind: Literal["archived", "restored"], text: str) -> State:
    """The incident owned by nobody, with nothing in flight and no request: archived or restored."""
    state = progress.ended(state, now, tuple(progress.running(state)), text.lower())
    event = Event(at=now, kind=kind, actor="person", text=text)
    return state.after(event, owner=None, handing_over=False, requests={}, closing=None)


def answered_existing(state: State, now: datetime, decision: Decision) -> State:
    """A person's choice about the incident that was there when a command was typed."""
    event = Event(
        at=now,
        kind="decided",
        actor="person",
        decision=decision,
        text=f"The incident that was there: {decision.label}",
    )
    return requested(state.after(event), decision.session_id or "", None)


def requested(state: State, session_id: str, request: Request | None) -> State:
    """What was typed in that client session waiting for a choice; None when it was made."""
    requests = {key: value for key, value in state.requests.items() if key != session_id}
    if request is not None:
        requests[session_id] = request
    return state.model_copy(update={"requests": requests})
