"""Errors become sentences and exit codes, in one place."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from incident_state import helper
from incident_state.cli import words
from incident_state.cli.output import tell
from incident_state.errors import DiskError, StateError, WrongUsage


def told(error: StateError, line: list[str]) -> int:
    """Say what is wrong and what to do, on standard error; the exit code."""
    tell(str(error), err=True)
    if error.do:
        tell(f"{error.lead} {helper.command(words.named_project(line), *error.do)}", err=True)
    return error.exit_code


def usage_or_bug(error: Exception) -> int:
    """Say that the words were wrong, or that this is a bug, in a line or two; the exit code."""
    # What typer raises for wrong words comes from click or from its own copy, by version.
    if hasattr(error, "format_message"):
        tell(f"{error.format_message()} See: {helper.prefix()} --help", err=True)
        return WrongUsage.exit_code
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
    tell(f"A bug in {helper.NAME}: {type(error).__name__}: {error} ({where}).", err=True)
    tell("The state was not damaged. Report it with this line.", err=True)
    return 70


def without_output(code: int) -> int:
    """That exit code, once nothing more is written to a standard output that takes nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def leave(command: Callable[[], object], words: list[str]) -> NoReturn:
    """Run the command that those words called, and exit with its code; no traceback is shown."""
    try:
        code = command()
        if sys.stdout:
            sys.stdout.flush()
    except StateError as error:
        sys.exit(told(error, words))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        sys.exit(without_output(0))
    except OSError as error:
        tell(f"The output could not be written: {error.strerror}.", err=True)
        sys.exit(without_output(DiskError.exit_code))
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes a sentence
        sys.exit(usage_or_bug(error))
    sys.exit(code if isinstance(code, int) else 0)
