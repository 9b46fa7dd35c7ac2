"""The session folder, `.incident-response/`: state and documents read, written, moved, archived.

Invariant: what `state.json` says is decided. File moves follow the state that orders them, and
whoever takes the lock next finishes them first; so a crash leaves nothing between two states.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from incident_state.errors import (
    CorruptState,
    DiskError,
    NoSession,
    Refused,
    StateError,
)
from incident_state.state.file import dump, parse
from incident_state.state.model import INCIDENT_ID, State, Unfinished
from incident_state.storage import disk, lock

FOLDER = ".incident-response"
# The team's own notes, in the project beside it; they are read and never written.
TEAM_NOTES = ".claude/incident-response.md"
START = ("start", "<what is wrong>")
STATE, BACKUP, MARKER, LOCK = "state.json", "state.json.bak", "open", "lock"
MAX_STATE_BYTES = 64_000_000
_OWN = {STATE, BACKUP, MARKER, LOCK, ".gitignore", "archive"}
_STAGED = "staged-"


class Store:
    """The session folder of one project."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.folder = project / FOLDER
        self.is_archived = False
        self._changes: disk.Changes | None = None

    def in_archive(self, incident_id: str) -> Store:
        """The store whose folder is that archived session's, for reading."""
        store = Store(self.project)
        store.folder = self.folder / "archive" / incident_id
        store.is_archived = True
        return store

    # -- lock ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, seconds: float = lock.SECONDS, *, create: bool = False) -> Iterator[None]:
        """The session's lock held; Locked after `seconds`, NoSession where there is no folder."""
        with disk.refusals("lock the session"):
            if create:
                self._make_folder()
            elif not disk.is_folder(self.folder):
                raise NoSession("No incident session is open in this project.", START)
        with lock.held(self.folder / LOCK, seconds):
            if create:
                with disk.refusals("lock the session"):
                    self._ignore()
            yield

    def _make_folder(self) -> None:
        with contextlib.suppress(FileExistsError):
            self.folder.mkdir(mode=0o700)
        if not disk.is_folder(self.folder):
            raise Refused(f"{self.folder} is not a folder: move it away.", ())
        disk.sync_folder(self.project)

    def _ignore(self) -> None:
        ignore = self.folder / ".gitignore"
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
        try:
            yield self._changes
        except DiskError as error:
            if not self._changes.take_back():
                raise DiskError(error.what, "Not all of it could be taken back.") from error
            raise
        finally:
            self._changes.forget()
            self._changes = None

    # -- state --------------------------------------------------------------------------------

    def read(self) -> State:
        """The session's state; NoSession where there is none, CorruptState where it is damaged."""
        path = self.folder / STATE
        with disk.refusals(f"read {path}"):
            there = disk.is_folder(self.folder)
            data = disk.read(path, MAX_STATE_BYTES) if there else None
            if there and data is None and disk.exists(self.folder / MARKER):
                # Whoever starts an incident makes the state, then the marker: it is there by now.
                data = disk.read(path, MAX_STATE_BYTES)
                if data is None:
                    raise CorruptState(
                        self._damaged(path, "it is missing though an incident is open")
                    )
        if data is None:
            raise NoSession("No incident session is open in this project.", START)
        return self._parsed(data, path)

    def _parsed(self, data: bytes, path: Path) -> State:
        try:
            return parse(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise CorruptState(self._damaged(path, "it is not UTF-8 text")) from error
        except CorruptState as error:
            raise CorruptState(self._damaged(path, str(error))) from error

    def _damaged(self, path: Path, what: str) -> str:
        """What is wrong with that state.json, and the command that puts the good copy back."""
        import shlex

        backup = path.with_name(BACKUP)
        try:
            data = disk.read(backup, MAX_STATE_BYTES)
            parse((data or b"").decode("utf-8"))
        except (StateError, OSError, ValueError):
            return f"{path} is corrupt: {what}. No good {BACKUP} is beside it; nothing was touched."
        command = f"cp -p {shlex.quote(str(backup))} {shlex.quote(str(path))}"
        told = f"{path} is corrupt: {what}. Nothing was touched."
        return f"{told}\nTo go back to the version before: {command}"

    def write(self, state: State) -> None:
        """The state recorded, whole and durable, the version before kept as state.json.bak."""
        path = self.folder / STATE
        with self.whole() as changes, disk.refusals("record the state"):
            staged = changes.stage(f"{STATE}-{os.getpid()}", dump(state).encode())
            if kept := changes.keep(path):
                kept.replace(self.folder / BACKUP)
            changes.put(staged, path)
            self._mark(state, changes)

    def marked(self, state: State) -> bool:
        """Whether the marker that hooks look for is as the state wants it."""
        wanted = state.status != "complete" or bool(state.requests)
        with disk.refusals("look for the marker of an open incident"):
            return disk.exists(self.folder / MARKER) == wanted

    def mark(self, state: State) -> None:
        """The marker made or removed, as the state wants it."""
        with self.whole() as changes, disk.refusals("mark the incident as open"):
            self._mark(state, changes)

    def _mark(self, state: State, changes: disk.Changes) -> None:
        marker = self.folder / MARKER
        if self.marked(state):
            return
        if disk.exists(marker):
            changes.drop(marker)
        else:
            changes.write(marker, f"{state.incident_id}\n".encode())

    # -- documents ----------------------------------------------------------------------------

    def read_document(self, name: str, limit: int) -> bytes | None:
        """The bytes of a file below the session folder; None if absent; at most `limit` and one."""
        with disk.refusals(f"read {name}"):
            return disk.read(self.folder / name, limit)

    def stage_document(self, name: str, data: bytes) -> None:
        """The document's new bytes beside it; they take its place when the state orders it."""
        with disk.refusals(f"write {name}"):
            disk.Changes(self.folder).stage(f"{_STAGED}{name}", data)

    def replace_documents(self, moves: Unfinished) -> None:
        """The ordered documents moved to their revisions folder, and the staged ones in place.

        Each may have been, before: a staged document that is not there any more is in its place.
        """
        with self.whole() as changes, disk.refusals("replace documents"):
            staged = {n: self.folder / f"{disk.TEMPORARY}{_STAGED}{n}" for n in moves.staged}
            put = {name for name, file in staged.items() if not disk.exists(file)}
            names = tuple(name for name in moves.names if name not in put)
            if names:
                target = self.folder / "revisions" / moves.folder
                for folder in (target.parent, target):
                    folder.mkdir(mode=0o700, exist_ok=True)
                changes.move(self.folder, target, names)
                disk.sync_folder(target.parent)
            for name in (name for name in staged if name not in put):
                changes.put_again(staged[name], self.folder / name)

    def there(self, names: Iterable[str]) -> set[str]:
        """Those of the session folder's files that are there."""
        with disk.refusals("look for documents"):
            return {name for name in names if disk.exists(self.folder / name)}

    def replaced(self) -> tuple[str, ...]:
        """The documents in `revisions/`, each as `<n>/<name>`, the oldest first."""
        with disk.refusals("read the revisions"):
            found = [path.relative_to(self.folder) for path in self.folder.glob("revisions/*/*.md")]
        names = [(path.parts[1].zfill(9), "/".join(path.parts[1:])) for path in found]
        return tuple(name for _, name in sorted(names))

    # -- archive ------------------------------------------------------------------------------

    def archived(self) -> list[str]:
        """The ids of the archived sessions, oldest first."""
        with disk.refusals("read the archive"):
            try:
                names = [entry.name for entry in (self.folder / "archive").iterdir()]
            except FileNotFoundError:
                return []
        return sorted(name for name in names if re.fullmatch(INCIDENT_ID, name))

    def read_archived(self, incident_id: str) -> State:
        """The state of an archived session; Refused if there is none of that id."""
        if not re.fullmatch(INCIDENT_ID, incident_id):
            raise Refused(f"{incident_id!r} is not the id of an incident.", ("list",))
        path = self.folder / "archive" / incident_id / STATE
        with disk.refusals(f"read {path}"):
            data = disk.read(path, MAX_STATE_BYTES)
        if data is None:
            raise Refused(f"No session {incident_id} is in the archive.", ("list",))
        return self._parsed(data, path)

    def move_to_archive(self, state: State, *, successor: bool) -> None:
        """The session moved whole to `archive/<id>/`, `state` as its state.json there.

        With a successor the state here stays, until the successor's takes its place at once.
        """
        target = self.folder / "archive" / state.incident_id
        with self.whole() as changes, disk.refusals("archive the session"):
            for folder in (target.parent, target):
                folder.mkdir(mode=0o700, exist_ok=True)
            changes.move(self.folder, target, self._session_files())
            changes.write(target / STATE, dump(state).encode())
            disk.sync_folder(target.parent)
            for name in () if successor else (MARKER, BACKUP, STATE):
                changes.drop(self.folder / name)

    def move_from_archive(self, incident_id: str) -> None:
        """The archived session's files moved back; its folder in the archive is gone then."""
        source = self.folder / "archive" / incident_id
        with self.whole() as changes, disk.refusals("restore the session"):
            if disk.is_folder(source):
                found = sorted(e.name for e in source.iterdir())
                changes.move(source, self.folder, tuple(n for n in found if n not in _OWN))
                changes.drop(source)

    def _session_files(self) -> tuple[str, ...]:
        names = sorted(entry.name for entry in self.folder.iterdir())
        return tuple(n for n in names if n not in _OWN and not n.startswith(disk.TEMPORARY))

    def littered(self) -> bool:
        """Whether temporary files are there: of a command at work, or of a killed one."""
        with disk.refusals(f"read {self.folder}"):
            names = (entry.name for entry in self.folder.iterdir())
            return any(name.startswith(disk.TEMPORARY) for name in names)

    def sweep(self) -> None:
        """Temporary files that a killed process left are removed; the caller holds the lock."""
        with disk.refusals("sweep"):
            for entry in self.folder.iterdir():
                if entry.name.startswith(disk.TEMPORARY):
                    disk.remove(entry)
