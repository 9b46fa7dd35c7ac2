"""Files as the session folder needs them: read without following links, replaced as a whole."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from incident_state.errors import CorruptState, DiskError

TEMPORARY = ".tmp-"
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}


def read(path: Path, limit: int) -> bytes | None:
    """The bytes of a regular file, at most `limit` and one; None if absent; no link is followed."""
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


def exists(path: Path) -> bool:
    """Whether anything is there, a broken link too; what cannot be told is an OSError."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def is_folder(path: Path) -> bool:
    """Whether a folder is there, not a link to one; what cannot be told is an OSError."""
    return exists(path) and stat.S_ISDIR(os.lstat(path).st_mode)


def must_be_folder(path: Path) -> None:
    """CorruptState where something else than a folder of its own is there."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(mode):
        raise CorruptState(f"{path} is not a folder: move it away.")


def sync_folder(folder: Path) -> None:
    """What was renamed, made or removed in the folder is durable when this returns."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """The file, or the folder with all that is in it, removed."""
    if path.is_dir() and not path.is_symlink():
        try:
            shutil.rmtree(path)
        except PermissionError:
            # Some tools leave folders that even their owner may not change.
            for folder, below, _ in os.walk(path):
                for each in (Path(folder, name) for name in below):
                    if not each.is_symlink():
                        each.chmod(0o700)
            shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


class Changes:
    """Changes of files that belong together: where the disk refuses one, all are taken back.

    Each is a rename, and so is what takes it back: a full disk does not hinder it. Temporary files
    are in one folder; its file system is that of all the others.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._back: list[Callable[[], object]] = []
        self._kept: list[Path] = []

    def stage(self, name: str, data: bytes) -> Path:
        """A new file with those bytes, durable, to be put in its place; only its owner reads it."""
        staged = self._folder / f"{TEMPORARY}{name}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(staged, flags, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                staged.unlink(missing_ok=True)
            raise
        self._kept.append(staged)
        return staged

    def write(self, path: Path, data: bytes) -> None:
        """The file replaced as a whole and durable when this returns."""
        self.put(self.stage(f"{path.name}-{os.getpid()}", data), path)

    def put_again(self, staged: Path, path: Path) -> None:
        """Like `put`; taken back, the staged file is there for another time."""
        if kept := self.keep(staged):
            self._back.append(partial(kept.replace, staged))
            self.put(staged, path)

    def put(self, staged: Path, path: Path) -> None:
        """A staged file in its place, durable when this returns."""
        kept = self.keep(path)
        back = partial(path.replace, staged) if kept is None else partial(kept.replace, path)
        self._back.append(back)
        staged.replace(path)
        sync_folder(path.parent)

    def keep(self, path: Path) -> Path | None:
        """A second name of the file, which a later change does not touch; None if it is absent."""
        kept = self._folder / f"{TEMPORARY}kept-{len(self._kept)}-{os.getpid()}"
        try:
            os.link(path, kept, follow_symlinks=False)
        except FileNotFoundError:
            return None
        except OSError as error:
            # A file system without hard links keeps a copy.
            if error.errno not in _NO_LINKS:
                raise
            return self.stage(kept.name.removeprefix(TEMPORARY), path.read_bytes())
        self._kept.append(kept)
        return kept

    def make(self, folder: Path) -> None:
        """The folder there, made if nothing is; CorruptState where a link or a file is."""
        must_be_folder(folder)
        if not exists(folder):
            folder.mkdir(mode=0o700)
            self._back.append(folder.rmdir)

    def move(self, source: Path, target: Path, names: tuple[str, ...]) -> None:
        """Those files moved from folder to folder; one that is not there was moved before."""
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                (source / name).replace(target / name)
                self._back.append(partial((target / name).replace, source / name))
        sync_folder(target)
        sync_folder(source)

    def drop(self, path: Path) -> None:
        """The file or folder gone; it may be gone already."""
        dropped = self._folder / f"{TEMPORARY}dropped-{path.name}-{os.getpid()}"
        with contextlib.suppress(FileNotFoundError):
            path.replace(dropped)
            self._back.append(partial(dropped.replace, path))
            self._kept.append(dropped)
        sync_folder(path.parent)

    def take_back(self) -> bool:
        """All that was changed is as it was, the newest change first; whether that went well."""
        well = True
        for back in reversed(self._back):
            try:
                back()
            except FileNotFoundError:
                pass  # the change itself was refused
            except OSError:
                well = False
        self.forget()
        return well

    def forget(self) -> None:
        """The changes stand: nothing is kept any more. What cannot be removed is swept later."""
        for kept in self._kept:
            with contextlib.suppress(OSError):
                remove(kept)
        self._back, self._kept = [], []


@contextlib.contextmanager
def refusals(doing: str) -> Iterator[None]:
    """What the disk refuses, as DiskError."""
    try:
        yield
    except OSError as error:
        raise DiskError(f"Could not {doing}: {error.strerror or type(error).__name__}.") from error
