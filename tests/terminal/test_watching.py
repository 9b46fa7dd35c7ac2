"""`status --watch` follows an incident: live in a terminal, a line for each event in a pipe."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.support.client.terminal_ui import Terminal
from tests.support.patience import HANG
from tests.support.told_incident import Told
from tests.support.workbench import ROOT, Workbench

if TYPE_CHECKING:
    from pathlib import Path

WATCH = [sys.executable, "-m", "incident_state", "status", "--watch", "--project"]


def variables(bench: Workbench) -> dict[str, str]:
    """The environment of a person's shell."""
    return {"HOME": str(bench.folder), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PATH": "/bin"}


def test_a_terminal_shows_what_changes_and_is_left_clean(tmp_path: Path) -> None:
    """The picture changes in place; Ctrl-C ends it with 130, no traceback, the cursor shown."""
    bench = Workbench(tmp_path / "bench")
    told = Told(bench.project)
    command = [*WATCH, str(bench.project)]
    with Terminal(command, tmp_path, variables(bench), columns=80, rows=24) as terminal:
        terminal.wait_for("●  1 Incident Detection")
        told.launch(1)
        # It was told of long ago, so nobody is known to work on it.
        terminal.wait_for("?  1 Incident Detection")
        assert terminal.text.count("Phase 1") == 1
        terminal.press("ctrl-c")
        assert terminal.exit_code() == 130
        assert "Traceback" not in terminal.scrollback
        assert terminal.text.count("Phase 1") == 1
        assert terminal.cursor_shown


def test_what_waits_for_a_person_is_said_in_plain_words(tmp_path: Path) -> None:
    """A checkpoint waits for you; of anything else that is asked, the question itself is there."""
    bench = Workbench(tmp_path / "bench")
    told = Told(bench.project).deployed()
    command = [*WATCH, str(bench.project)]
    with Terminal(command, tmp_path, variables(bench), columns=80, rows=40) as terminal:
        terminal.wait_for("Checkpoint 3 waits for you.")
        told.decide("Rollback").done("rollback")
        terminal.wait_for("The rollback has ended. How shall it go on?")
        assert "waits for you" not in terminal.text
        terminal.press("ctrl-c")
        assert terminal.exit_code() == 130


def test_a_pipe_gets_a_line_for_each_event_and_ends_with_the_incident(tmp_path: Path) -> None:
    """Events as they come, each once; closing the incident ends it with 0."""
    bench = Workbench(tmp_path / "bench")
    told = Told(bench.project, "The queue is full")
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = [*WATCH, str(bench.project)]
    with subprocess.Popen(command, env=variables(bench), text=True, **streams) as watching:
        assert watching.stdout is not None
        first = watching.stdout.readline()
        told.note("DB failed over")
        second = watching.stdout.readline()
        assert bench.person("close", "--reason", "over").code == 0
        rest, errors = watching.communicate(timeout=HANG)
    assert [first[25:], second[25:]] == [
        "+0:00  person  Reported as P0: The queue is full\n",
        "+0:00  person  Note: DB failed over [1]\n",
    ]
    assert (rest.endswith("person  Closed: over\n"), errors, watching.returncode) == (True, "", 0)


def test_a_session_moved_away_ends_it(tmp_path: Path) -> None:
    """What is archived is not followed any more."""
    bench = Workbench(tmp_path / "bench")
    Told(bench.project)
    streams: dict[str, Any] = {"stdout": subprocess.PIPE}
    command = [*WATCH, str(bench.project)]
    with subprocess.Popen(command, env=variables(bench), text=True, **streams) as watching:
        assert watching.stdout is not None
        watching.stdout.readline()
        assert bench.person("archive").code == 0
        rest, _ = watching.communicate(timeout=HANG)
    assert (rest.splitlines()[-1], watching.returncode) == ("The session was moved away.", 0)
