"""The only module that touches `.incident-response/`: lock, read, atomic write, moves, archive.

Invariant: what `state.json` says is decided. File moves follow the state that orders them, and
whoever takes the lock next finishes them first; so a crash leaves nothing between two states.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import shlex
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from incident_state import disk
from incident_state.errors import CorruptState, Locked, NoSession, Refused, StateError
from incident_state.state import INCIDENT_ID, State
from incident_state.statefile import dump, parse

FOLDER = ".incident-response"
START = ("start", "<what is wrong>")
STATE, BACKUP, MARKER, LOCK = "state.json", "state.json.bak", "open", "lock"
LOCK_SECONDS = 10.0
MAX_STATE_BYTES = 64_000_000
_POLL_SECONDS = 0.02


class Store:
    """The session folder of one project."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.folder = project / FOLDER
        self.is_archived = False

    def in_archive(self, incident_id: str) -> Store:
        """The store whose folder is that archived session's, for reading."""
        store = Store(self.project)
        store.folder = self.folder / "archive" / incident_id
        store.is_archived = True
        return store

    # -- lock ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, seconds: float = LOCK_SECONDS, *, create: bool = False) -> Iterator[None]:
        """The session's lock held; Locked after `seconds`, NoSession where there is no folder."""
        with disk.refusals("lock the session"):
            if create:
                self._make_folder()
            elif not self._is_folder():
                raise NoSession("No incident session is open in this project.", START)
            descriptor = os.open(
                self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
            )
        try:
            self._wait_for(descriptor, seconds)
            yield
        finally:
            os.close(descriptor)

    def _wait_for(self, descriptor: int, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
                    raise Locked(
                        f"Process {holder or 'unknown'} holds the session's lock: "
                        "wait for it, or end it, and run this again."
                    ) from None
                time.sleep(_POLL_SECONDS)
            else:
                break
        # Who holds it is for the message above only, so a failure to write it is no failure.
        with contextlib.suppress(OSError):
            os.pwrite(descriptor, f"{os.getpid():<19}\n".encode(), 0)

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if not self._is_folder():
            raise Refused(f"{self.folder} is not a folder: move it away.", ())
        ignore = self.folder / ".gitignore"
        if not ignore.exists():
            disk.write(ignore, b"*\n")

    def _is_folder(self) -> bool:
        try:
            return stat.S_ISDIR(os.lstat(self.folder).st_mode)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ENOTDIR}:
                return False
            raise

    # -- state --------------------------------------------------------------------------------

    def read(self) -> State:
        """The session's state; NoSession where there is none, CorruptState where it is damaged."""
        path = self.folder / STATE
        with disk.refusals(f"read {path}"):
            if not self._is_folder():
                raise NoSession("No incident session is open in this project.", START)
            data = disk.read(path, MAX_STATE_BYTES)
            if data is None:
                if os.path.lexists(self.folder / MARKER):
                    raise CorruptState(
                        self._damaged(path, "it is missing though an incident is open")
                    )
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
        with disk.refusals("record the state"):
            path = self.folder / STATE
            if os.path.lexists(path):
                self._keep_backup(path)
            disk.write(path, dump(state).encode())
        self.mark(state)

    def _keep_backup(self, path: Path) -> None:
        spare = self.folder / f"{disk.TEMPORARY}bak-{os.getpid()}"
        try:
            os.link(path, spare, follow_symlinks=False)
        except OSError as error:
            # A file system without hard links still gets its backup, by copy.
            if error.errno not in {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}:
                raise
            disk.write(self.folder / BACKUP, path.read_bytes())
        else:
            spare.replace(self.folder / BACKUP)
            # Renaming one link of a file onto another one of it leaves both (POSIX).
            spare.unlink(missing_ok=True)

    def marked(self, state: State) -> bool:
        """Whether the marker that hooks look for is as the state wants it."""
        wanted = state.status != "complete" or bool(state.requests)
        return os.path.lexists(self.folder / MARKER) == wanted

    def mark(self, state: State) -> None:
        """The marker made or removed, as the state wants it."""
        if self.marked(state):
            return
        marker = self.folder / MARKER
        with disk.refusals("mark the incident as open"):
            if os.path.lexists(marker):
                marker.unlink()
                disk.sync_folder(self.folder)
            else:
                disk.write(marker, f"{state.incident_id}\n".encode())

    # -- documents ----------------------------------------------------------------------------

    def read_document(self, name: str, limit: int) -> bytes | None:
        """The bytes of a file below the session folder; None if absent; at most `limit` and one."""
        with disk.refusals(f"read {name}"):
            return disk.read(self.folder / name, limit)

    def write_document(self, name: str, text: str) -> bytes:
        """The document replaced as a whole; its bytes."""
        data = text.encode()
        with disk.refusals(f"write {name}"):
            disk.write(self.folder / name, data)
        return data

    def move_to_revisions(self, names: tuple[str, ...], number: str) -> None:
        """Those documents moved to `revisions/<number>/`; a missing one was moved already."""
        target = self.folder / "revisions" / number
        with disk.refusals("move replaced documents"):
            for folder in (target.parent, target):
                folder.mkdir(mode=0o700, exist_ok=True)
            disk.move(self.folder, target, names)
            disk.sync_folder(target.parent)

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
        with disk.refusals("archive the session"):
            for folder in (target.parent, target):
                folder.mkdir(mode=0o700, exist_ok=True)
            disk.move(self.folder, target, self._session_files())
            disk.write(target / STATE, dump(state).encode())
            disk.sync_folder(target.parent)
            for name in () if successor else (MARKER, BACKUP, STATE):
                (self.folder / name).unlink(missing_ok=True)
                disk.sync_folder(self.folder)

    def move_from_archive(self, incident_id: str) -> None:
        """The archived session's files moved back; its folder in the archive is gone then."""
        source = self.folder / "archive" / incident_id
        with disk.refusals("restore the session"):
            if not source.is_dir():
                return
            names = tuple(sorted(e.name for e in source.iterdir() if e.name not in {STATE, BACKUP}))
            disk.move(source, self.folder, names)
            shutil.rmtree(source)
            disk.sync_folder(source.parent)

    def _session_files(self) -> tuple[str, ...]:
        kept = {STATE, BACKUP, MARKER, LOCK, ".gitignore", "archive"}
        names = sorted(entry.name for entry in self.folder.iterdir())
        return tuple(n for n in names if n not in kept and not n.startswith(disk.TEMPORARY))

    def sweep(self) -> None:
        """Temporary files that a killed process left are removed; the caller holds the lock."""
        with disk.refusals("sweep"):
            for entry in self.folder.iterdir():
                if entry.name.startswith(disk.TEMPORARY):
                    entry.unlink(missing_ok=True)
