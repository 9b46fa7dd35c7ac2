"""A new session: what its record begins with."""

from __future__ import annotations

from datetime import datetime

from incident_state.documents import document
from incident_state.errors import Refused
from incident_state.session.session import Session
from incident_state.state.model import DEFAULT_SEVERITY, Severity, State
from incident_state.state.timeline import Event, iso


def new_session(
    session: Session,
    description: str,
    severity: Severity | None,
    owner: str | None,
    onset: datetime | None = None,
) -> State:
    """A new session, to be saved where none is, or as another one's successor.

    An onset that a person gives goes before the one that step 1 finds.
    """
    now = session.now()
    if onset is not None and onset > now:
        raise Refused(f"{iso(onset)} lies in the future.", ())
    how = f" as {severity}" if severity else f", {DEFAULT_SEVERITY} by default"
    began = f", onset {iso(onset)}" if onset else ""
    text = f"Reported{how}{began}: {session.words.described(description)}"
    number = document.digest(f"{iso(now)} {description}".encode())[:4]
    return State(
        incident_id=f"INC-{now:%Y%m%d-%H%M%S}-{number}",
        incident=description,
        started_at=now,
        last_updated=now,
        declared=severity,
        pinned_onset=onset if session.caller.person else None,
        declared_onset=None if session.caller.person else onset,
        owner=owner,
        timeline=(Event(at=now, kind="started", actor=session.caller.actor, text=text),),
    )
