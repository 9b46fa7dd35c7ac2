"""An event that could not be recorded is kept, and tried again before the next one is answered.

Those that the next events make good by themselves are not: a Stop sees which agents are at work.
"""

from __future__ import annotations

import contextlib

from incident_state.hooks import HANDLERS, Payload, handler, project
from incident_state.hooks.record import vault_of
from incident_state.storage import missed

KEPT = frozenset(
    [
        ("PostToolUse", "AskUserQuestion"),
        ("PostToolUse", "Agent"),
        ("PostToolUse", "TaskStop"),
        ("PostToolUseFailure", "Agent"),
        ("StopFailure", ""),
        ("SessionEnd", ""),
    ]
)


def keep(payload: Payload, error: Exception, *, opened: bool = False) -> bool:
    """Whether the event is kept to be tried again: the disk hindered it, or who held the lock.

    `opened`: the dialog that it answers was seen to open, which is seen once.
    """
    if _kind(payload) not in KEPT or not _passes(error):
        return False
    vault = vault_of(project(payload))
    if vault is None:
        return False
    try:
        missed.keep(vault, payload, opened=opened)
    except OSError:
        return False
    return True


def record(vault: str) -> None:
    """What is kept there recorded, the oldest first, as far as it can be now.

    The event at hand goes on, whatever becomes of them, and waits for no lock.
    """
    for each in missed.kept(vault):
        if each.given_up or not _is_free(each.payload):
            continue
        try:
            trying = missed.tried(each)
        except OSError:
            continue  # another hook does it
        try:
            _handle(trying)
        except Exception as error:  # noqa: BLE001 - as above
            with contextlib.suppress(OSError):
                missed.tried(trying, -1 if _passes(error) else missed.TRIES)
        else:
            missed.forget(trying)


def _handle(kept: missed.Missed) -> None:
    place = HANDLERS[_kind(kept.payload)]
    if place == "asking:answered":
        handler(place)(kept.payload, again=True, opened=kept.opened)
    else:
        handler(place)(kept.payload)


def _is_free(payload: Payload) -> bool:
    from pathlib import Path

    from incident_state.storage import lock, sealed

    return lock.is_free(Path(project(payload), sealed.FOLDER, lock.NAME))


def _kind(payload: Payload) -> tuple[str, str]:
    return str(payload.get("hook_event_name")), str(payload.get("tool_name", ""))


def _passes(error: Exception) -> bool:
    from incident_state.errors import DiskError, Locked

    return isinstance(error, (DiskError, Locked, OSError))
