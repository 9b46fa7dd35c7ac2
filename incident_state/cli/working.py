"""Commands of the work: begin, what is next, launch, complete, fail, note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from incident_state import arguments, errors
from incident_state.cli import output, words
from incident_state.cli.commands import command
from incident_state.cli.output import say, tell

if TYPE_CHECKING:
    import typer

    from incident_state.cli.options import AsJson, Project, SeverityOption, StepArgument
    from incident_state.prompts.next import Answer
    from incident_state.session.session import Session


@command("start")
def start(
    description: Annotated[
        str | None, typer.Argument(help="What is wrong; - reads it as it was typed.")
    ] = None,
    severity: SeverityOption = None,
    onset: Annotated[
        str | None, typer.Option("--onset", metavar="TIME", help="When users were first hurt.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Archive what is there first.")] = False,
    project: Project = None,
) -> None:
    """Create the incident's session."""
    from incident_state.session import archiving, people

    if description is None:
        raise errors.WrongUsage(
            "There is no description. Say what is wrong, or - to read it from standard input."
        )
    text, declared = words.text(description), severity
    if description == "-" and severity is None:
        typed = arguments.parse(text)
        text, declared = typed.description or "", typed.severity
    level = words.severity(declared) if declared else None
    began = words.moment(onset) if onset is not None else None
    session = words.session(project)
    if fresh and session.caller.person:
        from incident_state.terminal.deciding import confirm_leaving

        state = archiving.at_hand(session)
        if state is not None and not people.starts_again(state, text, level):
            confirm_leaving(session, state, "Start fresh")
    say(session, people.start(session, text, level, began, fresh=fresh))


@command("next")
def next_(project: Project = None, json: AsJson = False) -> None:
    """Say what is to be done now."""
    from incident_state import client_version
    from incident_state.session.next import what_is_next

    session = words.session(project)
    answer = what_is_next(session)
    if session.caller.person and not json:
        _for_a_person(session, answer)
        return
    # A client that is old enough lacks the hook that would tell the user.
    if not json and (old := client_version.told_if_old()):
        tell(f"Tell the user: {old}")
    tell(answer.json() if json else answer.text)


def _for_a_person(session: Session, answer: Answer) -> None:
    """What comes next in words for whoever is at the terminal, not for a model."""
    if answer.kind == "none":
        tell(output.HOW_TO_BEGIN)
        return
    from incident_state.terminal.upcoming import say as show

    show(session, answer, "Next")


@command("brief")
def brief(step: StepArgument, project: Project = None) -> None:
    """Print the full assignment of a step's agent, at any time; without a session, its form."""
    from incident_state.session import assignments

    tell(assignments.reading(words.session(project), words.step(step)), end="")


@command("launch")
def launch(step: StepArgument, project: Project = None) -> None:
    """Put a step in flight where no hook of Claude Code does, and print its assignment."""
    from incident_state.session import work

    tell(work.launch(words.session(project), words.step(step)), end="")


@command("complete")
def complete(step: StepArgument, project: Project = None) -> None:
    """Check a step's document, record it, and say what is next."""
    from incident_state.session import work

    session = words.session(project)
    say(session, work.complete(session, words.step(step)))


@command("amend")
def amend(step: StepArgument, project: Project = None) -> None:
    """Take over a complete step's document as it was changed, and say what changed."""
    from incident_state.session import work

    session = words.session(project)
    told, answer = work.amend(session, words.step(step))
    tell(told)
    say(session, answer)


@command("consolidate")
def consolidate(
    synthesis: Annotated[str, typer.Argument(help="The combined findings; - reads them.")] = "-",
    project: Project = None,
) -> None:
    """Assemble 05-investigation.md."""
    from incident_state.session import work

    session = words.session(project)
    say(session, work.consolidate(session, words.text(synthesis)))


@command("fail")
def fail(
    step: StepArgument,
    reason: Annotated[str, typer.Option("--reason", help="What happened; - reads it.")],
    project: Project = None,
) -> None:
    """Record that a step failed; the workflow halts and a person is asked."""
    from incident_state.session import work

    session = words.session(project)
    say(session, work.fail(session, words.step(step), words.text(reason)))


@command("reopen")
def reopen(
    step: Annotated[
        int | None, typer.Option("--from", metavar="N", help="The earliest step to redo.")
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", help="The user's words; - reads them.")
    ] = None,
    project: Project = None,
) -> None:
    """Reopen work after "Request changes"; without --from a closed incident (a person)."""
    from incident_state.session import people

    said = None if note is None else words.text(note)
    session = words.session(project)
    if step is None:
        say(session, people.reopen_closed(session, said))
    else:
        say(session, people.reopen(session, step, said))


@command("note")
def note(
    text: Annotated[str, typer.Argument(help="What happened; - reads it.")],
    update: Annotated[bool, typer.Option("--update", help="A public update went out.")] = False,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="When it was; now if not said.")
    ] = None,
    corrects: Annotated[
        int | None,
        typer.Option(
            "--corrects",
            metavar="N",
            help="A note that does not hold, by its number in the timeline.",
        ),
    ] = None,
    project: Project = None,
) -> None:
    """Add a line to the timeline and to every later brief."""
    from incident_state.session import statements

    session = words.session(project)
    moment = words.moment(at) if at is not None else None
    said = words.text(text)
    say(session, statements.note(session, said, update=update, at=moment, corrects=corrects))
