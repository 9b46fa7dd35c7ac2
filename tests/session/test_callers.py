"""A person whose terminal looks like a client's is told why, and how to get on."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.terminal import in_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story
    from tests.support.workbench import Workbench

NO = "Only a person at a terminal does that. Do not run it again."
FRESH = "if you are one, open a fresh terminal, which it has not started."


@pytest.mark.parametrize("name", ["CLAUDECODE", "CLAUDE_CODE_SESSION_ID"])
def test_a_variable_that_was_left_over_is_named(at: Callable[[str], Story], name: str) -> None:
    """Where it is set in this shell alone, to unset it is enough."""
    bench = at("owned, cp1").bench
    answer = bench.person("approve", **{name: "1"})
    told = " ".join(answer.out.split())
    way = "if you are one, `unset CLAUDECODE CLAUDE_CODE_SESSION_ID`, or open a fresh terminal."
    said = f"{NO} {name} is set here, as in a client's own commands: {way} Let the user run it"
    assert (answer.code, said in told) == (1, True), told
    assert len(answer.out.splitlines()) <= 4
    assert bench.person("approve").code == 0


def refused(bench: Workbench, words: list[str], **variables: str) -> str:
    """Run those words in a terminal; what it shows, on one line."""
    env = bench.hook_environment() | {"TERM": "xterm"} | variables
    code, shown = in_terminal(words, env, bench.project)
    assert code == 1, shown
    return " ".join(shown.decode().split())


def test_a_shell_above_that_has_it_is_named(at: Callable[[str], Story]) -> None:
    """There, to unset it does not help: a multiplexer that a client started has it for all."""
    bench = at("owned, cp1").bench
    line = "unset CLAUDECODE; incident-state approve; exit $?"
    told = refused(bench, ["sh", "-c", line], CLAUDECODE="1")
    assert re.search(
        rf"{re.escape(NO)} CLAUDECODE is set in \w+ \(\d+\) above this, as by a client: "
        + re.escape(FRESH),
        told,
    ), told


def test_a_wrapper_that_is_called_claude_is_named(at: Callable[[str], Story]) -> None:
    """It cannot be told from the client; a terminal that it did not start can."""
    bench = at("owned, cp1").bench
    wrapper = bench.folder / "claude"
    shutil.copy(os.path.realpath(shutil.which("sh") or "/bin/sh"), wrapper)
    told = refused(bench, [str(wrapper), "-c", "incident-state approve; exit $?"])
    assert re.search(
        rf"{re.escape(NO)} Above this runs a process named claude \(\d+\): {re.escape(FRESH)}",
        told,
    ), told


def test_without_a_terminal_that_is_said(at: Callable[[str], Story]) -> None:
    """As from a script or a pipe."""
    told = at("owned, cp1").bench.run("approve")
    assert told.err.startswith(f"{NO} Here standard input, or what is shown, is no terminal.\n")
