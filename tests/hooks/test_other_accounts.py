"""A session folder of another account, closed to this one: nobody knows whether one is open."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from tests.support.workbench import Workbench

NOBODY = 65534
# Root looks into everything, unless it gives that up.
BOUND = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(
        os.geteuid() != 0 or shutil.which("setpriv") is None,
        reason="only root gives a folder away",
    ),
]


@pytest.fixture
def theirs(bench: Workbench) -> Workbench:
    """Give a project whose incident is another account's; its vault is theirs, too."""
    bench.run("start", "Search is slow")
    bench.unseal()
    bench.session_folder.chmod(0o700)
    for each in (bench.session_folder, *bench.session_folder.iterdir()):
        os.chown(each, NOBODY, NOBODY)
    return bench


def run(bench: Workbench, words: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
    """Run those words as whoever may not look into the folder."""
    return subprocess.run(
        [*BOUND, *words],
        input=given,
        env=bench.hook_environment(),
        cwd=bench.here,
        capture_output=True,
        text=True,
        check=False,
    )


def hook(bench: Workbench, tool: str, given: dict[str, Any]) -> tuple[int, str, str]:
    """What the gate says to that call."""
    manifest = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text("utf-8"))
    payload: dict[str, Any] = {
        "hook_event_name": "PreToolUse",
        "session_id": "s1",
        "cwd": str(bench.here),
    }
    payload |= {"tool_name": tool, "tool_input": given}
    line = manifest["hooks"]["PreToolUse"][0]["hooks"][0]["command"]
    done = run(bench, ["sh", "-c", line], json.dumps(payload))
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("folder", [".", "services/api"])
def test_the_gates_are_shut_and_say_why(theirs: Workbench, folder: str) -> None:
    """Reading goes on; the sentence names the folder and the way out."""
    theirs.here = theirs.project / folder
    theirs.here.mkdir(parents=True, exist_ok=True)
    for tool, given in (
        ("Bash", {"command": "kubectl delete pod x"}),
        ("Write", {"file_path": str(theirs.project / "x"), "content": "x"}),
        ("Agent", {"subagent_type": "general-purpose", "prompt": "x"}),
    ):
        code, out, err = hook(theirs, tool, given)
        assert (code, out) == (2, ""), tool
        assert f"{theirs.session_folder} is closed to this account, so whether an incident" in err
        assert "Whoever owns it opens it (chmod" in err
    for tool, given in (("Read", {"file_path": "x"}), ("Bash", {"command": "cat x"})):
        assert hook(theirs, tool, given) == (0, "", ""), tool


@pytest.mark.parametrize("words", [["status"], ["next"], ["start", "x"], ["note", "x"], ["list"]])
def test_a_command_names_the_folder(theirs: Workbench, words: list[str]) -> None:
    """It is the disk that refuses, not a session that is corrupt or absent."""
    done = run(theirs, [sys.executable, "-m", "incident_state", *words])
    assert done.returncode == 74
    assert str(theirs.session_folder) in done.stderr
    assert len(done.stderr.splitlines()) <= 2
