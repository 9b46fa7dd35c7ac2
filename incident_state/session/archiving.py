"""Sessions moved to the archive and back by people; what nothing can read is set aside."""

from __future__ import annotations

from pathlib import Path

from incident_state.errors import CorruptState, NewerState, NoSession, Refused
from incident_state.prompts.next import Answer
from incident_state.session.next import carried_out
from incident_state.session.session import Session
from incident_state.state import ownership
from incident_state.state.model import State, Unfinished
from incident_state.storage.archive import set_aside, state_of


def there(session: Session) -> State | None:
    """The state of the session at hand; None where there is none, CorruptState as it is read."""
    try:
        return session.store.read()
    except NoSession:
        return None


def at_hand(session: Session) -> State | None:
    """The same, what a killed process left half done being finished first."""
    try:
        return session.load()
    except NoSession:
        return None


def archive_into(session: Session, state: State, successor: State | None) -> State:
    """The session archived whole, and its successor in its place, as one recorded step."""
    state = ownership.let_go(state, session.now(), "archived", "Archived")
    moves = Unfinished(kind="archive", successor=successor)
    return session.save(state.model_copy(update={"unfinished": moves}))


def archive(session: Session) -> str:
    """The session moved away by a person; the id under which it is kept."""
    with session.locked():
        state = session.store.read()
        session.caller.must_be_a_person(("archive",))
        return archive_into(session, state, None).incident_id


def archive_corrupt(session: Session) -> Path:
    """A session that cannot be read set aside by a person, whole; the folder where it is kept."""
    session.caller.must_be_a_person(("archive", "--corrupt"))
    with session.store.locked(session.lock_seconds):
        session.store.heal_state()
        try:
            state = session.store.read()
        except NewerState:
            raise
        except CorruptState:
            return set_aside(session.store)
    raise Refused(f"Incident {state.incident_id} can be read: archive it as it is.", ("archive",))


def restore(session: Session, incident_id: str) -> Answer:
    """An archived session brought back by a person, paused unless complete; what is next."""
    session.caller.must_be_a_person(("restore", incident_id))
    with session.locked(create=True):
        old = there(session)
        repeated = old and old.incident_id == incident_id and old.newest.kind == "restored"
        if not repeated:
            state = state_of(session.store, incident_id)
            if state.incident_id != incident_id:
                raise Refused(f"The archive's {incident_id} holds {state.incident_id}.", ("list",))
            if old is not None and old.status != "complete":
                raise Refused(
                    f"Incident {old.incident_id} is open: archive it first.", ("archive",)
                )
            state = ownership.let_go(state, session.now(), "restored", "Restored")
            moves = Unfinished(kind="restore")
            paused = state.status != "complete"
            state = state.model_copy(update={"unfinished": moves, "paused": paused})
            if old is None:
                session.save(state)
            else:
                archive_into(session, old, state)
    return carried_out(session)
