"""What the repository says of itself agrees, and the client accepts it."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

import incident_state
from incident_state.environment import REQUIREMENTS
from tests.install import icon
from tests.support.client.environment import make_sandbox

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND_BYTES = 6_000
MODULE_LINES = 310


def read(name: str) -> Any:  # noqa: ANN401 - whatever the JSON holds
    """Return what one of the client's files holds."""
    return json.loads((ROOT / ".claude-plugin" / name).read_text())


def test_the_version_stands_in_one_place_and_is_repeated_right() -> None:
    """Package, manifest, marketplace and changelog name the same version."""
    newest = re.findall(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0]
    (listed,) = read("marketplace.json")["plugins"]
    told = (read("plugin.json")["version"], listed["version"], newest)
    assert told == (incident_state.__version__,) * 3


def test_the_marketplace_lists_the_plugin_as_its_manifest_tells_it() -> None:
    """What people read before they install it is what they install."""
    manifest, (listed,) = read("plugin.json"), read("marketplace.json")["plugins"]
    shared = ("name", "description", "license", "keywords")
    assert {key: listed[key] for key in shared} == {key: manifest[key] for key in shared}
    assert listed["source"] == "./"


def test_the_icon_is_the_drawn_one() -> None:
    """Every 32nd row of the committed picture is what the script draws."""
    data = icon.ICON.read_bytes()
    start = data.index(b"IDAT") + 4
    end = start + int.from_bytes(data[start - 8 : start - 4], "big")
    pixels = zlib.decompress(data[start:end])
    length = 1 + 4 * icon.SIZE
    found = [pixels[at : at + length] for at in range(0, len(pixels), 32 * length)]
    assert found == list(icon.rows(each=32))


def test_the_launcher_installs_what_the_package_requires() -> None:
    """environment.py, which cannot read pyproject.toml in old Pythons, repeats its list."""
    text = (ROOT / "pyproject.toml").read_text()
    listed = re.search(r"^dependencies = (\[.*\])$", text, re.MULTILINE)
    assert listed is not None
    assert json.loads(listed[1]) == list(REQUIREMENTS)


@pytest.mark.parametrize("target", ["", ".claude-plugin/marketplace.json"])
def test_the_client_finds_nothing_wrong(tmp_path: Path, target: str) -> None:
    """The plugin passes the directory's checks, the marketplace the strict ones."""
    sandbox = make_sandbox(tmp_path, "http://127.0.0.1:9")
    profile = () if target else ("--profile", "directory")
    done = sandbox.run("plugin", "validate", str(ROOT / target), "--strict", *profile)
    told = done.stdout + done.stderr
    assert (done.returncode, "warning" in told.lower()) == (0, False), told


def test_the_command_file_survives_compaction() -> None:
    """About 5,000 tokens of an invoked command are kept; it stays far below."""
    assert (ROOT / "commands" / "incident-response.md").stat().st_size <= COMMAND_BYTES


@pytest.mark.parametrize("module", sorted((ROOT / "incident_state").rglob("*.py")), ids=str)
def test_a_module_is_short_enough_to_be_read(module: Path) -> None:
    """About 300 lines at most."""
    assert len(module.read_text().splitlines()) <= MODULE_LINES
