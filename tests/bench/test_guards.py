"""What is not noise stays as small as it is: bytes, requests, starts, system calls, tokens."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.bench.price import price
from tests.bench.project import Project
from tests.bench.system_calls import system_calls
from tests.bench.whole_run import led, size

if TYPE_CHECKING:
    from pathlib import Path

# Beyond those of `python3 -I -S -c pass`: system calls, and files opened. Packages and Pythons
# differ by some per cent.
MOST = {
    "hook, Bash that reads": (1_080, 80),
    "hook, Read": (690, 50),
    "hook, Write": (1_010, 70),
    "hook, Bash that has run": (1_050, 80),
    "next": (5_700, 375),
    "status": (5_500, 445),
}


@pytest.mark.system
@pytest.mark.xdist_group("whole run of the benchmark")
def test_a_whole_run_passes_few_bytes_and_starts_few_pythons(tmp_path: Path) -> None:
    """With documents of 24 KB, as with small ones: they travel by path."""
    (tmp_path / "run").mkdir()
    passed, run = led(tmp_path / "run", 24, tmp_path / "starts")
    starts = Counter((tmp_path / "starts").read_text().splitlines())
    assert passed.generated <= 6_500
    assert passed.context - size(run, run.requests[0].body) <= 34_000
    assert (len(run.requests), passed.requests, passed.turns) == (29, 67, 1)
    # Which of several calls at once meets another's mark is not fixed.
    assert starts.total() <= 165, starts
    assert starts["PostToolBatch "] <= 5


@pytest.mark.system
def test_a_session_without_an_incident_and_the_typed_command_cost_few_tokens(
    tmp_path: Path,
) -> None:
    """As the client projects it, and as the bytes of a first request tell."""
    found = price(tmp_path / "price")
    assert found.projected <= 200
    assert 0 < found.added <= 200
    assert 0 < found.invoked <= 1_500


@pytest.mark.system
@pytest.mark.parametrize("name", MOST)
def test_a_process_asks_little_of_the_system(tmp_path: Path, name: str) -> None:
    """The number of calls, where a time would be noise."""
    project = Project(tmp_path / "project")
    line = {"command": "kubectl get pods | grep web"}
    calls = {
        "hook, Bash that reads": project.hook("PreToolUse", "Bash", **line),
        "hook, Read": project.hook("PreToolUse", "Read", file_path="/srv/app.py"),
        "hook, Write": project.hook("PreToolUse", "Write", file_path="/srv/a.py", content="x"),
        "hook, Bash that has run": project.hook("PostToolUse", "Bash", **line),
        "next": project.command("next"),
        "status": project.command("status"),
    }
    nothing = project.start(project.python, "-I", "-S", "-c", "pass")
    system_calls(calls[name], tmp_path / "first")  # what it compiles is cached from now on
    made, opened = system_calls(calls[name], tmp_path / "report")
    floor, files = system_calls(nothing, tmp_path / "floor")
    most, most_files = MOST[name]
    assert (made - floor <= most, opened - files <= most_files) == (True, True), (
        made - floor,
        opened - files,
    )
