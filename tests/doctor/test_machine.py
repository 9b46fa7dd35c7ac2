"""What is to be done about packages that are missing, by the Python that lacks them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from incident_state.doctor import machine
from incident_state.environment import NAMES
from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CODE = "from incident_state.doctor.machine import packages; print(packages('').remedy)"


@pytest.mark.system
@pytest.mark.parametrize("pip", [True, False])
def test_a_python_of_the_systems_own_is_told_to_make_a_venv(tmp_path: Path, *, pip: bool) -> None:
    """Never plain pip, which such a Python refuses; in a venv its own."""
    made = tmp_path / "venv"
    bare = [] if pip else ["--without-pip"]
    subprocess.run([sys.executable, "-m", "venv", *bare, str(made)], check=True)

    def told(python: str, *flags: str) -> str:
        done = subprocess.run(
            [python, *flags, "-c", CODE], cwd=ROOT, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    python = f"{made}/bin/python"
    inside = told(python)
    assert inside.startswith((f"{python} -m pip install ", f"uv pip install --python {python} "))
    assert all(name in inside for name in NAMES)
    base = told(str((made / "bin" / "python").resolve()), "-S")
    assert base.startswith("python3 -m venv ~/.local/share/incident-response/venv && ")
    assert " pip install" not in base


def test_nothing_is_to_be_done_where_they_are_there() -> None:
    """The versions are told."""
    found = machine.packages("")
    assert (found.status, found.remedy) == ("ok", "")
