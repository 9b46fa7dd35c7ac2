"""What the words of a command line mean: the project, a text, a step, a severity."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from incident_state import arguments
from incident_state.errors import WrongUsage
from incident_state.project import project as project  # noqa: PLC0414 - a command line's word, too

if TYPE_CHECKING:
    from datetime import datetime

    from incident_state.session.session import Session
    from incident_state.state.model import Severity
    from incident_state.workflow import StepKey


def named_project(line: list[str]) -> Path:
    """The project that a command line names in either way, else the one that holds here."""
    for at, word in enumerate(line):
        option, _, joined = word.partition("=")
        if option == "--project" and (joined or at + 1 < len(line)):
            return Path(joined or line[at + 1]).resolve()
    return project(None)


def session(named: Path | None) -> Session:
    """The session of the project named, or of the one that holds here, for whoever calls."""
    from incident_state.session import callers
    from incident_state.session.session import Session

    return Session(project(named), callers.detect())


def text(given: str) -> str:
    """The text given, or standard input for `-`; bytes that are not UTF-8 are replaced."""
    if given == "-":
        if sys.stdin is None:
            raise WrongUsage("Standard input is closed: give the text, or a file after <.")
        return sys.stdin.buffer.read().decode("utf-8", "replace").removeprefix("\ufeff")
    return os.fsencode(given).decode("utf-8", "replace")


def step(given: str) -> StepKey:
    """The step of that name; WrongUsage if there is none."""
    from incident_state import workflow

    if given == "rollback":
        return "rollback"
    try:
        return workflow.load().step(int(given)).key
    except (ValueError, KeyError):
        raise WrongUsage(f"{given!r} is no step: it is 1 to 13, or rollback.") from None


def moment(given: str) -> datetime:
    """The moment named, in UTC; WrongUsage if it is no time with its zone."""
    from incident_state import times

    try:
        return times.moment(given)
    except ValueError as error:
        raise WrongUsage(f"{error}. Say the zone, Z for UTC.") from None


def severity(given: str) -> Severity:
    """The severity named, in either case; WrongUsage if it is no severity."""
    from incident_state.state.model import SEVERITIES

    named = arguments.severity(given)
    return next(level for level in SEVERITIES if level == named)
