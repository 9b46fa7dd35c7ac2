"""A step's launch as a model makes it: what it adds to the call that is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story

PRINTED = {
    "subagent_type": "incident-response:debugger",
    "description": "x",
    "prompt": "Incident step 4",
}


@pytest.mark.parametrize(
    ("more", "left_out"),
    [
        ({}, ""),
        ({"model": "haiku", "name": "a", "priority": 3, "effort": "low"}, ""),
        ({"isolation": "worktree"}, "isolation"),
        ({"mode": "plan", "cwd": "/", "max_turns": 1, "name": "a"}, "cwd, max_turns, mode"),
        ({"allowedTools": ["Read"], "working_directory": "/"}, "allowedTools, working_directory"),
        ({"team_name": "a", "permissionMode": "dontAsk"}, "permissionMode, team_name"),
    ],
)
def test_only_what_keeps_it_from_writing_is_left_out(
    at: Callable[[str], Story], more: dict[str, Any], left_out: str
) -> None:
    """The rest is kept as it is, and what is left out is said beside the consent."""
    bench = at("owned, 4 due").bench
    given = PRINTED | more
    code, said, _ = bench.hook("PreToolUse", {"tool_name": "Agent", "tool_input": given})
    answer = said["hookSpecificOutput"]
    names = left_out.split(", ")
    kept = {name: value for name, value in more.items() if name not in names}
    changed = answer["updatedInput"]
    told = answer.get("additionalContext", "")
    assert (code, answer["permissionDecision"]) == (0, "allow")
    assert {k: v for k, v in changed.items() if k not in {*PRINTED, "run_in_background"}} == kept
    assert told.startswith(f"Step 4 was launched without {left_out}, which" if left_out else "")
    assert bool(told) == bool(left_out)
