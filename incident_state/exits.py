"""Errors become sentences and exit codes, in one place."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from incident_state import helper, words
from incident_state.errors import StateError, WrongUsage


def told(error: StateError, line: list[str]) -> int:
    """Say what is wrong and what to do, on standard error; the exit code."""
    typer.echo(str(error), err=True)
    if error.do:
        typer.echo(f"{error.lead} {helper.command(words.named_project(line), *error.do)}", err=True)
    return error.exit_code


def usage_or_bug(error: Exception) -> int:
    """Say that the words were wrong, or that this is a bug, in a line or two; the exit code."""
    # What typer raises for wrong words comes from click or from its own copy, by version.
    if hasattr(error, "format_message"):
        typer.echo(f"{error.format_message()} See: {helper.prefix()} --help", err=True)
        return WrongUsage.exit_code
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
    typer.echo(f"A bug in {helper.NAME}: {type(error).__name__}: {error} ({where}).", err=True)
    typer.echo("The state was not damaged. Report it with this line.", err=True)
    return 70


def without_output(code: int) -> int:
    """That exit code, once nothing more is written to a standard output that takes nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code
