"""What the repository says of itself agrees, and the client accepts it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import incident_state
from incident_state.launch import REQUIREMENTS
from tests.support.client.environment import make_sandbox

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND_BYTES = 6_000
MODULE_LINES = 310


def test_the_version_stands_in_one_place_and_is_repeated_right() -> None:
    """Package, manifest and changelog name the same version."""
    manifest = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text())
    newest = re.findall(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0]
    assert (manifest["version"], newest) == (incident_state.__version__,) * 2


def test_the_launcher_installs_what_the_package_requires() -> None:
    """launch.py, which cannot read pyproject.toml in old Pythons, repeats its list."""
    text = (ROOT / "pyproject.toml").read_text()
    listed = re.search(r"^dependencies = (\[.*\])$", text, re.MULTILINE)
    assert listed is not None
    assert json.loads(listed[1]) == list(REQUIREMENTS)


def test_the_client_finds_nothing_wrong_with_the_plugin(tmp_path: Path) -> None:
    """`claude plugin validate . --strict` passes."""
    sandbox = make_sandbox(tmp_path, "http://127.0.0.1:9")
    done = sandbox.run("plugin", "validate", str(ROOT), "--strict")
    assert (done.returncode, "error" in done.stdout.lower()) == (0, False), (
        done.stdout + done.stderr
    )


def test_the_command_file_survives_compaction() -> None:
    """About 5,000 tokens of an invoked command are kept; it stays far below."""
    assert (ROOT / "commands" / "incident-response.md").stat().st_size <= COMMAND_BYTES


@pytest.mark.parametrize("module", sorted((ROOT / "incident_state").rglob("*.py")), ids=str)
def test_a_module_is_short_enough_to_be_read(module: Path) -> None:
    """About 300 lines at most."""
    assert len(module.read_text().splitlines()) <= MODULE_LINES
