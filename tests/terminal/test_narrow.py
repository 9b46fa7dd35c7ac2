"""A terminal of 40 columns shows what one of 80 does, one thing below the other."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.told_incident import BEGAN, STORIES, Told
from tests.support.workbench import Workbench

SCREENS = Path(__file__).parent / "screens"
RENEW = "RENEW_SCREENS"
COLUMNS = 40


@pytest.mark.parametrize(("name", "story"), [("status", "deployed"), ("list", "complete")])
def test_a_narrow_screen_is_as_it_was_approved(tmp_path: Path, name: str, story: str) -> None:
    """Marks and steps stay, a session is a block; nothing is wider but a command to copy."""
    bench = Workbench(tmp_path / "bench")
    bench.columns = COLUMNS
    STORIES[story](Told(bench.project))
    seen = bench.person(name, answers="", TEST_NOW=(BEGAN + timedelta(minutes=140)).isoformat()).out
    seen = re.sub(r"INC-(\d{8}-\d{6})-[0-9a-f]{4}", r"INC-\1-0000", seen)
    seen = re.sub(r"\[[0-9a-f]{8}\]", "[00000000]", seen)
    lines = [line.rstrip() for line in seen.splitlines() if str(bench.project) not in line]
    assert max(map(len, lines)) <= COLUMNS
    shown = "".join(f"{line}\n" for line in lines)
    file = SCREENS / f"{name}-40.txt"
    if RENEW in os.environ:
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")


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
