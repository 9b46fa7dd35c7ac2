"""What attests that an answer came from the client: its transcript, and who runs the hook.

Only the question and its call are in the transcript while the hook runs; `verify` looks for the
answer later.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from incident_state.session import callers, transcripts

# The client writes its transcript beside its work: the call may come a little later.
PATIENCE = 5.0
_POLL = 0.05


def missing(evidence: Mapping[str, str | None], digest: str) -> str | None:
    """Why nothing attests that the client put the question of that digest; None if it does."""
    if callers.by_clients_hook() is False:
        return "it was recorded by something else than the client's own hook"
    transcript, call = Path(evidence.get("transcript") or ""), evidence.get("tool_use_id") or ""
    deadline = time.monotonic() + PATIENCE
    while not _asked(transcript, call, digest):
        if time.monotonic() > deadline:
            return f"the client's transcript holds no such question ({transcript})"
        time.sleep(_POLL)
    return None


def _asked(transcript: Path, call: str, digest: str) -> bool:
    try:
        return bool(call) and transcripts.asked(transcript, call, digest)
    except OSError:
        return False
