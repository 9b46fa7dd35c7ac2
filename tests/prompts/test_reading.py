"""`brief N` reads: any step's brief at any time, and nothing is changed by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from incident_state import workflow as flow
from tests.support.thinned import thinned
from tests.support.transitions import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story
    from tests.support.workbench import Workbench

KEYS = [str(step.key) for step in flow.load().steps] + ["rollback"]
READABLE = [name for name in table.STATES if name not in {"corrupt", "none", "archived"}]


def files(bench: Workbench) -> dict[str, bytes]:
    """Return all that the session folder holds."""
    return {str(f): f.read_bytes() for f in bench.session_folder.rglob("*") if f.is_file()}


@pytest.mark.parametrize("place", thinned(range(len(READABLE)), 30))
def test_in_each_state_any_brief_is_read_and_nothing_changes(
    at: Callable[[str], Story], place: int
) -> None:
    """Before its turn, while it is in flight, after it, whoever owns the incident."""
    state = READABLE[place]
    bench = at(state).bench
    bench.run("status")  # what a reading finishes or takes over is done
    before = files(bench)
    for key in KEYS[place % 5 :: 5]:
        read = bench.run("brief", key, session="s9")
        assert (read.code, read.err) == (0, ""), (key, read)
        step = flow.load().step("rollback" if key == "rollback" else int(key))
        assert f" step {key} attempt " in read.out
        assert str(bench.session_folder / step.writes) in read.out
    assert files(bench) == before


def test_what_is_read_is_what_the_agent_gets(at: Callable[[str], Story]) -> None:
    """Before the launch, while it is in flight and after it, to the letter."""
    bench = at("4 due").bench
    before = bench.run("brief", "4", session="s1").out
    launched = bench.run("launch", "4", session="s1").out
    again = [bench.run(how, "4", session="s1").out for how in ("launch", "brief")]
    assert before == launched == again[0] == again[1]


def test_the_next_attempt_has_its_own_number(at: Callable[[str], Story]) -> None:
    """A step that failed and is due again is read as it will be launched."""
    bench = at("3 retried").bench
    read = bench.run("brief", "3", session="s1").out
    assert " step 3 attempt 2 -->" in read
    assert read == bench.run("launch", "3", session="s1").out


def test_without_an_incident_it_has_placeholders(bench: Workbench) -> None:
    """For whoever edits a step's file; no session begins by it."""
    for key in KEYS:
        read = bench.run("brief", key)
        assert (read.code, read.err) == (0, "")
        for place in ("<incident id>", "<what the person on call typed>", "(typed <time>)"):
            assert place in read.out
        assert f"<!-- incident-response: <incident id> step {key} attempt 1 -->" in read.out
        step = flow.load().step("rollback" if key == "rollback" else int(key))
        listed = [f"- {bench.session_folder / name}\n" for name in step.reads]
        assert all(line in read.out for line in listed)
        changes = step.may_change != "" and key != "3"
        assert ("<what is live, each with the command that undoes it>" in read.out) == changes
        assert "1970" not in read.out
    assert not bench.session_folder.exists()


def test_a_corrupt_record_is_no_absent_one(at: Callable[[str], Story]) -> None:
    """No placeholder stands for an incident that cannot be read."""
    read = at("corrupt").bench.run("brief", "4")
    assert (read.code, read.out) == (65, "")


@pytest.mark.parametrize("key", ["0", "14", "five", "-1", ""])
def test_there_are_thirteen_steps_and_the_rollback(bench: Workbench, key: str) -> None:
    """Anything else is a wrong word, with and without an incident."""
    assert bench.run("brief", key).code == 2
    assert bench.run("launch", key).code == 2


def test_where_hooks_launch_a_hand_does_not(at: Callable[[str], Story]) -> None:
    """It says where the launch is; who has lost the words of one in flight gets them again."""
    story = at("owned")
    refused = story.bench.run("launch", "1", session="s1")
    assert (refused.code, refused.out) == (1, "")
    assert "Step 1 is launched by an Agent call in Claude Code." in refused.err
    for line in ("s1 calls 1", "s1 begins 1"):
        story.tell(line)
    launched = (story.bench.notes / "brief-1").read_text(encoding="utf-8")
    again = story.bench.run("launch", "1", session="s1").out
    assert again.replace(str(story.bench.folder), "<the folder of this copy>") == launched
