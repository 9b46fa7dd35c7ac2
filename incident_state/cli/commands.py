"""The commands by their names, in the order of `--help`.

A command is a function whose annotations name its options; what they name is read in `app.py`
alone, so that what a model calls at every step does not wait for typer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Command = TypeVar("Command", bound=Callable[..., object])

COMMANDS: dict[str, Callable[..., object]] = {}


def command(name: str) -> Callable[[Command], Command]:
    """Make the function the command of that name; a number that it returns is the exit code."""

    def keep(function: Command) -> Command:
        COMMANDS[name] = function
        return function

    return keep
