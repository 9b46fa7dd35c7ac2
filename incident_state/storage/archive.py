"""The archived sessions of a project: read, and moved there and back as a whole."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from itertools import chain, count
from pathlib import Path

from incident_state.errors import Refused
from incident_state.state.file import dump
from incident_state.state.model import INCIDENT_ID, State
from incident_state.storage import backup, disk, moving, sealed
from incident_state.storage.folder import LOCK, Store
from incident_state.storage.sealed import ASKED, BACKUP, IGNORE, MARKER, SCRATCH, STATE

ASIDE = "corrupt-"  # before the time of the last change to what cannot be read
_OWN = {STATE, BACKUP, MARKER, LOCK, IGNORE, SCRATCH, "archive"}


def ids(store: Store) -> list[str]:
    """The ids of the archived sessions, oldest first."""
    return sorted(name for name in _names(store) if re.fullmatch(INCIDENT_ID, name))


def _names(store: Store) -> list[str]:
    with store.refusals("read the archive"):
        disk.must_be_folder(store.folder / "archive")
        try:
            return [entry.name for entry in (store.folder / "archive").iterdir()]
        except FileNotFoundError:
            return []


def state_of(store: Store, incident_id: str) -> State:
    """The state of an archived session; Refused if there is none of that id."""
    if not re.fullmatch(INCIDENT_ID, incident_id):
        raise Refused(f"{incident_id!r} is not the id of an incident.", ("list",))
    path = store.folder / "archive" / incident_id / STATE
    with disk.refusals(f"read {path}"):
        disk.must_be_folder(path.parent.parent)
        disk.must_be_folder(path.parent)
        data = disk.read(path, sealed.LARGEST)
    if data is None:
        raise Refused(f"No session {incident_id} is in the archive.", ("list",))
    return backup.parsed(data, path)


def move_in(store: Store, state: State, *, successor: bool) -> None:
    """The session moved whole to `archive/<id>/`, `state` as its state.json there.

    With a successor the state here stays, until the successor's takes its place at once. What
    agents tried out is no part of it, and goes: nobody has masked the secrets in it.
    """
    folder = store.folder
    target = folder / "archive" / state.incident_id
    with store.whole() as changes, store.refusals("archive the session"):
        for each in (target.parent, target):
            changes.make(each)
        moving.move(changes, folder, target, _session_files(store))
        changes.write(target / STATE, dump(state).encode())
        for gone in (folder / SCRATCH, *folder.glob(f"{ASKED}*")):
            changes.drop(gone)
        disk.sync_folder(target.parent)
        if not successor:
            store.seal(None, b"")
            for name in (MARKER, BACKUP, STATE):
                changes.drop(folder / name)


def move_out(store: Store, incident_id: str) -> None:
    """The archived session's files moved back; its folder in the archive is gone then."""
    source = store.folder / "archive" / incident_id
    with store.whole() as changes, store.refusals("restore the session"):
        disk.must_be_folder(source.parent)
        if disk.is_folder(source):
            found = sorted(e.name for e in source.iterdir())
            changes.move(source, store.folder, tuple(n for n in found if n not in _OWN))
            changes.drop(source)


def set_aside(store: Store) -> Path:
    """All that is there moved into a folder of the archive, unread; the caller holds the lock.

    What tells the session goes last, and names that folder: killed before that, what is left is as
    corrupt as it was, and goes to the same place.
    """
    folder = store.folder
    with store.whole() as changes, store.refusals("set the session aside"):
        last = (STATE, BACKUP, MARKER)
        target = _room_aside(folder, [name for name in last if disk.exists(folder / name)])
        for each in (target.parent, target):
            changes.make(each)
        there = sorted(entry.name for entry in folder.iterdir())
        stays = {*last, LOCK, IGNORE, "archive"}
        changes.move(folder, target, tuple(each for each in there if each not in stays))
        changes.move(folder, target, last)
        # Nothing good was sealed, or it would have been put back.
        store.seal(None, b"")
    return target


def _room_aside(folder: Path, telling: list[str]) -> Path:
    """Where it is set aside; the files that tell it are moved in that order, or were already."""
    changed = datetime.fromtimestamp((folder / telling[-1]).lstat().st_mtime, timezone.utc)
    name = f"{ASIDE}{changed:%Y%m%d-%H%M%S}"
    names = chain([name], (f"{name}-{number}" for number in count(1)))
    rooms = (folder / "archive" / each for each in names)
    return next(r for r in rooms if not any(disk.exists(r / each) for each in telling))


def aside(store: Store) -> list[str]:
    """The names in the archive of what was set aside, oldest first."""
    found = _names(store)
    return sorted(name for name in found if name.startswith(ASIDE))


def _session_files(store: Store) -> tuple[str, ...]:
    names = sorted(entry.name for entry in store.folder.iterdir())
    return tuple(n for n in names if n not in _OWN and not n.startswith((disk.TEMPORARY, ASKED)))
