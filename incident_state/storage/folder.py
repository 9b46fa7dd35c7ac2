"""The session folder, `.incident-response/`: state and documents read, written, moved, archived.

Invariant: what `state.json` says is decided. File moves follow the state that orders them, and
whoever takes the lock next finishes them first; so a crash leaves nothing between two states.
Each state is sealed in the vault before it is written here; what differs from it is put back.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path

from incident_state.errors import (
    DiskError,
    NoSession,
    Refused,
)
from incident_state.state.file import dump
from incident_state.state.model import State, Unfinished
from incident_state.state.timeline import Event
from incident_state.storage import backup, disk, healing, lock, moving, sealed
from incident_state.storage.healing import Healing
from incident_state.storage.sealed import BACKUP, FOLDER, IGNORE, MARKER, STAGED, STATE
from incident_state.storage.vault import NO_PLACE, Vault, vault_of

START = ("start", "<what is wrong>")
LOCK = lock.NAME


class Store:
    """The session folder of one project."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.folder = project / FOLDER
        self.is_archived = False
        self.newest: datetime | None = None  # what the state that was read was last changed at
        self.recorded = False  # whether anything was recorded, by this store, that stands
        self._last_done: Event | None = None  # what somebody did last, in the state that was read
        self._told = False  # whether a state of these changes tells of something that was done
        self._changes: disk.Changes | None = None
        self._sealing: disk.Changes | None = None
        self._healed: Healing | None = None

    def in_archive(self, incident_id: str) -> Store:
        """The store whose folder is that archived session's, for reading."""
        store = Store(self.project)
        store.folder = self.folder / "archive" / incident_id
        store.is_archived = True
        return store

    @contextlib.contextmanager
    def refusals(self, doing: str) -> Iterator[None]:
        """What the disk refuses, as DiskError; what was recorded before it stands, and is told."""
        place = str(self.folder)
        try:
            with disk.refusals(doing if place in doing else f"{doing} in {place}"):
                yield
        except DiskError as error:
            if self.recorded:
                raise DiskError(error.what, "What was recorded before it stands.") from error
            raise

    # -- lock ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, seconds: float = lock.SECONDS, *, create: bool = False) -> Iterator[None]:
        """The session's lock held; Locked after `seconds`, NoSession where there is no folder."""
        with self.refusals("lock the session"):
            if create:
                self._make_folder()
            elif self.vault and healing.vanished(self.folder, self.vault):
                self._healed = Healing(self.folder, self.vault)
            elif not disk.is_folder(self.folder):
                raise NoSession("No incident session is open in this project.", START)
        with lock.held(self.folder / LOCK, seconds):
            if create:
                with self.refusals("lock the session"):
                    self._ignore()
            yield

    def _make_folder(self) -> None:
        with contextlib.suppress(FileExistsError):
            self.folder.mkdir(mode=0o700)
        if not disk.is_folder(self.folder):
            raise Refused(f"{self.folder} is not a folder: move it away.", ())
        disk.sync_folder(self.project)

    def _ignore(self) -> None:
        ignore = self.folder / IGNORE
        if not disk.exists(ignore):
            with self.whole() as changes:
                changes.write(ignore, b"*\n")

    @contextlib.contextmanager
    def whole(self) -> Iterator[disk.Changes]:
        """Changes that stand together: where the disk refuses one, all are taken back.

        The caller holds the lock; inside of it, another one belongs to the same changes.
        """
        if self._changes is not None:
            yield self._changes
            return
        self._changes = disk.Changes(self.folder)
        self._sealing = disk.Changes(self.vault.folder) if self.vault else None
        made = [self._changes, *([self._sealing] if self._sealing else [])]
        try:
            yield self._changes
        except DiskError as error:
            well = [each.take_back() for each in made]
            if not all(well):
                raise DiskError(error.what, "Not all of it could be taken back.") from error
            raise
        else:
            self.recorded = self.recorded or self._told
        finally:
            for each in made:
                each.forget()
            self._changes = self._sealing = None
            self._told = False

    # -- state --------------------------------------------------------------------------------

    def read(self) -> State:
        """The session's state; NoSession where there is none, CorruptState where it is damaged."""
        path = self.folder / STATE
        with self.refusals(f"read {path}"):
            there = disk.is_folder(self.folder)
            data = disk.read(path, sealed.LARGEST) if there else None
            if there and data is None and disk.exists(self.folder / MARKER):
                # Whoever starts an incident makes the state, then the marker: it is there by now.
                data = disk.read(path, sealed.LARGEST)
                if data is None:
                    raise backup.damaged(path, "it is missing though an incident is open")
        if data is None:
            raise NoSession("No incident session is open in this project.", START)
        state = backup.parsed(data, path)
        self.newest, self._last_done = state.last_updated, state.newest
        return state

    def write(self, state: State) -> None:
        """The state recorded, whole and durable, the version before kept as state.json.bak."""
        path = self.folder / STATE
        with self.whole() as changes, self.refusals("record the state"):
            data = dump(state).encode()
            self._told = self._told or state.newest != self._last_done
            self.seal(state, data)
            staged = changes.stage(f"{STATE}-{os.getpid()}", data)
            if kept := changes.keep(path):
                kept.replace(self.folder / BACKUP)
            changes.put(staged, path)
            self._mark(state, changes)

    def seal(self, state: State | None, data: bytes) -> None:
        """What is to be state.json sealed, with the documents; None where no session is left."""
        if self.vault and self._sealing:
            files, marker = (state.digests, state.marker) if state else ({}, "")
            with self.refusals(f"seal the record in {self.vault.folder}"):
                self.vault.seal(self._sealing, self.folder, data, files, marker=marker)

    def marked(self, state: State) -> bool:
        """Whether the marker that hooks look for is as the state wants it."""
        with self.refusals("look for the marker of an open incident"):
            found = sealed.contents(str(self.folder / MARKER))
            return found == (state.marker.encode() or None)

    def mark(self, state: State) -> None:
        """The marker made or removed, as the state wants it."""
        with self.whole() as changes, self.refusals("mark the incident as open"):
            self._mark(state, changes)

    def _mark(self, state: State, changes: disk.Changes) -> None:
        marker = self.folder / MARKER
        if self.marked(state):
            return
        if state.marker:
            changes.write(marker, state.marker.encode())
        else:
            changes.drop(marker)

    # -- the vault ----------------------------------------------------------------------------

    @cached_property
    def vault(self) -> Vault | None:
        """Where the record is sealed; None where no place for it is known."""
        with self.refusals("look for the sealed copy of the record"):
            return None if self.is_archived else vault_of(self.project)

    @property
    def unsealed(self) -> str | None:
        """Why the newest change could not be sealed; None if it was."""
        return self.vault.refused if self.vault else NO_PLACE

    def differs(self) -> bool:
        """Whether anything but what people may change is not as it is sealed."""
        with self.refusals("compare the record with its sealed copy"):
            return self.vault is not None and healing.differs(self.folder, self.vault)

    def differences(self) -> list[str]:
        """All that is not as it is sealed, as paths below the session folder."""
        with self.refusals("compare the record with its sealed copy"):
            return healing.differences(self.folder, self.vault) if self.vault else []

    def heal_state(self) -> Healing | None:
        """state.json as it is sealed; the caller holds the lock, and goes on with `others`."""
        if self.vault is None:
            return None
        with self.refusals("put the record back"):
            healed, self._healed = self._healed or Healing(self.folder, self.vault), None
            healed.state()
        return healed

    # -- documents ----------------------------------------------------------------------------

    def read_document(self, name: str, limit: int) -> bytes | None:
        """The bytes of a file below the session folder; None if absent; at most `limit` and one."""
        with self.refusals(f"read {name}"):
            self._must_lie_within(name)
            return disk.read(self.folder / name, limit)

    def _must_lie_within(self, name: str) -> None:
        """CorruptState where a folder on the way to that file is a link, which may lead out."""
        *folders, _ = Path(name).parents
        for above in reversed(folders):
            disk.must_be_folder(self.folder / above)

    def stage_document(self, name: str, data: bytes) -> None:
        """The document's new bytes beside it; they take its place when the state orders it."""
        with self.refusals(f"write {name}"):
            disk.Changes(self.folder).stage(f"{STAGED}{name}", data)

    def replace_documents(self, moves: Unfinished) -> None:
        """The ordered documents moved to their revisions folder, and the staged ones in place.

        Each may have been, before: a staged document that is not there any more is in its place.
        """
        with self.whole() as changes, self.refusals("replace documents"):
            staged = {n: self.folder / f"{disk.TEMPORARY}{STAGED}{n}" for n in moves.staged}
            put = {name for name, file in staged.items() if not disk.exists(file)}
            names = tuple(name for name in moves.names if name not in put)
            if names:
                target = self.folder / "revisions" / moves.folder
                for folder in (target.parent, target):
                    changes.make(folder)
                moving.move(changes, self.folder, target, names)
                disk.sync_folder(target.parent)
            for name in (name for name in staged if name not in put):
                changes.put_again(staged[name], self.folder / name)

    def there(self, names: Iterable[str]) -> set[str]:
        """Those of the session folder's files that are there."""
        with self.refusals("look for documents"):
            for name in (names := list(names)):
                self._must_lie_within(name)
            return {name for name in names if disk.exists(self.folder / name)}

    def replaced(self) -> tuple[str, ...]:
        """The documents in `revisions/`, each as `<n>/<name>`, the oldest first."""
        with self.refusals("read the revisions"):
            disk.must_be_folder(self.folder / "revisions")
            found = [
                path.relative_to(self.folder) for path in self.folder.glob("revisions/[0-9]*/*.md")
            ]
        names = [(path.parts[1].zfill(9), "/".join(path.parts[1:])) for path in found]
        return tuple(name for _, name in sorted(names))

    # -- what a killed process left ------------------------------------------------------------

    def littered(self) -> bool:
        """Whether temporary files are there: of a command at work, or of a killed one."""
        with self.refusals(f"read {self.folder}"), contextlib.suppress(FileNotFoundError):
            names = (entry.name for entry in self.folder.iterdir())
            return any(name.startswith(disk.TEMPORARY) for name in names)
        return False

    def sweep(self) -> None:
        """Temporary files that a killed process left are removed; the caller holds the lock."""
        with self.refusals("sweep"):
            for entry in self.folder.iterdir():
                if entry.name.startswith(disk.TEMPORARY):
                    disk.remove(entry)
            if self.vault:
                self.vault.sweep()
