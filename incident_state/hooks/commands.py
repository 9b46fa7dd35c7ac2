"""A tool that runs a command line: refused where it touches the record, asked where it acts."""

from __future__ import annotations

import os

from incident_state import workflow as flow
from incident_state.hooks import Payload, Response, decide, investigation, project
from incident_state.hooks.glance import Glance, Unreadable, glance
from incident_state.hooks.shell import protected
from incident_state.hooks.shell.line import Line, Unfathomable, helper_words, is_helper_call
from incident_state.hooks.shell.programs import PRODUCTION, is_reader
from incident_state.hooks.shell.reach import Place
from incident_state.storage.sealed import FOLDER

ONLY_READ = (
    f"Only the helper writes in {FOLDER}/, and a step's agent its document, with the Write tool. A "
    "line that names it may read it and nothing else; run other commands without it."
)
PERSONS = (
    "Only a person does that, in a terminal of their own. Do not run it in another way: tell the "
    "user the command, or go on as `next` says."
)
SIMPLER = "Put it into a script file, or write a file with the Write tool."
HIDDEN = (
    "What this line runs only shows when it runs, and an incident's record lies in this project."
)
CLIENT = "This starts another client in the middle of an incident."


def running(payload: Payload) -> Response:
    """The answer to a Bash call: allow the helper's own, else deny, ask, or nothing."""
    command = str(payload["tool_input"].get("command", ""))
    if is_helper_call(command):
        return decide("allow", "a command of the incident's own helper")
    root = os.path.realpath(project(payload))
    cwd = str(payload.get("cwd") or root)
    try:
        seen = glance(root)
        line = Line(command, cwd, Place(root, _own(payload, seen, root)))
    except Unfathomable as error:
        return decide("deny", f"This line cannot be checked: {error}. {SIMPLER}")
    except Unreadable:
        if _only_reads(Line(command, cwd, Place(root))):
            return {}
        raise
    return _judged(payload, seen, line)


def ran(payload: Payload) -> Response:
    """A Bash call came back: the user had let the step change production, if it did."""
    if investigation.waits_for_consent(payload):
        root = os.path.realpath(project(payload))
        command = str(payload["tool_input"].get("command", ""))
        line = Line(command, str(payload.get("cwd") or root), Place(root))
        if line.changes()[0] == PRODUCTION:
            investigation.consented(payload)
    return {}


def _judged(payload: Payload, seen: Glance, line: Line) -> Response:
    if what := line.decides():
        return decide("deny", f"{what} is refused. {PERSONS}")
    if what := line.reaches():
        return decide("deny", f"{what} is refused. {ONLY_READ}")
    if what := protected.by_line(line.runs, project(payload)):
        return decide("ask", f"{what} belongs to the client or to this plugin, not to an incident.")
    if line.hidden():
        return decide("ask", HIDDEN)
    if seen.leads(payload.get("session_id")) and line.starts_client():
        return decide("ask", CLIENT)
    return investigation.changing(payload, seen, *line.changes())


def _own(payload: Payload, seen: Glance, root: str) -> str | None:
    """The document that the agent which runs the line may write."""
    key = seen.step_of(str(payload["agent_id"])) if "agent_id" in payload else None
    if key is None:
        return None
    writes = flow.load().step("rollback" if key == "rollback" else int(key)).writes
    return os.path.join(root, FOLDER, writes)  # noqa: PTH118 - pathlib costs a hook time


def _only_reads(line: Line) -> bool:
    for run in line.runs:
        words = [word.text for word in run.simple.words]
        reads = is_reader(run.simple.program, words[1:]) or helper_words(words) is not None
        if run.code or run.hidden or (words and not reads):
            return False
    return not (line.decides() or line.reaches() or line.changes()[0])
