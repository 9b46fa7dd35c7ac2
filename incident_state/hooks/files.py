"""Writes into the session folder: a due step's document by its agent, and nothing else."""

from __future__ import annotations

import os

from incident_state import workflow as flow
from incident_state.hooks import Payload, Response, decide, investigation, project, protected
from incident_state.hooks.glance import glance
from incident_state.hooks.known.places import Places
from incident_state.hooks.protected import PROTECTED
from incident_state.hooks.shell.words import Word
from incident_state.project import in_session_folder
from incident_state.storage.sealed import FOLDER


def writing(payload: Payload) -> Response:
    """A file tool's write: allowed, refused, or none of this plugin's business."""
    given = payload["tool_input"]
    path = str(given.get("file_path") or given.get("notebook_path") or "")
    root = project(payload)
    target = os.path.realpath(os.path.join(str(payload.get("cwd", root)), path))  # noqa: PTH118
    folder = os.path.join(root, FOLDER)  # noqa: PTH118 - pathlib costs a hook time
    seen = glance(root)
    # That of another project, above or below this one, is guarded from here too.
    inside = in_session_folder(target)
    if not inside and protected.is_protected(target, root):
        return decide("deny", f"{path} {PROTECTED}: leave it as it is.")
    if Places(root).is_free(Word(target), root):
        return {}
    if not inside:
        return investigation.editing(payload, seen, path)
    agent_id = payload.get("agent_id")
    keys = list(seen.runs()) if seen.owner is None else [seen.step_of(str(agent_id))]
    if agent_id is not None:
        for key in keys:
            if key is not None and target == os.path.join(folder, _writes(key)):  # noqa: PTH118
                return decide("allow", "the document of the step that this agent works on")
    return decide(
        "deny",
        f"{FOLDER}/ is written by incident-state, and each document by the agent of its step while "
        "that is in flight. Launch the step as `next` prints it.",
    )


def _writes(key: str) -> str:
    return flow.load().step("rollback" if key == "rollback" else int(key)).writes
