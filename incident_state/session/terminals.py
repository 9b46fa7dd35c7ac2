"""By which terminal a person decides: its name, the processes above, and what speaks against it.

All of it as far as Linux shows it; elsewhere, and of processes of other accounts, nothing is known.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from incident_state.session.callers import in_client, names_above

_PSEUDO = re.compile(r"/dev/pts/(\d+)")
_INDEX = re.compile(r"^tty-index:\s*(\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Terminal:
    """The terminal's name, the names of the processes above, and the doubt; None is none."""

    name: str | None
    ancestors: tuple[str, ...]
    doubt: str | None


def here() -> Terminal:
    """The terminal of this process."""
    name = _name()
    pseudo = _PSEUDO.fullmatch(name or "")
    makers = [pid for pid in _holders(pseudo[1]) if in_client(pid)] if pseudo else []
    doubt = f"process {makers[0]}, of a client session, holds its other end" if makers else None
    return Terminal(name, names_above(os.getppid()), doubt)


def _name() -> str | None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        try:
            return os.ttyname(stream.fileno())
        except (AttributeError, OSError, ValueError):
            continue
    return None


def _holders(index: str) -> Iterator[int]:
    """The processes that hold the other end of that pseudo-terminal: who shows it, and types."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ends = [f for f in (process / "fd").iterdir() if str(f.readlink()).endswith("ptmx")]
            told = [(process / "fdinfo" / end.name).read_text() for end in ends]
        except OSError:
            continue
        if any((found := _INDEX.search(text)) and found[1] == index for text in told):
            yield int(process.name)
