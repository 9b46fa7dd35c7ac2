"""Commands of people: decide, pause, close, say what is true, archive and restore."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from incident_state.cli import words
from incident_state.cli.commands import command
from incident_state.cli.output import say, tell
from incident_state.errors import WrongUsage

if TYPE_CHECKING:
    import typer

    from incident_state.cli.options import At, Level, Note, Project
    from incident_state.session.session import Session
    from incident_state.state.facts import Fact
    from incident_state.state.model import State


@command("decide")
def decide(
    label: Annotated[str, typer.Argument(help="One of the open question's answers.")],
    note: Annotated[
        str, typer.Option("--note", help="With 'Done by hand': what was done; - reads it.")
    ] = "",
    project: Project = None,
) -> None:
    """Answer whichever question is open (a person, at a terminal)."""
    _decide(project, label, note)


@command("approve")
def approve(project: Project = None) -> None:
    """Approve the open checkpoint (a person, at a terminal)."""
    _decide(project, "Approve")


@command("request-changes")
def request_changes(
    start: Annotated[
        int | None, typer.Option("--from", metavar="N", help="The earliest step to be done again.")
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", help="What is to change; - reads it.")
    ] = None,
    project: Project = None,
) -> None:
    """Request changes at the open checkpoint (a person, at a terminal)."""
    if start is None:
        if note is not None:
            raise WrongUsage("Say from which step it is to be done again: --from N")
        _decide(project, "Request changes")
        return
    from incident_state.session import people

    session = words.session(project)
    said = words.text(note) if note is not None else None
    _confirm(session, "Request changes")
    say(session, people.request_changes(session, start, said))


@command("rollback")
def rollback(project: Project = None) -> None:
    """Have the deployment reverted (a person, at a terminal)."""
    _decide(project, "Rollback")


@command("retry")
def retry(project: Project = None) -> None:
    """Run again what failed (a person, at a terminal)."""
    _decide(project, "Retry")


@command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(metavar="WHAT", help="As status names it.")],
    project: Project = None,
) -> None:
    """Have something asked about again that was let go ahead (a person, at a terminal)."""
    from incident_state.session import people

    people.revoke(words.session(project), key)
    tell(f"Asked about again: {key}")


@command("pause")
def pause(project: Project = None) -> None:
    """Pause the incident: nothing new is launched (a person, at a terminal)."""
    from incident_state.session import people

    session = words.session(project)
    _confirm(session, "Pause")
    say(session, people.pause(session))


@command("close")
def close(
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            help="Why it ends early: false alarm, duplicate, resolved outside, handed over, and "
            "what else is to be said of it; or in your own words.",
        ),
    ],
    project: Project = None,
) -> None:
    """End the incident early (a person, at a terminal)."""
    from incident_state.session import people

    session = words.session(project)
    said = words.text(reason)
    if said.strip():
        _confirm_leaving(session, "Close", lambda state: state.status != "complete")
    say(session, people.close(session, said))


@command("severity")
def severity(level: Level, project: Project = None) -> None:
    """Set the severity; only a person lowers it."""
    from incident_state.session import statements

    session = words.session(project)
    say(session, statements.severity(session, words.severity(level)))


@command("onset")
def onset(
    moment: Annotated[str, typer.Argument(metavar="TIME", help="Such as 2026-07-02T13:42Z.")],
    project: Project = None,
) -> None:
    """Say when users were first hurt (a person, at a terminal)."""
    from incident_state.session import statements

    session = words.session(project)
    say(session, statements.onset(session, words.moment(moment)))


@command("mitigated")
def mitigated(at: At = None, note: Note = "", project: Project = None) -> None:
    """Say that users are better off, by what was done outside too (a person, at a terminal)."""
    _fact(project, "mitigated", at, note)


@command("resolved")
def resolved(at: At = None, note: Note = "", project: Project = None) -> None:
    """Say that it is over, by what was done outside too (a person, at a terminal)."""
    _fact(project, "resolved", at, note)


@command("archive")
def archive(
    corrupt: Annotated[
        bool, typer.Option("--corrupt", help="Set aside whole what cannot be read.")
    ] = False,
    project: Project = None,
) -> None:
    """Move the session to the archive (a person, at a terminal)."""
    from incident_state.session import archiving

    session = words.session(project)
    if corrupt:
        kept = archiving.archive_corrupt(session)
        tell(f"Set aside, whole and unread: {kept}")
        tell(f"To begin anew: {session.command('start', '<what is wrong>')}")
        return
    _confirm_leaving(session, "Archive", lambda _: True)
    incident_id = archiving.archive(session)
    tell(f"Archived. To bring it back: {session.command('restore', incident_id)}")


@command("restore")
def restore(
    incident_id: Annotated[str, typer.Argument(metavar="ID")], project: Project = None
) -> None:
    """Bring an archived session back (a person, at a terminal)."""
    from incident_state.session import archiving

    session = words.session(project)
    if session.caller.person:
        _confirm_restoring(session, incident_id)
    say(session, archiving.restore(session, incident_id))


def _fact(project: Path | None, name: Fact, at: str | None, note: str) -> None:
    from incident_state.session import statements

    session = words.session(project)
    moment = words.moment(at) if at is not None else None
    say(session, statements.fact(session, name, moment, words.text(note)))


def _decide(project: Path | None, label: str, note: str = "") -> None:
    from incident_state.session import people

    session = words.session(project)
    said = words.text(note)
    _confirm(session, label)
    say(session, people.decide(session, label, note=said))


def _confirm(session: Session, label: str) -> None:
    """A person is shown what they decide upon; anybody else is refused by the operation itself."""
    if session.caller.person:
        from incident_state.terminal.deciding import confirm

        confirm(session, label)


def _confirm_restoring(session: Session, incident_id: str) -> None:
    """A person sees what comes back, unless it is there already or another one is in its place."""
    from incident_state.session import archiving
    from incident_state.terminal.deciding import confirm_leaving
    from incident_state.views import sessions

    # What was deleted from the archive is put back first.
    with session.locked(create=True):
        there = archiving.there(session)
    if there is None or there.status == "complete":
        kept, state = sessions.opened(session.project, session.caller, incident_id)
        if kept.store.is_archived:
            confirm_leaving(kept, state, "Restore")


def _confirm_leaving(session: Session, label: str, acts: Callable[[State], bool]) -> None:
    """A person sees what is live before they leave an incident, where the command acts at all."""
    if session.caller.person:
        from incident_state.terminal.deciding import confirm_leaving

        state = session.load()
        if acts(state):
            confirm_leaving(session, state, label)
