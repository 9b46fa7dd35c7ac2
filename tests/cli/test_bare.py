"""A line without a command, and the ways to ask for help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story
    from tests.support.workbench import Workbench


def bare(bench: Workbench, *words: str) -> tuple[int, str, str]:
    """Run the helper in the project's folder with these words and no other."""
    done = bench.shell(f"python -m incident_state {' '.join(words)}", "")
    return done.code, done.out, done.err


def test_a_bare_line_shows_where_things_stand(at: Callable[[str], Story]) -> None:
    """As `status` does."""
    bench = at("cp1").bench
    assert bare(bench) == bare(bench, "status")
    assert "Checkpoint 1" in bare(bench)[1]


def test_a_bare_line_without_an_incident_says_how_one_begins(bench: Workbench) -> None:
    """It is no error: somebody has just installed it."""
    code, out, err = bare(bench)
    assert (code, err) == (0, "")
    assert out == (
        "No incident is open here. One begins in Claude Code:\n"
        '  /incident-response "<what is wrong>" --severity P0\n'
        "or here:\n"
        "  incident-state start '<what is wrong>' --severity P0\n"
        "All commands: incident-state --help\n"
    )


def test_a_bare_line_calls_a_corrupt_state_corrupt(at: Callable[[str], Story]) -> None:
    """The code is that of `status`."""
    assert bare(at("corrupt").bench)[0] == 65


@pytest.mark.parametrize("command", ["", "start", "severity"])
def test_help_has_a_short_form(bench: Workbench, command: str) -> None:
    """And says what the severities mean where one is given."""
    assert bare(bench, command, "-h") == bare(bench, command, "--help")
    words = " ".join(bare(bench, command, "-h")[1].split())
    assert ("P3: hardly anybody notices" in words) == bool(command)
