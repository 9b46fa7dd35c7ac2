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

from incident_state.errors import CorruptState, DiskError, Locked, NoSession, Refused, StateError
from incident_state.state import INCIDENT_ID, State
from incident_state.statefile import dump, parse

FOLDER = ".incident-response"
START = ("start", "<what is wrong>")
STATE, BACKUP, MARKER, LOCK = "state.json", "state.json.bak", "open", "lock"
LOCK_SECONDS = 10.0
MAX_STATE_BYTES = 64_000_000
_TEMPORARY = ".tmp-"
_POLL_SECONDS = 0.02


class Store:
    """The session folder of one project."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.folder = project / FOLDER

    # -- lock ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, seconds: float = LOCK_SECONDS, *, create: bool = False) -> Iterator[None]:
        """The session's lock held; Locked after `seconds`, NoSession where there is no folder."""
        with _disk("lock the session"):
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
            self._write(ignore, b"*\n")

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
        with _disk(f"read {path}"):
            if not self._is_folder():
                raise NoSession("No incident session is open in this project.", START)
            data = self._read(path, MAX_STATE_BYTES)
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
            data = self._read(backup, MAX_STATE_BYTES)
            parse((data or b"").decode("utf-8"))
        except (StateError, OSError, ValueError):
            return f"{path} is corrupt: {what}. No good {BACKUP} is beside it; nothing was touched."
        command = f"cp -p {shlex.quote(str(backup))} {shlex.quote(str(path))}"
        told = f"{path} is corrupt: {what}. Nothing was touched."
        return f"{told}\nTo go back to the version before: {command}"

    def write(self, state: State) -> None:
        """The state recorded, whole and durable, the version before kept as state.json.bak."""
        with _disk("record the state"):
            path = self.folder / STATE
            if os.path.lexists(path):
                self._keep_backup(path)
            self._write(path, dump(state).encode())
            self._mark(state)

    def _keep_backup(self, path: Path) -> None:
        spare = self.folder / f"{_TEMPORARY}bak-{os.getpid()}"
        try:
            os.link(path, spare, follow_symlinks=False)
        except OSError as error:
            # A file system without hard links still gets its backup, by copy.
            if error.errno not in {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}:
                raise
            self._write(self.folder / BACKUP, path.read_bytes())
        else:
            spare.replace(self.folder / BACKUP)

    def _mark(self, state: State) -> None:
        marker = self.folder / MARKER
        wanted = state.status != "complete" or bool(state.requests)
        if wanted and not os.path.lexists(marker):
            self._write(marker, f"{state.incident_id}\n".encode())
        elif not wanted and os.path.lexists(marker):
            marker.unlink()
            _sync_folder(self.folder)

    # -- documents ----------------------------------------------------------------------------

    def read_document(self, name: str, limit: int) -> bytes | None:
        """The bytes of a file below the session folder; None if absent; at most `limit` and one."""
        with _disk(f"read {name}"):
            return self._read(self.folder / name, limit)

    def write_document(self, name: str, text: str) -> bytes:
        """The document replaced as a whole; its bytes."""
        data = text.encode()
        with _disk(f"write {name}"):
            self._write(self.folder / name, data)
        return data

    def move_to_revisions(self, names: tuple[str, ...], number: str) -> None:
        """Those documents moved to `revisions/<number>/`; a missing one was moved already."""
        target = self.folder / "revisions" / number
        with _disk("move replaced documents"):
            for folder in (target.parent, target):
                folder.mkdir(mode=0o700, exist_ok=True)
            self._move(self.folder, target, names)
            _sync_folder(target.parent)

    # -- archive ------------------------------------------------------------------------------

    def archived(self) -> list[str]:
        """The ids of the archived sessions, oldest first."""
        with _disk("read the archive"):
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
        with _disk(f"read {path}"):
            data = self._read(path, MAX_STATE_BYTES)
        if data is None:
            raise Refused(f"No session {incident_id} is in the archive.", ("list",))
        return self._parsed(data, path)

    def move_to_archive(self, state: State) -> None:
        """The session moved whole to `archive/<id>/`, `state` as its state.json there."""
        target = self.folder / "archive" / state.incident_id
        with _disk("archive the session"):
            for folder in (target.parent, target):
                folder.mkdir(mode=0o700, exist_ok=True)
            self._move(self.folder, target, self._session_files())
            self._write(target / STATE, dump(state).encode())
            _sync_folder(target.parent)
            for name in (MARKER, BACKUP, STATE):
                (self.folder / name).unlink(missing_ok=True)
                _sync_folder(self.folder)

    def move_from_archive(self, incident_id: str) -> None:
        """The archived session's files moved back; its folder in the archive is gone then."""
        source = self.folder / "archive" / incident_id
        with _disk("restore the session"):
            if not source.is_dir():
                return
            names = tuple(sorted(e.name for e in source.iterdir() if e.name not in {STATE, BACKUP}))
            self._move(source, self.folder, names)
            shutil.rmtree(source)
            _sync_folder(source.parent)

    def _session_files(self) -> tuple[str, ...]:
        kept = {STATE, BACKUP, MARKER, LOCK, ".gitignore", "archive"}
        names = sorted(entry.name for entry in self.folder.iterdir())
        return tuple(n for n in names if n not in kept and not n.startswith(_TEMPORARY))

    # -- files --------------------------------------------------------------------------------

    def sweep(self) -> None:
        """Temporary files that a killed process left are removed; the caller holds the lock."""
        with _disk("sweep"):
            for entry in self.folder.iterdir():
                if entry.name.startswith(_TEMPORARY):
                    entry.unlink(missing_ok=True)

    def _read(self, path: Path, limit: int) -> bytes | None:
        try:
            # O_NONBLOCK: opening a FIFO in place of a file must not wait for a writer.
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENXIO}:
                raise CorruptState(f"{path} is not a regular file: move it away.") from error
            raise
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise CorruptState(f"{path} is not a regular file: move it away.")
            return file.read(limit + 1)

    def _write(self, path: Path, data: bytes) -> None:
        temporary = path.parent / f"{_TEMPORARY}{path.name}-{os.getpid()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)

    def _move(self, source: Path, target: Path, names: tuple[str, ...]) -> None:
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                (source / name).replace(target / name)
        _sync_folder(target)
        _sync_folder(source)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _disk(doing: str) -> Iterator[None]:
    """What the disk refuses, as DiskError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DiskError(
            f"Could not {doing}: {reason}. Nothing was changed; mend it and run this again."
        ) from error
