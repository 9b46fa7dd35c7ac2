"""Which process a client's is: recorded with what it launched, and looked for again later."""

from __future__ import annotations

import os
from pathlib import Path


def named(process: int) -> str | None:
    """The process by its id, its start (ticks since boot; 0 where unknown) and its machine.

    None where there is no such process. The start and the machine tell it from another one that
    got its id later, or elsewhere.
    """
    start = _start(process)
    return None if start is None else f"{process}@{start}@{_machine()}"


def lives(name: str) -> bool | None:
    """Whether the process of that name (`named`) is there; None where that cannot be known."""
    process, start, machine = name.split("@", 2)
    if machine != _machine():
        return None
    found = _start(int(process))
    return found is not None and found == int(start)


def _start(process: int) -> int | None:
    """When it began; 0 where the system does not tell, None where there is no such process."""
    if process < 1:
        return None
    try:
        stat = Path(f"/proc/{process}/stat").read_bytes()
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _signalled(process)
    except OSError:
        return None  # it ended while it was read
    # Behind the name, which may hold anything: the state is field 3 of proc(5), the start 22.
    return int(stat.rpartition(b")")[2].split()[19])


def _signalled(process: int) -> int | None:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass  # another account's
    return 0


def _machine() -> str:
    """What the machine is known by, its boot and its range of process ids among it."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{os.stat('/proc/self/ns/pid').st_ino}"  # noqa: PTH116 - a link to no path
    except OSError:
        return os.uname().nodename
