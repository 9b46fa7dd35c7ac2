"""What every command has: the application, its common options, the session, the answer said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from incident_state import helper
from incident_state.cli import words

if TYPE_CHECKING:
    from incident_state.prompts.next import Answer
    from incident_state.session.session import Session

app = typer.Typer(
    name=helper.NAME,
    help="Keeps the state of an incident: what may happen next, and what has happened.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Project = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="The project that has the incident."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]
StepArgument = Annotated[str, typer.Argument(metavar="N", help="1 to 13, or rollback.")]
SessionArgument = Annotated[
    str | None, typer.Argument(metavar="ID", help="A session of the archive; see list.")
]
SeverityOption = Annotated[
    str | None, typer.Option("--severity", metavar="P0..P3", help="How bad it is; P1 if unknown.")
]


def session_of(project: Path | None) -> Session:
    """The session of that project, for whoever calls."""
    from incident_state.session import callers
    from incident_state.session.session import Session

    return Session(words.project(project), callers.detect())


def say(session: Session, answer: Answer) -> None:
    """What is next: for a person as a picture, for a model as text."""
    if session.caller.person:
        from incident_state.terminal import picture

        picture.say(session, answer)
    else:
        typer.echo(answer.text)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer passes it so
    if wanted:
        from incident_state import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")
    ] = False,
) -> None:
    """Keep the state of an incident: what may happen next, and what has happened."""
