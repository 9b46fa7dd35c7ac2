"""Events of the client that could not be recorded, kept in the vault until they are.

Standard library alone, and no pathlib, for hooks.
"""
# ruff: noqa: PTH103, PTH105, PTH118, PTH123, PTH208

from __future__ import annotations

import json
import os
import time

from incident_state.records import record

TYPE_CHECKING = False  # that of typing costs a hook milliseconds
if TYPE_CHECKING:
    from typing import Any

MISSED = "missed"
_NEW = ".new"
_TRIED = "~"  # after a name, once for each time that it was tried
TRIES = 3  # a hook that is ended at it has not said why


@record
class Missed:
    """An event that is kept: its file, when it came (Unix time), and what the client told."""

    path: str
    at: float
    payload: dict[str, Any]
    opened: bool  # the dialog that it answers was seen to open

    @property
    def given_up(self) -> bool:
        """Whether it is not tried again, and stays to be told."""
        return self.path.endswith(_TRIED * TRIES)

    @property
    def name(self) -> str:
        """The event and the tool that it is about."""
        told = (self.payload.get("hook_event_name"), self.payload.get("tool_name"))
        return " ".join(str(each) for each in told if each)


def keep(vault: str, payload: dict[str, Any], *, opened: bool = False) -> None:
    """The event kept, readable by its owner alone; OSError where it cannot be."""
    folder, now = os.path.join(vault, MISSED), time.time()
    os.makedirs(folder, 0o700, exist_ok=True)
    path = os.path.join(folder, f"{time.time_ns()}-{os.getpid()}")
    data = json.dumps({"at": now, "opened": opened, "payload": payload}).encode()
    with open(os.open(path + _NEW, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(data)
    os.replace(path + _NEW, path)


def kept(vault: str) -> list[Missed]:
    """What is kept there, the oldest first, what was given up among it; OSError if it is unseen."""
    folder, found = os.path.join(vault, MISSED), []
    try:
        names = sorted(name for name in os.listdir(folder) if not name.endswith(_NEW))
    except (FileNotFoundError, NotADirectoryError):
        return []
    for name in names:
        path = os.path.join(folder, name)
        try:
            with open(path, "rb") as file:
                told = json.load(file)
            at, opened = float(told["at"]), bool(told["opened"])
            found.append(Missed(path, at, dict(told["payload"]), opened))
        except (OSError, ValueError, KeyError, TypeError):
            pass  # recorded by another hook meanwhile
    return found


def forget(missed: Missed) -> None:
    """It is recorded; where it was the last, nothing is looked for any more."""
    for remove, path in ((os.unlink, missed.path), (os.rmdir, os.path.dirname(missed.path))):  # noqa: PTH120 - as above
        try:
            remove(path)
        except OSError:
            return


def tried(missed: Missed, times: int = 1) -> Missed:
    """It is tried once more, or less where it was kept from it; OSError where that is not noted."""
    bare = missed.path.rstrip(_TRIED)
    path = bare + _TRIED * min(TRIES, len(missed.path) - len(bare) + times)
    os.replace(missed.path, path)
    return Missed(path, missed.at, missed.payload, missed.opened)
