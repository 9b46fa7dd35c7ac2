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
        raise CorruptState(damaged(path, "it is not UTF-8 text")) from error
    except NewerState as error:
        # The version before is no way out: what the newer plugin recorded would be lost.
        told = f"{path}: {error}. Nothing was touched; update the plugin: {UPDATE}"
        raise NewerState(told) from error
    except CorruptState as error:
        raise CorruptState(damaged(path, str(error))) from error


def damaged(path: Path, what: str) -> str:
    """What is wrong with that state.json, and the command that puts the good copy back."""
    backup = path.with_name(sealed.BACKUP)
    try:
        data = disk.read(backup, sealed.LARGEST)
        parse((data or b"").decode("utf-8"))
    except (StateError, OSError, ValueError):
        return (
            f"{path} is corrupt: {what}. No good {sealed.BACKUP} is beside it; nothing was touched."
        )
    command = f"cp -p {shlex.quote(str(backup))} {shlex.quote(str(path))}"
    told = f"{path} is corrupt: {what}. Nothing was touched."
    return f"{told}\nTo go back to the version before: {command}"
