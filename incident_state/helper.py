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
    return f"{prefix()} {' '.join(map(quoted, words))} --project {quoted(str(project))}"


def file(path: Path) -> str:
    """The path as one word of a shell command line."""
    return quoted(str(path))


def quoted(word: str) -> str:
    """The word as a shell reads it; signs that are not shown, and bytes that are none, by number.

    Those in the form of POSIX 2024, `$'…'`, which bash, zsh and ksh know.
    """
    if word.isprintable():
        return shlex.quote(word)
    shown = "".join(
        sign if sign.isprintable() and sign not in "'\\" else _bytes_of(sign) for sign in word
    )
    return f"$'{shown}'"


def _bytes_of(sign: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(sign))
