"""The launcher with the real package index."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.install.launch_bench import BARE, BASE, OLD, PREPARING, Bench, Ended

# With the package index.


@pytest.mark.system
@pytest.mark.parametrize("way", ["uv", "uv finds a newer Python", "pip"])
def test_the_packages_really_install(launcher: Bench, way: str) -> None:
    """Both uv, and venv with pip, make an environment in which the real packages load."""
    settings = ("PIP_", "UV_", "SSL_", "REQUESTS_", "HTTP", "NO_PROXY", "ALL_PROXY")
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(settings)}
    if way != "pip":
        uv = shutil.which("uv")
        if uv is None:
            place = str(launcher.folder / "uv")
            subprocess.run([sys.executable, "-m", "pip", "install", "-qt", place, "uv"], check=True)
            uv = f"{place}/bin/uv"
        (launcher.folder / "bin" / "uv").symlink_to(uv)
        (launcher.folder / "bin" / "python3").symlink_to(BASE)
    lost = {"PIP_USER": "1", "PIP_TARGET": str(launcher.folder / "no")}
    python = OLD if way == "uv finds a newer Python" else BARE
    ended = launcher.run("next", python=python, stdin="x", **kept, **lost)
    assert ended == Ended(0, PREPARING, launcher.report("next", stdin="x"))
    assert (" -m pip install " in launcher.log.read_text()) == (way == "pip")
    assert not (launcher.folder / "no").exists()
