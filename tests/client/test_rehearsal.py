"""The rehearsal: a person leads the sample incident in the real client, in their own terminal."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.client.terminal_ui import Dialogs, Terminal
from tests.support.workbench import ROOT

SCRIPT = str(ROOT / "tests" / "rehearse.py")
LINES = re.compile(
    r"^(?:To look at the incident, run|For its page|To hold its record)[^:]*: (.+)$", re.MULTILINE
)


def variables(folder: Path) -> dict[str, str]:
    """A user's environment, with a home and a place for temporary files of their own."""
    (folder / "home").mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
    }


def project_in(folder: Path) -> Path:
    """The one project that the rehearsal left there; nothing else of it is left."""
    (root,) = folder.glob("rehearsal-*")
    assert sorted(each.name for each in root.iterdir()) == [
        "claude",
        "client.pid",
        "home",
        "project",
    ]
    assert {each.name for each in (root / "home").iterdir()} <= {".claude", ".local"}
    assert [each.name for each in (root / "home" / ".claude").iterdir()] == ["projects"]
    return root / "project"


def is_asked(ui: Dialogs, number: int) -> None:
    """Wait until that checkpoint is put."""
    ui.wait_for("Enter to select")
    assert f"☐ Checkpoint {number}" in ui.settle()


@pytest.mark.system
def test_a_person_rehearses_the_whole_incident(tmp_path: Path) -> None:
    """Three checkpoints approved at the keyboard lead to the end, and no other question is put.

    Before each step a line says what the last one found; what is left can be looked at, made a page
    of and verified by the commands that the script ends with.
    """
    command = [sys.executable, SCRIPT]
    with Dialogs(command, tmp_path, variables(tmp_path), columns=300, rows=60) as ui:
        ui.wait_for("what its agents find and what I say is a script")
        ui.wait_for("Step 2 of 13: Observability Analysis.")
        assert "Step 1 found: Visitors of any proxied site get a 502 page" in ui.settle()
        for number in (1, 2, 3):
            is_asked(ui, number)
            ui.choose("Approve")
            ui.wait_for(lambda screen: "Enter to select" not in screen)
        ui.wait_for("leave the client with /exit")
        ui.submit("/exit")
        assert ui.exit_code() == 0
        assert "--resume" not in ui.text
        look, page, verify = LINES.findall(ui.text)

    project = project_in(tmp_path)
    state = json.loads((project / ".incident-response" / "state.json").read_text("utf-8"))
    assert (state["status"], state["completed_steps"]) == ("complete", [*range(1, 14)])
    for line, shown in (
        (look, "Sites worldwide return 502"),
        (page, "Open it in a browser"),
        (verify, "fits"),
    ):
        with Terminal(["sh", "-c", line], tmp_path, variables(tmp_path)) as terminal:
            assert (terminal.exit_code(), shown in terminal.text) == (0, True), terminal.text


@pytest.mark.system
def test_whatever_a_person_types_it_goes_on_or_says_how(tmp_path: Path) -> None:
    """After Escape, words, a pause and closing, at 80 columns: asked again, or told what to do."""
    command = [sys.executable, SCRIPT]
    with Dialogs(command, tmp_path, variables(tmp_path), columns=80, rows=24) as ui:
        for words in ("approved, go on", "resume", "what does it cost us?"):
            ui.wait_for("Enter to select")
            ui.press("escape")
            ui.wait_for(lambda screen: "Enter to select" not in screen)
            ui.submit(words)
        ui.wait_for("Enter to select")
        ui.choose("Pause")
        ui.wait_for(re.compile(r"types\s+/incident-response"))
        ui.submit("resume")
        ui.wait_for(lambda screen: screen.count("/incident-response") > 1)
        ui.submit("/incident-response ")
        ui.wait_for("Enter to select")
        ui.choose("Close")
        ui.wait_for("☐ Closing")
        ui.choose("False alarm")
        ui.wait_for("leave the client with /exit")
        assert "Nothing asks for anything" not in ui.scrollback
        ui.submit("and now?")
        ui.wait_for(lambda screen: screen.count("leave the client with /exit") > 1)
        ui.submit("/exit")
        assert ui.exit_code() == 0
        assert "--resume" not in ui.text
    state = json.loads((project_in(tmp_path) / ".incident-response" / "state.json").read_bytes())
    assert (state["status"], state["closed"]) == ("complete", "False alarm")


