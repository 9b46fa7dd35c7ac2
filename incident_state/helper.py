"""How this helper is called in a command line that it prints, so that it runs as printed."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

NAME = "incident-state"
ENVIRONMENT = "INCIDENT_STATE_HELPER"


def prefix() -> str:
    """The words that call this very helper: its bare name if PATH has it, else its full path."""
    wrapper = os.environ.get(ENVIRONMENT, "")
    if wrapper and os.access(wrapper, os.X_OK):
        return shlex.quote(wrapper)
    own = Path(sys.argv[0])
    found = shutil.which(NAME)
    if own.name == NAME and own.is_file():
        same = found is not None and Path(found).resolve() == own.resolve()
        return NAME if same else shlex.quote(str(own.resolve()))
    launch = Path(__file__).resolve().with_name("launch.py")
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(launch))}"


def command(project: Path, *words: str) -> str:
    """A command line of the helper for that project, ready to be run by a shell."""
    return f"{prefix()} {' '.join(map(shlex.quote, words))} --project {shlex.quote(str(project))}"


def file(path: Path) -> str:
    """The path as one word of a shell command line."""
    return shlex.quote(str(path))
