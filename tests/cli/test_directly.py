"""What a model calls at every step runs without typer, and does what it does by typer."""

from __future__ import annotations

from pathlib import Path

import pytest

from incident_state.cli.directly import WORDS, called
from tests.support.imports import imported
from tests.support.workbench import Workbench

MAIN = "from incident_state.cli import main; main()"
LINES = {
    "next": ["next", "--json"],
    "brief": ["brief", "1"],
    "launch": ["launch", "1"],
    "complete": ["complete", "1"],
    "consolidate": ["consolidate", "findings"],
    "status": ["status", "--json"],
    "timeline": ["timeline", "--json"],
    "list": ["list"],
    "handoff": ["handoff"],
    "verify": ["verify", "--json"],
}
MODEL = "from pydantic import BaseModel; type('M', (BaseModel,), {'__annotations__': {'a': int}})"
# Modules beyond those that a pydantic model needs.
MOST = {"next": 63, "brief": 72, "status": 85}


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """Give a project with an open incident that session s1 leads, seen at a fixed time."""
    bench = Workbench(tmp_path)
    assert bench.run("start", "It is down", session="s1").code == 0
    assert bench.run("launch", "1", session="s1").code == 0
    bench.client["TEST_NOW"] = "2030-01-01T00:00:00+00:00"
    return bench


@pytest.mark.parametrize("name", WORDS)
def test_a_command_does_the_same_in_each_form(bench: Workbench, name: str) -> None:
    """`--project=DIR` is a form that typer alone knows."""
    directly = bench.run(*LINES[name], session="s1")
    by_typer = bench.run(*LINES[name], f"--project={bench.project}", session="s1")
    assert directly == by_typer
    assert directly.out + directly.err


@pytest.mark.parametrize(
    "line",
    [
        "",
        "-",
        "--help",
        "next --help",
        "next --unknown",
        "next --project",
        "next word",
        "next -- --json",
        "next --json=yes",
        "brief",
        "brief 1 2",
        "brief 1 --json",
        "status INC-20260702-140500-abcd",
        "status --watch",
        "decide Approve",
        "nothing",
    ],
)
def test_every_other_line_is_left_to_typer(line: str) -> None:
    """What it does not know for certain it does not read."""
    assert called(line.split()) is None


@pytest.mark.parametrize("name", MOST)
def test_a_command_of_each_step_imports_no_typer(bench: Workbench, name: str) -> None:
    """What it imports is nearly all of what it costs."""
    words = [*LINES[name], "--project", str(bench.project)]
    env = bench.hook_environment()
    modules = set(imported(MAIN, words, env, "-I")) - set(imported(MODEL, [], env, "-I"))
    assert {"typer", "rich"}.intersection(modules) == set()
    assert len(modules) <= MOST[name], sorted(modules)
