"""The command line: words in, an operation, words out."""

from __future__ import annotations

import sys
from typing import NoReturn

from incident_state import helper
from incident_state.cli import exits

from incident_state.cli import working, reading, deciding  # isort: skip - the order of --help
from incident_state.cli.app import app

__all__ = ["app", "deciding", "main", "reading", "working"]


def main(given: list[str] | None = None) -> NoReturn:
    """Run the command that the words given name (sys.argv without them) and exit with its code."""
    words_given = given if given is not None else sys.argv[1:]
    exits.leave(lambda: app(given, prog_name=helper.NAME, standalone_mode=False), words_given)
