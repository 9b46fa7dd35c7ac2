"""What a newer version of the plugin recorded is refused in a sentence, and left as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from incident_state.state.model import SCHEMA_VERSION as OURS
from tests.support.workbench import ROOT, Workbench

TYPED = {"command_name": "incident-response:incident-response", "command_args": ""}


def newer_plugin(place: Path) -> Path:
    """Copy the plugin, and let it write the next schema."""
    for name in ("incident_state", "commands"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    model = place / "incident_state" / "state" / "model.py"
    text = model.read_text().replace(f"Literal[{OURS}]", f"Literal[{OURS + 1}]")
    model.write_text(text.replace(f"] = {OURS}\n", f"] = {OURS + 1}\n"))
    return place


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """Give a project in which a newer plugin has begun an incident."""
    bench = Workbench(tmp_path)
    plugin = newer_plugin(tmp_path / "newer")
    environment = {**os.environ, "HOME": str(tmp_path / "home"), "PYTHONPATH": str(plugin)}
    for words in (["start", "Checkout is down"], ["note", "the newest word"]):
        subprocess.run(
            [sys.executable, "-m", "incident_state", *words],
            cwd=bench.project,
            env={**environment, "CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": "s1"},
            check=True,
            capture_output=True,
        )
    return bench


def test_it_is_refused_with_what_to_do(bench: Workbench) -> None:
    """By every command and by the typed one; no way back to an older state is offered."""
    before = bench.state_bytes()
    told = (
        f"{bench.session_folder / 'state.json'}: a newer version of the plugin wrote it "
        f"(schema {OURS + 1}; this one knows {OURS}). Nothing was touched; "
        "update the plugin: claude plugin update "
        "incident-response@incident-response"
    )
    for words in (["status"], ["next"], ["note", "x"], ["verify"], ["handoff"]):
        done = bench.run(*words, session="s1")
        assert (done.code, done.out, done.err) == (65, "", f"{told}\n"), words
    code, answer, _ = bench.hook("UserPromptExpansion", TYPED)
    assert (code, answer["decision"], answer["reason"]) == (0, "block", told)
    assert bench.state_bytes() == before
