"""Whether somebody is at work on what is in flight: its client is there, and is heard of."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Literal

from incident_state.session import processes
from incident_state.state.model import Run
from incident_state.views.moments import length

# A command of the client's ends after ten minutes at the latest; what takes longer is silence.
SILENT = timedelta(minutes=15)


@dataclass(frozen=True)
class Presence:
    """Whether an agent's client is there, gone, silent, or cannot be looked for; last heard of."""

    kind: Literal["there", "gone", "silent", "unknown"]
    heard: datetime

    def told(self, now: datetime) -> str:
        """What a person should know of it, as half a sentence; empty where it is at work."""
        return {
            "there": "",
            "gone": "its client is gone",
            "silent": f"nothing heard of it for {length(now - self.heard)}",
            "unknown": "whether its client still runs cannot be told here",
        }[self.kind]


def presence(run: Run, now: datetime) -> Presence:
    """What is known of who is at work on that: its client's process, and its transcript's age."""
    heard = _heard(run)
    lives = processes.lives(run.client) if run.client else None
    if lives is False:
        return Presence("gone", heard)
    if now - heard < SILENT:
        # What has just been heard of is there, whatever can be known of its process.
        return Presence("there", heard)
    return Presence("silent" if lives else "unknown", heard)


def _heard(run: Run) -> datetime:
    """When the agent last wrote to its transcript, which the client keeps; else its launch."""
    found = [run.since]
    if run.transcript:
        session = Path(run.transcript)
        own = session.with_suffix("") / "subagents" / f"agent-{run.agent_id}.jsonl"
        with suppress(OSError):
            written = (own if run.agent_id else session).stat().st_mtime
            found.append(datetime.fromtimestamp(written, timezone.utc))
    return max(found)
