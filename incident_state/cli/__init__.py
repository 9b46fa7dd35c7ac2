"""The command line: words in, an operation, words out."""

from __future__ import annotations

import sys
from typing import NoReturn

from incident_state.cli import directly, exits, output

from incident_state.cli import working, reading, deciding  # isort: skip - the order of --help

__all__ = ["deciding", "main", "reading", "working"]


def main(given: list[str] | None = None) -> NoReturn:
    """Run the command that the words given name (sys.argv without them) and exit with its code."""
    if given is None and sys.getfilesystemencoding() != "utf-8":
        from incident_state.encoding import enter_utf8

        enter_utf8()
    line = given if given is not None else sys.argv[1:]
    output.prepare(sys.stdin, sys.stdout, sys.stderr)
    exits.leave(lambda: _run(line), line)


def _run(line: list[str]) -> object:
    call = directly.called(line)
    if call is None:
        from incident_state.cli import app

        return app.run(line)
    return call()
