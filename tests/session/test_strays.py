"""A step that only reads, and changes the project all the same, is found out afterwards."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.thinned import thinned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.story import Story

REPOSITORY = """git init -q . && git config user.email a@b.c && git config user.name a
echo one > kept; echo one > dirty; git add . && git commit -qm one && echo two > dirty"""


def shell(line: str, project: Path) -> None:
    """Run a line in the project."""
    subprocess.run(["sh", "-ec", line], cwd=project, check=True, capture_output=True)


@pytest.fixture
def at_work(at: Callable[[str], Story]) -> Story:
    """Give a repository with a file that is not committed, in which step 1's agent is at work."""
    story = at("owned")
    shell(REPOSITORY, story.bench.project)
    for line in ("s1 calls 1", "s1 begins 1", "agent writes 1"):
        assert story.tell(line).code == 0
    return story


def ends(story: Story, again: str = "") -> list[str]:
    """Have the agent stop; the last two lines of the timeline."""
    assert story.tell(f"s1 ends 1{again}").code == 0
    return [event["text"] for event in story.bench.state()["timeline"]][-2:]


def test_a_step_that_changed_nothing_ends(at_work: Story) -> None:
    """What was not committed before it began is nobody's doing."""
    assert ends(at_work)[1] == "Step 1: agent finished"


CHANGES = {
    "echo x > new": "new",
    "echo x > kept": "kept",
    "echo x >> dirty": "dirty",
    "rm kept": "kept",
    "mkdir -p a/b; echo x > a/b/c": "a/b/c",
    "git checkout -q -- dirty": "dirty",
    "git commit -qam two": "HEAD, dirty",
}


@pytest.mark.parametrize("line", thinned(CHANGES, 4))
def test_what_it_changed_is_told_to_it_once_and_stands_in_the_timeline(
    at_work: Story, line: str
) -> None:
    """It is sent back to put it back; where it does not, the record says so."""
    named = CHANGES[line]
    shell(line, at_work.bench.project)
    assert ends(at_work)[1] == f"Step 1: agent sent back: {named} changed while it was at work"
    assert ends(at_work, " again") == [
        f"Step 1: changed in the project while it was at work: {named}",
        "Step 1: agent finished",
    ]


def test_what_it_puts_back_is_not_held_against_it(at_work: Story) -> None:
    """Sent back, it mends; the timeline has only that it was."""
    shell("echo x > new", at_work.bench.project)
    ends(at_work)
    shell("rm new", at_work.bench.project)
    assert ends(at_work, " again") == [
        "Step 1: agent sent back: new changed while it was at work",
        "Step 1: agent finished",
    ]


def test_outside_a_repository_nothing_is_claimed(at: Callable[[str], Story]) -> None:
    """Nobody knows there what was before."""
    story = at("owned, in flight, valid")
    (story.bench.project / "new").write_text("x")
    assert ends(story)[1] == "Step 1: agent finished"
