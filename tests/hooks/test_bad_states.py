"""A state that does not hold opens no gate: what `status` refuses, a gate does not trust."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from incident_state import workflow
from incident_state.hooks import glance

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story

TAMPERED: dict[str, Callable[[str], str]] = {
    "complete by its status alone": lambda t: t.replace('"in_progress"', '"complete"', 1),
    "paused by its status alone": lambda t: t.replace('"in_progress"', '"paused"', 1),
    "an unknown status": lambda t: t.replace('"in_progress"', '"done"', 1),
    "a number for its owner": lambda t: t.replace('"owner": "s1"', '"owner": 5'),
    "no owner and one": lambda t: t.replace('"owner": "s1"', '"owner": "s1", "owner": null'),
    "a status twice": lambda t: t.replace("{", '{"status": "complete",', 1),
    "steps that are none": lambda t: t.replace('"steps": {', '"steps": [], "x": {', 1),
}
CALL = {"tool_name": "Bash", "tool_input": {"command": "kubectl delete pod web-1"}}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_state_that_contradicts_itself_keeps_gates_shut(
    at: Callable[[str], Story], how: str
) -> None:
    """With no sealed copy to be put back, the call is refused and the user told what to run."""
    bench = at("owned, 1 complete").bench
    file = bench.session_folder / "state.json"
    changed = TAMPERED[how](file.read_text())
    assert changed != file.read_text()
    file.write_text(changed)
    bench.unseal()
    code, _, err = bench.hook("PreToolUse", CALL)
    assert (code, "incident-response" in err) == (2, True)
    assert bench.run("status").code == 65


def test_with_a_sealed_copy_it_is_put_back(at: Callable[[str], Story]) -> None:
    """Then the gate asks what it asks of any change."""
    bench = at("owned, 1 complete").bench
    file = bench.session_folder / "state.json"
    file.write_text(file.read_text().replace('"in_progress"', '"complete"', 1))
    code, said, _ = bench.hook("PreToolUse", CALL)
    assert (code, said["hookSpecificOutput"]["permissionDecision"]) == (0, "ask")
    assert bench.state()["status"] == "in_progress"


@pytest.mark.system
def test_a_gate_tells_the_status_as_the_record_does(at: Callable[[str], Story]) -> None:
    """By as many steps and checkpoints as the workflow has."""
    loaded = workflow.load()
    assert (len(loaded.steps), len(loaded.checkpoints)) == (glance.STEPS, glance.CHECKPOINTS)
    for name in ("owned, 1 complete", "complete", "closed at cp2", "cp1 paused"):
        raw = json.loads((at(name).bench.session_folder / "state.json").read_text())
        assert glance._status(raw) == raw["status"], name  # noqa: SLF001 - the two must not part
