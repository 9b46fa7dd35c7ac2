"""What is next in a session, as `next` and every command that was carried out tells it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from incident_state import workflow as flow
from incident_state.documents import markdown
from incident_state.errors import DiskError, Locked, NoSession
from incident_state.prompts.next import Answer, answer, none, unread, where_nobody_is_asked
from incident_state.session.callers import asks_nobody
from incident_state.session.edits import reconciled
from incident_state.session.session import Session
from incident_state.state import progress
from incident_state.state.model import State

# What the orchestrator's synthesis starts from.
FINDINGS = ("ROOT_CAUSE", "SECURITY_ASSESSMENT", "PERFORMANCE_BOTTLENECKS")


def what_is_next(session: Session) -> Answer:
    """What is to be done now; documents that were changed are taken over first."""
    try:
        state = session.load()
    except NoSession:
        return none(session.command, session.store.folder)
    state = reconciled(session, state)
    if session.caller.person:
        note_seen(session, state)
    return upcoming(session, state)


def carried_out(session: Session) -> Answer:
    """What is next, told after a command was carried out, also where it cannot be read."""
    try:
        return what_is_next(session)
    except (DiskError, Locked) as error:
        return unread(error, session.command)


def upcoming(session: Session, state: State, *, alone: bool = False) -> Answer:
    """What is to be done now in that state; `alone`: the client says that it can ask nobody."""
    finished = tuple(key for key in progress.due(state) if session.finished(state, key))
    question, folder = session.question(state), session.store.folder
    told = answer(
        state,
        question,
        finished,
        session.command,
        folder,
        lambda: findings(session),
        lambda: session.texts(state.files_created),
    )
    if alone or asks_nobody():
        return where_nobody_is_asked(told, question, session.command)
    return told


def findings(session: Session) -> Mapping[str, str]:
    """The three sections that 05-investigation.md is about, by name."""
    found: dict[str, str] = {}
    for number in flow.load().combined_from():
        step = flow.load().step(number)
        text = session.text(step.writes)
        found |= {n: markdown.section(text, n) for n in FINDINGS if n in step.sections}
    return found


def note_seen(session: Session, state: State) -> None:
    """What a person is shown at a terminal is what they answer there later."""
    question = session.question(state)
    if question is not None and state.seen != question.digest:
        # To look must work where nothing can be recorded.
        with contextlib.suppress(DiskError, Locked), session.locked():
            state = session.store.read()
            session.save(state.model_copy(update={"seen": question.digest}))
