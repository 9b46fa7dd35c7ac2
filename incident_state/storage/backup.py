"""state.json as it was before the newest change: the way back where nothing else is known."""

from __future__ import annotations

import shlex
from pathlib import Path

from incident_state.errors import CorruptState, NewerState, StateError
from incident_state.state.file import parse
from incident_state.state.model import State
from incident_state.storage import disk, sealed

UPDATE = "claude plugin update incident-response@incident-response"


def parsed(data: bytes, path: Path) -> State:
    """The state in those bytes of that state.json; CorruptState, with the way back, if damaged."""
    try:
        return parse(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise damaged(path, "it is not UTF-8 text") from error
    except NewerState as error:
        # The version before is no way out: what the newer plugin recorded would be lost.
        told = f"{path}: {error}. Nothing was touched; update the plugin: {UPDATE}"
        raise NewerState(told) from error
    except CorruptState as error:
        raise damaged(path, str(error)) from error


def damaged(path: Path, what: str) -> CorruptState:
    """What is wrong with that state.json, and how a person gets on: by the good copy, or without.

    An archived one has no copy, and stays.
    """
    backup = path.with_name(sealed.BACKUP)
    try:
        data = disk.read(backup, sealed.LARGEST)
        parse((data or b"").decode("utf-8"))
    except (StateError, OSError, ValueError):
        told = f"{path} is corrupt: {what}."
        told += f" No good {sealed.BACKUP} is beside it; nothing was touched."
        at_hand = path.parent.name == sealed.FOLDER
        return CorruptState(told, ("archive", "--corrupt") if at_hand else ())
    command = f"cp -p {shlex.quote(str(backup))} {shlex.quote(str(path))}"
    told = f"{path} is corrupt: {what}. Nothing was touched."
    return CorruptState(f"{told}\nTo go back to the version before: {command}")
