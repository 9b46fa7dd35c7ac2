"""The archived sessions of a project, for reading; they are moved there and back by the folder."""

from __future__ import annotations

import re

from incident_state.errors import Refused
from incident_state.state.model import INCIDENT_ID, State
from incident_state.storage import backup, disk, sealed
from incident_state.storage.folder import Store


def ids(store: Store) -> list[str]:
    """The ids of the archived sessions, oldest first."""
    with disk.refusals("read the archive"):
        disk.must_be_folder(store.folder / "archive")
        try:
            names = [entry.name for entry in (store.folder / "archive").iterdir()]
        except FileNotFoundError:
            return []
    return sorted(name for name in names if re.fullmatch(INCIDENT_ID, name))


def state_of(store: Store, incident_id: str) -> State:
    """The state of an archived session; Refused if there is none of that id."""
    if not re.fullmatch(INCIDENT_ID, incident_id):
        raise Refused(f"{incident_id!r} is not the id of an incident.", ("list",))
    path = store.folder / "archive" / incident_id / sealed.STATE
    with disk.refusals(f"read {path}"):
        disk.must_be_folder(path.parent.parent)
        disk.must_be_folder(path.parent)
        data = disk.read(path, sealed.LARGEST)
    if data is None:
        raise Refused(f"No session {incident_id} is in the archive.", ("list",))
    return backup.parsed(data, path)
