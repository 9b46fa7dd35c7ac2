"""A description that holds a secret: on record to the letter, masked wherever people see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from incident_state.documents import document
from tests.support.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.story import Story

SECRET = "hunter22-and-more"  # noqa: S105 - made up
TYPED = f"Login fails since DB_PASSWORD={SECRET} was rotated"


def test_people_see_a_description_without_its_secrets(tmp_path: Path) -> None:
    """In the terminal, in the list, in what is handed over, and in the page."""
    bench = Workbench(tmp_path / "bench")
    assert bench.run("start", TYPED, session="s1").code == 0
    assert bench.state()["incident"] == TYPED
    for words in (["status"], ["timeline"], ["list"], ["handoff"], ["report", "--output", "-"]):
        told = bench.run(*words)
        assert (told.code, SECRET in told.out, "[masked]" in told.out) == (0, False, True), words
    assert SECRET not in "".join(event["text"] for event in bench.state()["timeline"])


def test_the_client_shows_a_description_without_its_secrets(at: Callable[[str], Story]) -> None:
    """In the launch that `next` prints, in the agent's own line, as a session begins, in 05."""
    story = at("none")
    bench = story.bench
    assert story.tell(f's1 types "{TYPED}"').code == 0
    (step,) = bench.next("s1")["steps"]
    given = {"subagent_type": step["agent"], "prompt": step["prompt"]}
    call = {"tool_name": "Agent", "tool_use_id": "t1", "tool_input": given}
    _, launched, _ = bench.hook("PreToolUse", call)
    _, begun, _ = bench.hook("SessionStart", {"source": "startup"})
    shown = [
        step["description"],
        launched["hookSpecificOutput"]["updatedInput"]["description"],
        begun["hookSpecificOutput"]["additionalContext"],
        document.combine(TYPED, ["a", "b", "c"], "d"),
    ]
    assert [(SECRET in each, "[masked]" in each) for each in shown] == [(False, True)] * 4
