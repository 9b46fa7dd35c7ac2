"""Whether a question was really put to the user: the client announces each dialog beforehand.

A hook of somebody else can consent to AskUserQuestion with answers of its own; then no dialog
opens, nothing announces it, and what PostToolUse is given looks like any answer.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from incident_state.hooks import Payload, project
from incident_state.storage.sealed import ASKED, FOLDER

# Its announcement may come a little after the answer of a host that answers at once.
PATIENCE = 10.0
_POLL = 0.02
OLD = 7 * 86_400  # seconds; a dialog that is open longer is asked again
# How this client names itself to what it starts; another host may announce nothing.
_CLIENT = "claude-code_"


def withdraw(payload: Payload, digest: str) -> None:
    """Forget an earlier announcement of that question: it is about to be put anew."""
    _mark(payload, digest).unlink(missing_ok=True)


def announce(payload: Payload, digest: str) -> None:
    """Note that the dialog with that question opens now; those that nobody answered are swept."""
    mark = _mark(payload, digest)
    for old in mark.parent.glob(f"{ASKED}*"):
        with contextlib.suppress(OSError):
            if time.time() - old.lstat().st_mtime > OLD:
                old.unlink()
    mark.touch(mode=0o600)


def opened(payload: Payload, digest: str) -> bool:
    """Whether the dialog with that question was opened, as far as this client tells; used once."""
    if not os.environ.get("AI_AGENT", "").startswith(_CLIENT):
        return True
    deadline = time.monotonic() + PATIENCE
    mark = _mark(payload, digest)
    while not mark.exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    mark.unlink(missing_ok=True)
    return True


def _mark(payload: Payload, digest: str) -> Path:
    return Path(project(payload)) / FOLDER / f"{ASKED}{digest}"
