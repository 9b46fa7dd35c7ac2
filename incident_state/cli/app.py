"""The commands as typer has them: every form of their words, and `--help`."""

from __future__ import annotations

from typing import Annotated, get_type_hints

import typer

from incident_state import helper
from incident_state.cli import options
from incident_state.cli.commands import COMMANDS
from incident_state.cli.output import tell
from incident_state.cli.reading import standing

app = typer.Typer(
    name=helper.NAME,
    help="Keeps the state of an incident: what may happen next, and what has happened.",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer passes it so
    if wanted:
        from incident_state import __version__

        tell(__version__)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback reads it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")
    ] = False,
) -> None:
    """Keep the state of an incident: what may happen next, and what has happened."""
    if context.invoked_subcommand is None:
        standing()


for name, function in COMMANDS.items():
    known = {**vars(options), **function.__globals__}
    function.__annotations__ = get_type_hints(function, known, include_extras=True)
    app.command(name)(function)


def run(words: list[str]) -> object:
    """Run the command that the words name and return what it returns, an exit code or None."""
    try:
        return app(words, prog_name=helper.NAME, standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
