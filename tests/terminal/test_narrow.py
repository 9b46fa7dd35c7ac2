"""A terminal of 40 columns shows what one of 80 does, one thing below the other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.told_incident import BEGAN, STORIES, Told
from tests.support.workbench import Workbench
from tests.terminal import golden

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = 40


@pytest.mark.parametrize(("name", "story"), [("status", "deployed"), ("list", "complete")])
def test_a_narrow_screen_is_as_it_was_approved(tmp_path: Path, name: str, story: str) -> None:
    """Marks and steps stay, a session is a block; nothing is wider but a command to copy."""
    bench = Workbench(tmp_path / "bench")
    bench.columns = COLUMNS
    STORIES[story](Told(bench.project))
    seen = bench.person(name, answers="", TEST_NOW=(BEGAN + timedelta(minutes=140)).isoformat()).out
    lines = [line for line in seen.splitlines() if str(bench.project) not in line]
    assert max(len(line.rstrip()) for line in lines) <= COLUMNS
    golden.is_as_approved(f"{name}-40", golden.nameless("\n".join(lines)))


def test_every_command_that_reads_fits(tmp_path: Path) -> None:
    """Also the timeline, and what is asked before an incident is left."""
    bench = Workbench(tmp_path / "bench")
    bench.columns = COLUMNS
    STORIES["deployed"](Told(bench.project))
    for words in (["timeline"], ["resume"], ["next"], ["archive"]):
        seen = bench.person(*words, answers="n\n").out
        lines = [line for line in seen.splitlines() if str(bench.project) not in line]
        assert max(len(line.rstrip()) for line in lines) <= COLUMNS, (words, seen)


def test_next_speaks_to_the_person_who_asks(tmp_path: Path) -> None:
    """What they may type, and nothing of what a model is told; a model gets its own words."""
    bench = Workbench(tmp_path / "bench")
    bare = bench.person("next", answers="").out
    assert bare.startswith("No incident is open here. One begins in Claude Code:\n")
    told = Told(bench.project).after(1).done(1)
    due = bench.person("next", answers="").out
    assert due.rstrip() == (
        "Next\n  Step 2 is due. Go on in Claude Code, in this project: /incident-response"
    )
    told.after(1).done(2).after(1).done(3)
    shown = bench.person("next", answers="").out
    assert "Approve: the investigation begins; proposals stay open" in shown
    for words in ("Show the user", "end your turn", "Bash {", "the user decides"):
        assert words not in shown
    assert "Show the user this" in bench.run("next").out
