"""How a hook ends where it cannot know: no valid state, no valid payload, no interpreter."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from tests.support.workbench import Workbench


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"incident_id": 1}'])
def test_a_marker_without_a_valid_state_keeps_gates_shut(bench: Workbench, text: str) -> None:
    """Reading stays possible, and the refusal names the way out."""
    bench.session_folder.mkdir()
    (bench.session_folder / "open").touch()
    (bench.session_folder / "state.json").write_text(text, "utf-8")
    shut = [
        ("Bash", {"command": "rm -rf build"}),
        ("Agent", {"subagent_type": "general-purpose", "prompt": "x"}),
        ("Write", {"file_path": str(bench.project / "x.py"), "content": "x"}),
        ("EnterPlanMode", {}),
        ("mcp__k8s__delete_pod", {}),
    ]
    for tool, given in shut:
        code, _, err = bench.hook("PreToolUse", {"tool_name": tool, "tool_input": given})
        assert (code, "in a terminal" in err, "status" in err) == (2, True, True), (tool, err)
    for tool, given in [("Bash", {"command": "cat x | grep y"}), ("Read", {"file_path": "x"})]:
        code, said, err = bench.hook("PreToolUse", {"tool_name": tool, "tool_input": given})
        assert (code, said, err) == (0, "", ""), tool


@pytest.mark.parametrize("payload", ["", "{", "[]", "null", '"x"', "{}", '{"tool_name": 5}'])
def test_a_payload_that_is_none_opens_no_gate(bench: Workbench, payload: str) -> None:
    """With an incident every such event is refused; without one nobody looks."""
    command = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text("utf-8"))["hooks"][
        "PreToolUse"
    ][0]["hooks"][0]["command"]
    env = {
        "PATH": os.environ["PATH"],
        "CLAUDE_PROJECT_DIR": str(bench.project),
        "CLAUDE_PLUGIN_ROOT": str(ROOT),
        "CLAUDE_PLUGIN_DATA": str(bench.plugin_data),
    }
    codes = []
    for incident in (False, True):
        if incident:
            bench.run("start", "Search is slow")
        done = subprocess.run(
            ["sh", "-c", command], input=payload.encode(), env=env, capture_output=True, check=False
        )
        codes.append(done.returncode)
    assert codes == [0, 2]


def test_without_an_incident_a_hook_starts_nothing_but_a_shell(bench: Workbench) -> None:
    """No interpreter is needed: with an empty PATH every event still goes its way in silence."""
    hooks = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text("utf-8"))["hooks"]
    env = {**bench.hook_environment(), "PATH": "/nonexistent"}
    for event, entries in hooks.items():
        for hook in [hook for entry in entries for hook in entry["hooks"]]:
            if event == "UserPromptExpansion":
                continue
            done = subprocess.run(
                ["/bin/sh", "-c", hook["command"]],
                input=b"{}",
                env=env,
                capture_output=True,
                check=False,
            )
            assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), event
