"""Whether the plugin can work here: checks, each with what was found and what to do about it.

It is asked where something is missing, so it is the standard library alone.
"""

from __future__ import annotations

import json
import os
import sys
import textwrap
from pathlib import Path
from typing import NoReturn

from incident_state.doctor import host, machine, place
from incident_state.doctor.check import Check
from incident_state.environment import TROUBLE

WIDTH = 74  # the client shows what a command prints indented by five


def examine(project: Path) -> list[Check]:
    """Every check, of this machine, of this client and of that project."""
    return [
        host.client(),
        host.hooks(project),
        machine.python(),
        machine.packages(os.environ.get(TROUBLE, "")),
        machine.command_on_path(),
        machine.language(),
        machine.clock(project),
        place.folder(project),
        place.incident(project),
        place.sealed_copy(project),
    ]


def failed(checks: list[Check]) -> bool:
    """Whether one of them failed."""
    return any(check.status == "failed" for check in checks)


def as_text(checks: list[Check]) -> str:
    """A line for each check, wrapped for a terminal, and below it what to do."""
    after = " " * 21
    lines: list[str] = []
    for name, status, found, remedy in checks:
        mark = "FAILED" if status == "failed" else status
        lines += _wrapped(found, f"{mark:<7} {name:<12} ", after)
        lines += _wrapped(remedy, f"{after}-> ", f"{after}   ")
    return "\n".join(lines)


def _wrapped(text: str, first: str, after: str) -> list[str]:
    # A command keeps its words whole, so that it can be copied.
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=after,
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_json(checks: list[Check]) -> str:
    """The same as one JSON object on one line."""
    from incident_state import __version__

    told = [check._asdict() for check in checks]
    return json.dumps({"version": __version__, "ok": not failed(checks), "checks": told})


def main() -> NoReturn:
    """Answer `doctor [--json] [--project DIR]` where the packages that read words are missing."""
    from incident_state.documents import signs
    from incident_state.errors import WrongUsage
    from incident_state.project import project

    words = sys.argv[2:]
    named = words[words.index("--project") + 1 :][:1] if "--project" in words else []
    try:
        checks = examine(project(Path(named[0]) if named else None))
    except WrongUsage as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    told = as_json(checks) if "--json" in words else as_text(checks)
    print(signs.inert(told))  # noqa: T201 - typer is missing
    sys.exit(failed(checks))
