"""A client older than what is tested is told so, once by the hook and by what the model reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from incident_state.client_version import OLDEST, dotted, numbers
from tests.support.workbench import Workbench

TYPED = {
    "command_name": "incident-response:incident-response",
    "command_args": '"Checkout is down" --severity P0',
}
BEFORE = (OLDEST[0], OLDEST[1], OLDEST[2] - 1)
TOLD = (
    f"This Claude Code is {dotted(BEFORE)}; incident-response is tested with {dotted(OLDEST)} and "
    "newer, and its gates may not hold in this one. `claude update` brings the newest."
)


def client(bench: Workbench, version: tuple[int, int, int]) -> None:
    """Let the client tell that version in what it starts."""
    bench.client["AI_AGENT"] = f"claude-code_{'-'.join(map(str, version))}_harness"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """Give a project without an incident."""
    return Workbench(tmp_path)


def test_an_old_client_is_told_and_the_incident_begins(bench: Workbench) -> None:
    """At three in the morning nobody is turned away; the user reads what to do."""
    client(bench, BEFORE)
    assert bench.hook("UserPromptExpansion", TYPED)[:2] == (0, {"systemMessage": TOLD})
    assert bench.state()["severity"] == "P0"
    assert bench.run("next", session="s1").out.splitlines()[0] == f"Tell the user: {TOLD}"
    assert bench.run("next", "--json", session="s1").out.startswith("{")


def test_the_oldest_that_is_tested_is_told_nothing(bench: Workbench) -> None:
    """Nor is a client that does not tell its version."""
    client(bench, OLDEST)
    assert bench.hook("UserPromptExpansion", TYPED)[:2] == (0, "")
    assert "Tell the user" not in bench.run("next", session="s1").out
    bench.client.clear()
    assert "Tell the user" not in bench.run("next", session="s1").out


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("claude-code_2-1-330_agent", (2, 1, 330)),
        ("2.1.332 (Claude Code)", (2, 1, 332)),
        ("no version", None),
    ],
)
def test_a_version_is_read_however_it_is_written(
    text: str, found: tuple[int, int, int] | None
) -> None:
    """The client writes it in two ways."""
    assert numbers(text) == found
