"""Work beside the workflow: other ways to start an agent, a plan, a tool that may act."""

from __future__ import annotations

import os
from itertools import islice

from incident_state.hooks import (
    Payload,
    Response,
    decide,
    here,
    investigation,
    project,
    record,
)
from incident_state.hooks.glance import glance
from incident_state.hooks.known import mcp
from incident_state.hooks.known.kinds import UNKNOWN, Finding
from incident_state.project import in_session_folder
from incident_state.storage.sealed import FOLDER


def other_work(payload: Payload) -> Response:
    """A tool that starts work which is not the step due: put to the user."""
    seen = glance(project(payload))
    if not seen.leads(payload.get("session_id")):
        return {}
    tool = payload["tool_name"]
    if tool == "Skill" and seen.step_of(str(payload.get("agent_id"))):
        return {}
    return decide(
        "ask",
        f"{tool} starts work beside the incident's steps. Without the user's consent go on as "
        "`next` says.",
    )


def watching(payload: Payload) -> Response:
    """Monitor runs a command line and wakes the session later: checked as one, then asked."""
    from incident_state.hooks import commands

    refused = commands.running(payload)
    return refused if _decision(refused) in {"deny", "ask"} else other_work(payload)


def _decision(response: Response) -> str:
    return str(response.get("hookSpecificOutput", {}).get("permissionDecision", ""))


def planning(payload: Payload) -> Response:
    """EnterPlanMode: refused while the owner's session leads an incident that runs."""
    seen = glance(project(payload))
    if seen.leads(payload.get("session_id")) and seen.status != "paused":
        return decide(
            "deny", "An incident runs: the workflow never enters plan mode. Go on as `next` says."
        )
    return {}


def using(payload: Payload) -> Response:
    """Any other tool: refused where it writes the record, asked where it is not known to read."""
    tool = str(payload["tool_name"])
    given = payload.get("tool_input")
    seen = glance(project(payload))
    if tool.startswith("mcp__") and mcp.reads(tool, given):
        return {}
    root = here(payload)
    for text in islice(mcp.strings(given), mcp.MOST_STRINGS):
        if len(text) < 4096 and "\n" not in text and _leads(text, root):  # noqa: PLR2004 - a path's length
            return decide("deny", f"{tool} on {FOLDER}/ is refused. {record.ONLY_READ}")
    if tool.startswith("mcp__"):
        return investigation.changing(payload, seen, _finding(tool))
    if tool.startswith(("Slash", "Team")) and seen.leads(payload.get("session_id")):
        return other_work(payload)
    return {}


def used(payload: Payload) -> Response:
    """An MCP tool came back: the user has let it go ahead, if they were asked."""
    tool = str(payload["tool_name"])
    if not mcp.reads(tool, payload.get("tool_input")):
        seen = glance(project(payload))
        if investigation.guarded(payload, seen):
            investigation.consented(payload, seen, _finding(tool))
    return {}


def _finding(tool: str) -> list[Finding]:
    return [Finding(UNKNOWN, tool, tool)]


def _leads(text: str, root: str) -> bool:
    """Whether the text is a path to a session folder or into it."""
    return in_session_folder(os.path.realpath(os.path.join(root, text)))  # noqa: PTH118 - pathlib costs a hook time
