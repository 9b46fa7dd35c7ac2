"""A tool that runs a command line: refused where it touches the record, asked where it acts."""

from __future__ import annotations

import os

from incident_state import workflow as flow
from incident_state.hooks import Payload, Response, decide, investigation, project, touching
from incident_state.hooks.glance import Glance, Unreadable, glance
from incident_state.hooks.helper_calls import is_helper_call
from incident_state.hooks.known.places import Places
from incident_state.hooks.line import Line
from incident_state.hooks.protected import PROTECTED
from incident_state.hooks.record import ONLY_READ
from incident_state.hooks.shell.words import Unfathomable
from incident_state.storage.sealed import FOLDER

PERSONS = (
    "Only a person does that, in a terminal of their own. Do not run it in another way: tell the "
    "user the command, or go on as `next` says."
)
SIMPLER = "Put it into a script file, or write a file with the Write tool."
CLIENT = "This starts another client in the middle of an incident."


def running(payload: Payload) -> Response:
    """The answer to a Bash call: allow the helper's own, else deny, ask, or nothing."""
    if is_helper_call(str(payload["tool_input"].get("command", ""))):
        return decide("allow", "a command of the incident's own helper")
    root = project(payload)
    try:
        seen = glance(root)
        line = _line(payload, root, _own(payload, seen, root))
    except Unfathomable as error:
        return decide("deny", f"This line cannot be checked: {error}. {SIMPLER}")
    except Unreadable:
        line = _line(payload, root, None)
        if line.decides() or line.writes_record() or line.findings():
            raise
        return {}
    return _judged(payload, seen, line)


def ran(payload: Payload) -> Response:
    """A Bash call came back: what the user was asked about before it, they have let go ahead."""
    root = project(payload)
    seen = glance(root)
    if investigation.guarded(payload, seen):
        try:
            line = _line(payload, root, _own(payload, seen, root))
        except Unfathomable:
            return {}
        investigation.consented(payload, seen, line.findings())
    return {}


def _line(payload: Payload, root: str, own: str | None) -> Line:
    command = str(payload["tool_input"].get("command", ""))
    return Line(command, str(payload.get("cwd") or root), Places(root, own))


def _judged(payload: Payload, seen: Glance, line: Line) -> Response:
    if what := line.decides():
        return decide("deny", f"{what} is refused. {PERSONS}")
    if what := line.writes_record():
        return decide("deny", f"{what} is refused. {ONLY_READ}")
    if what := touching.touched(line, project(payload)):
        return decide("deny", f"{what} {PROTECTED}: leave it as it is.")
    if seen.leads(payload.get("session_id")) and touching.starts_client(line):
        return decide("ask", CLIENT)
    return investigation.changing(payload, seen, line.findings())


def _own(payload: Payload, seen: Glance, root: str) -> str | None:
    """The document that the agent which runs the line may write."""
    key = seen.step_of(str(payload["agent_id"])) if "agent_id" in payload else None
    if key is None:
        return None
    writes = flow.load().step("rollback" if key == "rollback" else int(key)).writes
    return os.path.join(root, FOLDER, writes)  # noqa: PTH118 - pathlib costs a hook time
