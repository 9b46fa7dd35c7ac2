"""The command line: words in, an operation, words out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from incident_state import arguments, errors, exits, helper, words

if TYPE_CHECKING:
    from incident_state.session import Session
    from incident_state.upcoming import Answer

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
SeverityOption = Annotated[
    str | None, typer.Option("--severity", metavar="P0..P3", help="How bad it is; P1 if unknown.")
]


@app.command()
def start(
    description: Annotated[
        str | None, typer.Argument(help="What is wrong; - reads it as it was typed.")
    ] = None,
    severity: SeverityOption = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Archive what is there first.")] = False,
    project: Project = None,
) -> None:
    """Create the incident's session."""
    from incident_state import people

    if description is None:
        raise errors.WrongUsage(
            "There is no description. Say what is wrong, or - to read it from standard input."
        )
    text, declared = words.text(description), severity
    if description == "-" and severity is None:
        typed = arguments.parse(text)
        text, declared = typed.description or "", typed.severity
    session = _session(project)
    _say(
        session,
        people.start(session, text, words.severity(declared) if declared else None, fresh=fresh),
    )


@app.command("next")
def next_(project: Project = None, json: AsJson = False) -> None:
    """Say what is to be done now."""
    answer = _session(project).next()
    typer.echo(answer.json() if json else answer.text)


@app.command()
def brief(step: StepArgument, project: Project = None) -> None:
    """Print the full assignment of a step's agent."""
    from incident_state import work

    typer.echo(work.brief(_session(project), words.step(step)), nl=False)


@app.command()
def complete(step: StepArgument, project: Project = None) -> None:
    """Check a step's document, record it, and say what is next."""
    from incident_state import work

    session = _session(project)
    _say(session, work.complete(session, words.step(step)))


@app.command()
def consolidate(
    synthesis: Annotated[str, typer.Argument(help="The combined findings; - reads them.")] = "-",
    project: Project = None,
) -> None:
    """Assemble 05-investigation.md."""
    from incident_state import work

    session = _session(project)
    _say(session, work.consolidate(session, words.text(synthesis)))


@app.command()
def fail(
    step: StepArgument,
    reason: Annotated[str, typer.Option("--reason", help="What happened; - reads it.")],
    project: Project = None,
) -> None:
    """Record that a step failed; the workflow halts and a person is asked."""
    from incident_state import work

    session = _session(project)
    _say(session, work.fail(session, words.step(step), words.text(reason)))


@app.command()
def reopen(
    step: Annotated[int, typer.Option("--from", metavar="N", help="The earliest step to redo.")],
    note: Annotated[
        str | None, typer.Option("--note", help="The user's words; - reads them.")
    ] = None,
    project: Project = None,
) -> None:
    """Reopen work after "Request changes"."""
    from incident_state import people

    said = None if note is None else words.text(note)
    session = _session(project)
    _say(session, people.reopen(session, step, said))


@app.command()
def decide(
    label: Annotated[str, typer.Argument(help="One of the open question's answers.")],
    project: Project = None,
) -> None:
    """Answer whichever question is open (a person, at a terminal)."""
    _decide(project, label)


@app.command()
def approve(project: Project = None) -> None:
    """Approve the open checkpoint (a person, at a terminal)."""
    _decide(project, "Approve")


@app.command("request-changes")
def request_changes(project: Project = None) -> None:
    """Request changes at the open checkpoint (a person, at a terminal)."""
    _decide(project, "Request changes")


@app.command()
def rollback(project: Project = None) -> None:
    """Have the deployment reverted (a person, at a terminal)."""
    _decide(project, "Rollback")


@app.command()
def retry(project: Project = None) -> None:
    """Run again what failed (a person, at a terminal)."""
    _decide(project, "Retry")


@app.command()
def pause(project: Project = None) -> None:
    """Pause the incident: nothing new is launched (a person, at a terminal)."""
    from incident_state import people

    session = _session(project)
    _say(session, people.pause(session))


@app.command()
def close(
    reason: Annotated[str, typer.Option("--reason", help="Why it ends early.")],
    project: Project = None,
) -> None:
    """End the incident early (a person, at a terminal)."""
    from incident_state import people

    session = _session(project)
    _say(session, people.close(session, words.text(reason)))


@app.command()
def resume(project: Project = None) -> None:
    """Show where the incident stands and how it goes on; a paused one goes on."""
    from incident_state import people, terminal

    session = _session(project)
    state = people.resume(session)
    terminal.show(session, state, session.next())


@app.command()
def status(project: Project = None, json: AsJson = False) -> None:
    """Show where the incident stands."""
    from incident_state import terminal

    session = _session(project)
    state = session.load()
    if json:
        typer.echo(terminal.as_json(session, state))
    else:
        terminal.show(session, state, None)


@app.command()
def verify(project: Project = None, json: AsJson = False) -> None:
    """Hold state, documents and approvals against each other; exit code 1 if they do not fit."""
    from incident_state.verify import verify as compare

    found = compare(_session(project))
    typer.echo(found.json() if json else found.text)
    raise typer.Exit(1 if found.wrong else 0)


@app.command()
def severity(
    level: Annotated[str, typer.Argument(metavar="P0..P3")], project: Project = None
) -> None:
    """Set the severity; only a person lowers it."""
    from incident_state import people

    session = _session(project)
    _say(session, people.severity(session, words.severity(level)))


@app.command()
def note(
    text: Annotated[str, typer.Argument(help="What happened; - reads it.")],
    update: Annotated[bool, typer.Option("--update", help="A public update went out.")] = False,
    project: Project = None,
) -> None:
    """Add a line to the timeline and to every later brief."""
    from incident_state import people

    session = _session(project)
    _say(session, people.note(session, words.text(text), update=update))


@app.command()
def archive(project: Project = None) -> None:
    """Move the session to the archive (a person, at a terminal)."""
    from incident_state import people

    session = _session(project)
    incident_id = people.archive(session)
    typer.echo(f"Archived. To bring it back: {session.command('restore', incident_id)}")


@app.command()
def restore(
    incident_id: Annotated[str, typer.Argument(metavar="ID")], project: Project = None
) -> None:
    """Bring an archived session back (a person, at a terminal)."""
    from incident_state import people

    session = _session(project)
    _say(session, people.restore(session, incident_id))


def _session(project: Path | None) -> Session:
    from incident_state import callers
    from incident_state.session import Session

    return Session(words.project(project), callers.detect())


def _decide(project: Path | None, label: str) -> None:
    from incident_state import people

    session = _session(project)
    _say(session, people.decide(session, label))


def _say(session: Session, answer: Answer) -> None:
    if session.caller.person:
        from incident_state import terminal

        terminal.say(session, answer)
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


def main(given: list[str] | None = None) -> NoReturn:
    """Run the command that the words given name (sys.argv without them) and exit with its code."""
    words_given = given if given is not None else sys.argv[1:]
    exits.leave(lambda: app(given, prog_name=helper.NAME, standalone_mode=False), words_given)
