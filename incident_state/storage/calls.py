"""Tool calls at work in a project, each a file in the vault: what changed meanwhile is theirs.

Standard library alone, and no pathlib, for hooks.
"""
# ruff: noqa: PTH102, PTH108, PTH118, PTH123, PTH208

from __future__ import annotations

import os
import time

CALLS = "calls"
_ASKED = b"asked"
_LAUNCH = b"launch"
LONGEST = 600  # seconds; the mark of a longer one was left by a call that never came back


def begins(
    vault: str, session_id: str, agent_id: str, call: str, *, asked: bool, launch: bool = False
) -> None:
    """A tool call begins, the user being asked about it or not; the vault is there.

    A `launch` of an agent changes nothing itself; its mark tells that the agent has not begun.
    """
    folder = os.path.join(vault, CALLS)
    try:  # noqa: SIM105 - contextlib costs a hook time
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass
    with open(os.path.join(folder, _name(session_id, agent_id, call)), "wb") as mark:
        mark.write(_LAUNCH if launch else _ASKED if asked else b"")


def was_asked(vault: str, session_id: str, agent_id: str, call: str) -> bool:
    """Whether the user was asked about that call when it began; not known is yes."""
    try:
        with open(os.path.join(vault, CALLS, _name(session_id, agent_id, call)), "rb") as mark:
            return mark.read() == _ASKED
    except OSError:
        return True


def ends(vault: str, session_id: str, agent_id: str, call: str = "") -> None:
    """A tool call ended; without its id all of that agent's, "" being the main thread."""
    folder, name = os.path.join(vault, CALLS), _name(session_id, agent_id, call)
    try:
        for each in [name] if call else os.listdir(folder):
            if each.startswith(name):
                os.unlink(os.path.join(folder, each))
    except FileNotFoundError:
        pass  # it never began, or another process ended it


def at_work(vault: str, session_id: str) -> bool:
    """Whether a call of that client session is at work."""
    begins_so = _name(session_id, "", "").partition(".")[0]
    try:
        return any(
            each.startswith(f"{begins_so}.") for each in os.listdir(os.path.join(vault, CALLS))
        )
    except OSError:
        return False  # none ever was


def at_work_when(path: str, vault: str) -> bool:
    """Whether that file was changed, made or moved while a call was at work, or is not there.

    What the disk refuses is an OSError: a person's edit is not put back for want of an answer.
    """
    try:
        changed = os.lstat(path).st_ctime
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return True
    try:
        for mark in os.scandir(os.path.join(vault, CALLS)):
            began = mark.stat().st_mtime
            if began <= changed and began > time.time() - LONGEST and not _is_launch(mark.path):
                return True
    except (FileNotFoundError, NotADirectoryError):
        pass  # no call is at work, or it ends just now
    return False


def _is_launch(mark: str) -> bool:
    with open(mark, "rb") as file:
        return file.read() == _LAUNCH


def _name(session_id: str, agent_id: str, call: str) -> str:
    parts = (session_id, agent_id or "main", call)
    return ".".join("".join(c if c.isalnum() else "-" for c in part) for part in parts)