@pytest.mark.system
def test_changes_and_a_rollback_are_rehearsed(tmp_path: Path) -> None:
    """What is requested is done again, and the rollback's own question is put."""
    command = [sys.executable, SCRIPT]
    with Dialogs(command, tmp_path, variables(tmp_path), columns=120, rows=60) as ui:
        is_asked(ui, 1)
        ui.choose("Request changes")
        ui.wait_for("What should be changed")
        ui.submit("step 3: name who agreed")
        for number in (1, 2):
            is_asked(ui, number)
            ui.choose("Approve")
            ui.wait_for(lambda screen: "Enter to select" not in screen)
        is_asked(ui, 3)
        ui.choose("Rollback")
        ui.wait_for("☐ Rolled back")
        ui.settle()
        ui.choose("Pause")
        ui.wait_for(re.compile(r"types\s+/incident-response"))
        ui.submit("/exit")
        assert ui.exit_code() == 0
    state = json.loads((project_in(tmp_path) / ".incident-response" / "state.json").read_bytes())
    assert (state["steps"]["3"]["attempt"], state["current_step"]) == (2, "rollback")


def bare(folder: Path, needs: str) -> tuple[list[str], dict[str, str]]:
    """A clone with nothing prepared, and an index that answers nothing; the command there."""
    clone = folder / "clone"
    (clone / "tests").mkdir(parents=True)
    shutil.copy(SCRIPT, clone / "tests")
    project = f'[project]\nname = "x"\nversion = "1"\noptional-dependencies.tests = ["{needs}"]\n'
    (clone / "pyproject.toml").write_text(project)
    hidden = {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"}
    # Without `site` the packages that the tests run with are not found.
    return [sys.executable, "-S", str(clone / "tests" / "rehearse.py")], hidden


@pytest.mark.system
def test_preparing_is_seen_and_stopped_in_one_line(tmp_path: Path) -> None:
    """Where the index does not answer a line tells what it is at; Ctrl-C ends it, each time."""
    with socket.create_server(("127.0.0.1", 0)) as index:
        command, hidden = bare(tmp_path, "never-there")
        hidden |= {"PIP_INDEX_URL": f"http://127.0.0.1:{index.getsockname()[1]}/simple"}
        for _ in range(2):
            with Terminal(command, tmp_path, variables(tmp_path) | hidden, rows=24) as screen:
                screen.wait_for("656 MB")
                screen.wait_for(re.compile(r"0:\d\d  (?!making)"))
                screen.press("ctrl-c")
                assert screen.exit_code() == 130
                lines = screen.text.strip().splitlines()
            assert lines[-1] == "Stopped. Run it again to go on."
            assert "Traceback" not in "".join(lines)


@pytest.mark.system
def test_what_could_not_be_prepared_is_said(tmp_path: Path) -> None:
    """What pip said, what it needs, and the command that failed."""
    command, hidden = bare(tmp_path, "never-there")
    hidden |= {"PIP_NO_INDEX": "1"}
    with Terminal(command, tmp_path, variables(tmp_path) | hidden, rows=40) as screen:
        assert screen.exit_code() == 1
        assert "That failed (what it needs: Python's venv and the package index)." in screen.text
        assert "error" in screen.text.lower()


@pytest.mark.system
def test_leaving_early_leaves_no_process(tmp_path: Path) -> None:
    """Ctrl-C twice ends the client, the script says where the state is, and nothing goes on."""
    command = [sys.executable, SCRIPT]
    with Dialogs(command, tmp_path, variables(tmp_path), columns=80, rows=40) as ui:
        ui.wait_for("incident-responder")
        client = int(next(tmp_path.glob("rehearsal-*/client.pid")).read_text())
        ui.press("ctrl-c", "ctrl-c", "ctrl-c")
        assert ui.exit_code() == 0
        assert "To look at the incident" in ui.text
    with pytest.raises(ProcessLookupError):
        os.kill(client, 0)
    assert (project_in(tmp_path) / ".incident-response" / "state.json").exists()


def test_help_says_what_it_is() -> None:
    """`--help` explains, and starts nothing."""
    done = subprocess.run([sys.executable, SCRIPT, "--help"], capture_output=True, check=True)
    assert b"Rehearse a whole incident in the real client" in done.stdout


def test_it_needs_a_terminal() -> None:
    """Without a terminal there is nobody to answer, which it says."""
    done = subprocess.run(
        [sys.executable, SCRIPT], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"run this in a terminal" in done.stderr
