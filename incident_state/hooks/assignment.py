"""Which step's launch an agent came from: the client notes the Agent call beside its transcript."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from incident_state.hooks import Payload
from incident_state.hooks.glance import Glance
from incident_state.patterns import pattern

_COMMENT = pattern(
    r"^<!-- incident-response: (?P<incident>INC-[0-9a-f-]+) step (?P<step>rollback|\d+) "
    r"attempt (?P<attempt>\d+) -->$",
    re.MULTILINE,
)


def step_of(payload: Payload, seen: Glance) -> str | None:
    """The key of the step in flight that the event's agent works on; None if it is on none.

    A late agent of an earlier attempt came from another Agent call, so it is on none.
    """
    agent_id = str(payload["agent_id"])
    known = seen.step_of(agent_id)
    if known is not None or not seen.unassigned():
        return known
    path = _transcript(payload)
    open_runs = {k: r for k, r in seen.runs().items() if not r.get("agent_id")}
    use = _read_json(f"{path}.meta.json").get("toolUseId")
    if use:
        return next((k for k, run in open_runs.items() if run.get("tool_use_id") == use), None)
    brief = None
    for brief in _COMMENT.finditer(_first_prompt(f"{path}.jsonl")):  # noqa: B007 - the last one
        pass
    if brief is None or brief["incident"] != seen.raw.get("incident_id"):
        return None
    attempt = seen.raw["steps"].get(brief["step"], {}).get("attempt", 1)
    return (
        brief["step"] if brief["step"] in open_runs and brief["attempt"] == str(attempt) else None
    )


def taken_by_another(payload: Payload) -> bool:
    """Whether another hook is just recording this agent; if not, this one is, until it ends."""
    import fcntl

    try:
        note = os.open(f"{_transcript(payload)}.meta.json", os.O_RDONLY)
        fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass  # without the client's note each of them records it
    return False


def _transcript(payload: Payload) -> str:
    """The path of the agent's transcript without its ending."""
    given = payload.get("agent_transcript_path")
    if given:
        return str(given).removesuffix(".jsonl")
    root, _ = os.path.splitext(str(payload["transcript_path"]))  # noqa: PTH122 - costs a hook time
    return f"{root}/subagents/agent-{payload['agent_id']}"


def _read_json(path: str) -> dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - the same
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _first_prompt(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - the same
            for line in file:
                entry: Any = json.loads(line)
                if entry.get("type") == "user":
                    content = entry["message"]["content"]
                    if isinstance(content, str):
                        return content
                    return "\n".join(block.get("text", "") for block in content)
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return ""
    return ""
