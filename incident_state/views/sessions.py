"""Which sessions a project holds: the one at hand, and those in its archive, for reading alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from incident_state.errors import CorruptState, DiskError, NoSession, Refused
from incident_state.session.callers import Caller
from incident_state.session.session import Session
from incident_state.state.model import State
from incident_state.storage import archive


@dataclass(frozen=True)
class Kept:
    """A session of the list: its state, or what keeps it from being read."""

    incident_id: str
    state: State | None
    problem: str | None = None
    current: bool = False


def opened(project: Path, caller: Caller, incident_id: str | None) -> tuple[Session, State]:
    """The session at hand, or the archived one of that id, which must not be written to.

    NoSession, CorruptState, or Refused for an id that is not in the archive.
    """
    session = Session(project, caller)
    if incident_id is None:
        return session, session.look()
    try:
        state = session.look()
    except (NoSession, CorruptState):
        pass
    else:
        if state.incident_id == incident_id:
            return session, state
    state = archive.state_of(session.store, incident_id)
    session.store = session.store.in_archive(incident_id)
    return session, state


def of_project(session: Session) -> Iterator[Kept]:
    """Every session of the project, the newest first."""
    current = _read(session)
    if current is not None:
        yield current
    for incident_id in reversed(archive.ids(session.store)):
        try:
            yield Kept(incident_id, archive.state_of(session.store, incident_id))
        except (CorruptState, Refused, DiskError) as error:
            yield Kept(incident_id, None, f"{incident_id}: {str(error).splitlines()[0]}")
    for name in reversed(archive.aside(session.store)):
        kept = session.store.folder / "archive" / name
        yield Kept(name, None, f"{name}: set aside because it could not be read: {kept}")


def _read(session: Session) -> Kept | None:
    try:
        state = session.store.read()
    except NoSession:
        return None
    except CorruptState as error:
        return Kept("", None, str(error).splitlines()[0], current=True)
    return Kept(state.incident_id, state, current=True)
