"""The Python environment as the launcher leaves it, made without an index for packages."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

from incident_state import environment
from tests.support.workbench import ROOT


def environment_in(data: Path) -> Path:
    """Make the environment in the plugin's data folder; its Python, which has our packages."""
    made = Path(environment.folder_of(str(data)))
    made.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made)], check=True)
    (packages,) = made.glob("lib/python*/site-packages")
    (packages / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (made / "built-for").write_bytes(b"%d.%d" % sys.version_info[:2])
    python = made / "bin" / "python"
    launcher = ROOT / "incident_state" / "launch.py"
    subprocess.run([python, "-I", launcher, "--data", data, "--version"], check=True)
    return python
