"""Files as the session folder needs them: read without following links, replaced as a whole."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from incident_state.errors import CorruptState, DiskError

TEMPORARY = ".tmp-"


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


def write(path: Path, data: bytes) -> None:
    """The file replaced as a whole and durable when this returns; only its owner may read it."""
    temporary = path.parent / f"{TEMPORARY}{path.name}-{os.getpid()}"
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
    sync_folder(path.parent)


def move(source: Path, target: Path, names: tuple[str, ...]) -> None:
    """Those files moved from folder to folder; one that is not there was moved before."""
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            (source / name).replace(target / name)
    sync_folder(target)
    sync_folder(source)


def sync_folder(folder: Path) -> None:
    """What was renamed, made or removed in the folder is durable when this returns."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def refusals(doing: str) -> Iterator[None]:
    """What the disk refuses, as DiskError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DiskError(
            f"Could not {doing}: {reason}. Nothing was changed; mend it and run this again."
        ) from error
