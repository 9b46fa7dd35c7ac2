"""The rehearsal: a person leads the sample incident in the real client, in their own terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.client.terminal_ui import Dialogs, Terminal
from tests.support.workbench import ROOT

SCRIPT = str(ROOT / "tests" / "rehearse.py")
STATUS = re.compile(r"To look at the incident, run: (.+)")


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
    assert sorted(each.name for each in root.iterdir()) == ["claude", "client.pid", "project"]
    return root / "project"


@pytest.mark.system
def test_a_person_rehearses_the_whole_incident(tmp_path: Path) -> None:
    """Three checkpoints approved at the keyboard lead to the end, and no other question is put."""
    command = [sys.executable, SCRIPT]
    with Dialogs(command, tmp_path, variables(tmp_path), columns=300, rows=40) as ui:
        for number in (1, 2, 3):
            ui.wait_for("Enter to select", timeout=120)
            assert f"☐ Checkpoint {number}" in ui.settle()
            ui.choose("Approve")
            ui.wait_for(lambda screen: "Enter to select" not in screen)
        ui.wait_for("leave the client with /exit", timeout=180)
        ui.submit("/exit")
        assert ui.exit_code() == 0
        (look,) = STATUS.findall(ui.text)

    project = project_in(tmp_path)
    state = json.loads((project / ".incident-response" / "state.json").read_text("utf-8"))
    assert (state["status"], state["completed_steps"]) == ("complete", [*range(1, 14)])
    with Terminal(["sh", "-c", look], tmp_path, variables(tmp_path)) as status:
        assert (status.exit_code(), "Sites worldwide return 502" in status.text) == (0, True)


def test_leaving_early_leaves_no_process(tmp_path: Path) -> None:
    """Ctrl-C twice ends the client, the script says where the state is, and nothing goes on."""
    command = [sys.executable, SCRIPT]
    with Dialogs(command, tmp_path, variables(tmp_path), columns=80, rows=40) as ui:
        ui.wait_for("incident-responder", timeout=60)
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
