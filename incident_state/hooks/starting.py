"""Work beside the workflow: other ways to start an agent, a plan, a tool that may act."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

from incident_state.hooks import (
    Payload,
    Response,
    commands,
    decide,
    investigation,
    project,
    record,
)
from incident_state.hooks.glance import glance
from incident_state.hooks.shell.programs import PRODUCTION
from incident_state.hooks.shell.reach import Place
from incident_state.hooks.shell.vocabulary import SQL_WRITES
from incident_state.hooks.shell.words import Word
from incident_state.storage.sealed import FOLDER

_READS = frozenset(
    "get list ls read search query describe show find fetch view lookup count inspect status logs "
    "log metrics health check explain history diff stat summary summarize tail head browse preview "
    "whoami ping info analyze download retrieve traces spans alerts incidents events".split()
)
_CHANGES = frozenset(
    "create update delete set put post patch write edit apply run execute exec send restart start "
    "stop kill deploy rollback scale add remove insert drop move rename upload push merge close "
    "open trigger invoke call publish cancel approve enable disable patch resolve_incident ack "
    "acknowledge silence assign comment submit sync replace upsert truncate grant revoke reset "
    "click type fill navigate press save import install purge terminate reboot toggle".split()
)


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
    if tool in record.QUIET:
        return {}
    given = payload.get("tool_input")
    mcp = tool.startswith("mcp__")
    reads = mcp and _mcp_reads(tool, given)
    seen = glance(project(payload))
    root = os.path.realpath(project(payload))
    place = Place(root)
    if not reads:
        for text in _strings(given):
            if len(text) < 4096 and "\n" not in text and place.names(Word(text, text), root):  # noqa: PLR2004 - a path's length
                return decide("deny", f"{tool} on {FOLDER}/ is refused. {commands.ONLY_READ}")
    if mcp and not reads:
        return investigation.changing(
            payload, seen, PRODUCTION, f"{tool}, which is not known to read"
        )
    return {}


def used(payload: Payload) -> Response:
    """An MCP tool came back: the user had let the step change production, if it may have."""
    tool = str(payload["tool_name"])
    if not _mcp_reads(tool, payload.get("tool_input")) and investigation.waits_for_consent(payload):
        investigation.consented(payload)
    return {}


def _mcp_reads(tool: str, given: object) -> bool:
    name = tool.split("__", 2)[-1]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[^a-zA-Z]+", " ", name).lower().split()
    if any(word in _CHANGES for word in spaced) or not any(word in _READS for word in spaced):
        return False
    return not any(SQL_WRITES.search(text) for text in _strings(given))


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a tool is given
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
