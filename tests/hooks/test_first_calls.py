"""An agent's first calls, several at once: one of them records that the agent is at work."""

from __future__ import annotations

import fcntl
import json
from typing import TYPE_CHECKING, Any

from tests.support.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.story import Story

AGENT = "a77"


def launched(at: Callable[[str], Story]) -> tuple[Workbench, Path]:
    """Return a project whose step 2 was launched, and the client's note of its agent."""
    bench = at("owned, 1 complete").bench
    given = {"subagent_type": "general-purpose", "description": "x", "prompt": "Incident step 2"}
    bench.hook("PreToolUse", {"tool_name": "Agent", "tool_input": given, "tool_use_id": "toolu_2"})
    note = bench.folder / "s1" / "subagents" / f"agent-{AGENT}.meta.json"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"agentType": "general-purpose", "toolUseId": "toolu_2"}))
    return bench, note


def calls(bench: Workbench, tool: str, **given: str) -> dict[str, Any]:
    """Have the agent call a tool; the run of its step as it is recorded then."""
    call = {"tool_name": tool, "tool_input": given, "tool_use_id": "toolu_3"}
    assert bench.hook("PreToolUse", call | {"agent_id": AGENT})[0] == 0
    run: dict[str, Any] = bench.state()["steps"]["2"]["run"]
    return run


def test_a_first_call_records_the_agent(at: Callable[[str], Story]) -> None:
    """From then on its step is in flight by its id."""
    bench, _ = launched(at)
    assert calls(bench, "Read", file_path="/srv/app.py")["agent_id"] == AGENT


def test_a_read_does_not_wait_for_another_call_that_records(at: Callable[[str], Story]) -> None:
    """What may change something does: its gate must know whose it is."""
    bench, note = launched(at)
    with note.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "agent_id" not in calls(bench, "Read", file_path="/srv/app.py")
        assert calls(bench, "Bash", command="ls")["agent_id"] == AGENT
    kinds = [event["kind"] for event in bench.state()["timeline"]]
    assert kinds.count("agent-started") == 2  # step 1's, and this one once
