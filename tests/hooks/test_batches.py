"""When a message's tool calls are over: a refused launch is due again, and else nothing starts."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from tests.support.workbench import ROOT, Workbench

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story

LAUNCH = {
    "tool_name": "Agent",
    "tool_input": {
        "subagent_type": "incident-response:incident-responder",
        "description": "Classify",
        "prompt": "Incident step 1",
    },
    "tool_use_id": "toolu_1",
}


def launched(at: Callable[[str], Story]) -> Workbench:
    """Return a project whose first step's launch was let through."""
    bench = at("owned").bench
    code, said, _ = bench.hook("PreToolUse", LAUNCH)
    assert (code, said["hookSpecificOutput"]["permissionDecision"]) == (0, "allow")
    run = bench.state()["steps"]["1"]["run"]
    assert (run["tool_use_id"], "agent_id" in run) == ("toolu_1", False)
    return bench


def over(bench: Workbench, *calls: dict[str, Any]) -> None:
    """Tell that a message's calls are over."""
    assert bench.hook("PostToolBatch", {"tool_calls": list(calls)}) == (0, "", "")


def test_a_launch_that_was_refused_is_due_again(at: Callable[[str], Story]) -> None:
    """What refuses it, a person or another plugin's hook, tells of it in no other event."""
    bench = launched(at)
    over(bench, LAUNCH | {"tool_response": "The user does not want it."})
    assert "run" not in bench.state()["steps"]["1"]
    assert bench.next("s1")["kind"] == "launch"


def test_without_a_vault_too(at: Callable[[str], Story]) -> None:
    """Where nothing is sealed no mark tells that a launch has not come back."""
    bench = at("owned").bench
    shutil.rmtree(bench.state_home)
    bench.state_home.mkdir()
    (bench.state_home / "incident-response").write_text("no folder can be made here")
    bench.hook("PreToolUse", LAUNCH)
    assert "run" in bench.state()["steps"]["1"]
    over(bench, LAUNCH | {"tool_response": "The user does not want it."})
    assert "run" not in bench.state()["steps"]["1"]


def test_when_all_calls_came_back_no_interpreter_starts(at: Callable[[str], Story]) -> None:
    """It happens after every message of every agent."""
    bench = launched(at)
    over(bench)
    for tool, given in (("Bash", {"command": "ls"}), ("Agent", LAUNCH["tool_input"])):
        call = {"tool_name": tool, "tool_input": given, "tool_use_id": f"toolu_{tool}"}
        bench.hook("PreToolUse", call)
        bench.hook("PostToolUse", call | {"tool_response": {"status": "completed"}})
    manifest = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text("utf-8"))
    (entry,) = manifest["hooks"]["PostToolBatch"]
    done = subprocess.run(
        ["/bin/sh", "-c", entry["hooks"][0]["command"]],
        input=b"no event that could be read",
        env=bench.hook_environment() | {"PATH": "/nonexistent"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_an_agent_at_work_is_not_a_call_that_changes_files(at: Callable[[str], Story]) -> None:
    """What a person edits meanwhile is the person's, not the launch's."""
    bench = at("owned, 1 complete").bench
    document = bench.session_folder / "01-classification.md"
    launch = LAUNCH["tool_input"] | {
        "subagent_type": "general-purpose",
        "prompt": "Incident step 2",
    }  # type: ignore[operator]
    bench.hook("PreToolUse", LAUNCH | {"tool_input": launch})
    edited = document.read_text() + "\nA line by hand.\n"
    document.write_text(edited)
    bench.hook("PreToolUse", {"tool_name": "Bash", "tool_input": {"command": "ls"}})
    assert document.read_text() == edited
