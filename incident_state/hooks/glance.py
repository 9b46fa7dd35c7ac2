"""What a gate needs of state.json, read with the standard library alone."""

from __future__ import annotations

import json
import os

from incident_state.project import is_closed_to_us
from incident_state.records import record
from incident_state.storage.sealed import FOLDER, contents

TYPE_CHECKING = False  # that of typing costs a hook milliseconds
if TYPE_CHECKING:
    from typing import Any

# Enough to know a session from something else; a helper's command checks the rest.
_SHAPE = {"incident_id": str, "incident": str, "status": str, "timeline": list}
STEPS, CHECKPOINTS = 13, 3  # the files of the workflow would cost a hook time; a test compares


class Unreadable(Exception):  # noqa: N818 - a condition that gates answer, not a fault of theirs
    """An incident is open and its state cannot be read: gates stay shut."""


class Closed(Unreadable):
    """The session folder is closed to this account, so whether one is open is unknown."""


@record
class Glance:
    """The state as gates see it."""

    raw: dict[str, Any]

    @property
    def owner(self) -> str | None:
        """The client session that owns the incident."""
        owner = self.raw.get("owner")
        return owner if isinstance(owner, str) else None

    @property
    def status(self) -> str:
        """`in_progress`, `paused` or `complete`."""
        return str(self.raw["status"])

    def leads(self, session_id: object) -> bool:
        """Whether that client session owns the incident, and it is not over."""
        return self.owner is not None and self.owner == session_id and self.status != "complete"

    def consents(self) -> set[str]:
        """What the user has let go ahead, by program and subcommand or tool."""
        return set(self.raw.get("consents", ()))

    def runs(self) -> dict[str, dict[str, Any]]:
        """The runs in flight by step key, as text."""
        steps = self.raw.get("steps", {})
        return {key: record["run"] for key, record in steps.items() if record.get("run")}

    def step_of(self, agent_id: str) -> str | None:
        """The step that the agent works on; None if it is not known to work on one."""
        return next((k for k, run in self.runs().items() if run.get("agent_id") == agent_id), None)

    def unassigned(self) -> bool:
        """Whether a claimed step's agent is still to be recognised."""
        return any(
            run.get("by") == "hook" and not run.get("agent_id") for run in self.runs().values()
        )


def glance(project: str) -> Glance:
    """The project's state; Unreadable if it is missing or not the object that it should be."""
    path = os.path.join(project, FOLDER, "state.json")  # noqa: PTH118 - pathlib costs a hook time
    try:
        data = contents(path)  # which waits for nobody to write into a FIFO
        if data is None and is_closed_to_us(project):
            folder = os.path.dirname(path)  # noqa: PTH120 - the same
            raise Closed(
                f"{folder} is closed to this account, so whether an incident is open there is "
                "unknown. Whoever owns it opens it (chmod -R g+rX) or moves it"
            )
        if data is None:
            raise Unreadable(f"{path} is missing, or no file of this user's")
        raw = json.loads(data, object_pairs_hook=_once)
    except (OSError, ValueError, RecursionError) as error:
        raise Unreadable(f"{path} cannot be read ({type(error).__name__})") from error
    if not isinstance(raw, dict) or not all(
        isinstance(raw.get(field), kind) for field, kind in _SHAPE.items()
    ):
        raise Unreadable(f"{path} does not hold a session")
    steps = raw.get("steps", {})
    if not isinstance(steps, dict) or not all(isinstance(each, dict) for each in steps.values()):
        raise Unreadable(f"{path} does not hold a session")
    # Either would open every gate.
    if not isinstance(raw.get("owner"), (str, type(None))) or raw["status"] != _status(raw):
        raise Unreadable(f"{path} contradicts itself about its owner or its status")
    return Glance(raw)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; ValueError where a key stands twice in it, of which one would not be seen."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _status(raw: dict[str, Any]) -> str:
    """The status that the record itself tells, as `State.status` does."""
    steps = raw.get("steps", {})
    done = [key for key, record in steps.items() if record.get("completed")]
    all_done = (
        {str(number) for number in range(1, STEPS + 1)} <= set(done)
        and len(raw.get("approved", ())) == CHECKPOINTS
        and bool(raw.get("consolidation"))
        and raw.get("rollback") is None
    )
    if raw.get("closed") is not None or all_done:
        return "complete"
    return "paused" if raw.get("paused") else "in_progress"
