"""Commands that read: where it stands, what happened, what is kept, whether it fits."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

from incident_state import helper
from incident_state.cli import words
from incident_state.cli.commands import command
from incident_state.cli.output import HOW_TO_BEGIN, tell
from incident_state.errors import DiskError, NoSession, WrongUsage

if TYPE_CHECKING:
    from pathlib import Path

    import typer

    from incident_state.cli.options import AsJson, Project, SessionArgument
    from incident_state.session.session import Session
    from incident_state.state.model import State


def standing() -> None:
    """Show where the incident stands, or how one begins: what a line without a command does."""
    try:
        status()
    except NoSession:
        tell(HOW_TO_BEGIN)


@command("resume")
def resume(project: Project = None) -> None:
    """Show where the incident stands and how it goes on; a paused one goes on."""
    from incident_state.prompts.next import unread
    from incident_state.session import people
    from incident_state.session.next import carried_out
    from incident_state.terminal.picture import picture
    from incident_state.terminal.screen import show
    from incident_state.views import view

    session = words.session(project)
    state = people.resume(session)
    try:
        show(*picture(session, view.look(session, state), carried_out(session)))
    except DiskError as error:
        # A paused incident goes on all the same.
        tell(unread(error, session.command).text)


@command("status")
def status(
    incident_id: SessionArgument = None,
    project: Project = None,
    json: AsJson = False,
    watch: Annotated[bool, typer.Option("--watch", help="Follow it until it is complete.")] = False,
) -> None:
    """Show where the incident stands."""
    session, state = _opened(project, incident_id)
    if watch:
        if incident_id is not None or json:
            raise WrongUsage("--watch follows the session at hand, for a person.")
        from incident_state.terminal.watching import watch as follow

        follow(session)
        return
    from incident_state.views import view

    seen = view.look(session, state)
    if json:
        from incident_state.views import as_json

        tell(as_json.status(seen))
    else:
        from incident_state.session.next import upcoming
        from incident_state.terminal.picture import picture
        from incident_state.terminal.screen import show

        answer = None if session.store.is_archived else upcoming(session, state)
        show(*picture(session, seen, answer))


@command("timeline")
def timeline(
    incident_id: SessionArgument = None, project: Project = None, json: AsJson = False
) -> None:
    """Show every event: when, how long after the report, who, what."""
    _, state = _opened(project, incident_id)
    if json:
        from incident_state.views import as_json

        tell(as_json.timeline(state))
    else:
        from incident_state.terminal.screen import show
        from incident_state.terminal.timeline import timeline as table

        show(*table(state))


@command("list")
def list_(project: Project = None, json: AsJson = False) -> None:
    """List all sessions with their response times, and medians by severity.

    Acknowledge: from the report until step 1 has classified the incident (PagerDuty's time to
    acknowledge). Mitigate and resolve: from the onset, or the report where that is unknown (*),
    until a document or a person said that users are better off (Google's time to mitigate), and
    until a healthy deployment was approved or a person said that it is over (PagerDuty's time to
    resolve). Duration: from the report until the incident was complete or closed. Pauses are taken
    out of the first and the last. Medians, not means: durations of incidents are skewed (Google,
    Incident Metrics in SRE); what was no incident is counted apart.
    """
    from incident_state.views import response_times, sessions

    session = words.session(project)
    found = list(sessions.of_project(session))
    now = session.now()
    times = [response_times.measured(each.state, now) if each.state else None for each in found]
    if json:
        from incident_state.views import as_json

        tell(as_json.sessions(found, times))
    else:
        from incident_state.terminal.screen import show
        from incident_state.terminal.sessions import sessions as table

        show(*table(found, times))


@command("handoff")
def handoff(project: Project = None) -> None:
    """Print the brief for the next person on call, to paste."""
    from incident_state.terminal.handoff import handoff as brief
    from incident_state.views import view

    session, state = _opened(project, None)
    tell(brief(session, view.look(session, state)))


@command("report")
def report(
    incident_id: SessionArgument = None,
    output: Annotated[
        str | None,
        typer.Option("--output", metavar="FILE", help="Where to; ID.html if not said, - prints."),
    ] = None,
    project: Project = None,
) -> None:
    """Write one self-contained HTML page of the incident, fit to be mailed and printed."""
    from incident_state.report import page, papers, saving
    from incident_state.views import view

    session, state = _opened(project, incident_id)
    # What cannot be written is not worked out first.
    place = saving.place(output, state.incident_id)
    text = page(view.look(session, state), papers.gathered(session, state))
    if place is None:
        tell(text, end="")
        return
    saving.save(place, text)
    tell(str(place) if str(place).isprintable() else helper.file(place))
    if sys.stderr.isatty():
        tell("Open it in a browser; it is one file, to mail or to print.", err=True)


@command("verify")
def verify(project: Project = None, json: AsJson = False) -> int:
    """Hold state, documents and approvals against each other; exit code 1 if they do not fit."""
    from incident_state.session.verify import verify as compare

    found = compare(words.session(project))
    tell(found.json() if json else found.text)
    return 1 if found.wrong else 0


def _opened(project: Path | None, incident_id: str | None) -> tuple[Session, State]:
    from incident_state.session import callers
    from incident_state.views import sessions

    return sessions.opened(words.project(project), callers.detect(), incident_id)


@command("doctor")
def doctor(project: Project = None, json: AsJson = False) -> int:
    """Check the installation: client, hooks, Python, folder, clock; each with its remedy."""
    from incident_state.doctor.examination import as_json, as_text, examine, failed

    checks = examine(words.project(project))
    tell(as_json(checks) if json else as_text(checks))
    return failed(checks)
