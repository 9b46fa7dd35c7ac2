"""The lock of a session: one process at a time changes what its folder holds."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from incident_state.errors import Locked
from incident_state.storage import disk

NAME = "lock"
# How long a command waits for it; hooks wait less long than the client waits for them.
SECONDS = 10.0
SECONDS_IN_HOOKS = 8.0
_POLL_SECONDS = 0.02
# Who has waited that long looks more often, so that among many none is always too late.
_LONG = 1.0
_POLL_SECONDS_THEN = 0.002


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock on that file just now, as far as can be told."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


@contextlib.contextmanager
def held(path: Path, seconds: float) -> Iterator[None]:
    """The lock on that file held, which is made if it is not there; Locked after `seconds`."""
    with disk.refusals(f"lock the session by {path}"):
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
    try:
        with disk.refusals(f"lock the session by {path}"):
            _wait_for(descriptor, seconds)
        yield
    finally:
        # Closed it is, whatever the disk says of it.
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _wait_for(descriptor: int, seconds: float) -> None:
    began = time.monotonic()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - began
            if waited >= seconds:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
                raise Locked(
                    f"Process {holder or 'unknown'} holds the session's lock: "
                    "wait for it, or end it, and run this again."
                ) from None
            time.sleep(_POLL_SECONDS if waited < _LONG else _POLL_SECONDS_THEN)
        else:
            break
    # Who holds it is for the message above only, so a failure to write it is no failure.
    with contextlib.suppress(OSError):
        os.pwrite(descriptor, f"{os.getpid():<19}\n".encode(), 0)
