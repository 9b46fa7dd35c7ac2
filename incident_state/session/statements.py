"""Operations that record what somebody says of the incident: severity, onset, facts, notes."""

from __future__ import annotations

from datetime import datetime

from incident_state.errors import Refused
from incident_state.prompts.next import Answer
from incident_state.session.next import carried_out
from incident_state.session.session import Session
from incident_state.state import decisions, facts, notes
from incident_state.state.model import Severity
from incident_state.state.timeline import iso


def severity(session: Session, wanted: Severity) -> Answer:
    """The severity set, by a person or within what a model may; what is next."""
    with session.locked():
        state = session.store.read()
        person = session.caller.person
        pinned = state.pinned == wanted and state.raised is None
        repeated = state.newest.kind == "severity" and pinned and state.severity == wanted
        unchanged = not person and state.severity == wanted and state.changes is None
        if not repeated and not unchanged:
            if state.status == "complete" and not person:
                raise Refused("The incident is complete: only a person sets its severity now.")
            session.save(decisions.severity_set(state, session.now(), wanted, person=person))
    return carried_out(session)


def onset(session: Session, moment: datetime) -> Answer:
    """When users were first hurt, as a person says it; what is next."""
    with session.locked():
        state = session.store.read()
        session.caller.must_be_a_person(("onset", iso(moment)))
        if state.pinned_onset != moment:
            session.save(facts.onset_set(state, session.now(), moment))
    return carried_out(session)


def fact(session: Session, name: facts.Fact, at: datetime | None, note: str) -> Answer:
    """Mitigated or resolved since `at`, or now, as a person says it; what is next."""
    note = session.words.said(note)
    with session.locked():
        state = session.store.read()
        words = (name, *(("--at", iso(at)) if at else ()), *(("--note", note) if note else ()))
        session.caller.must_be_a_person(words)
        said = facts.fact_said(state, session.now(), name, at, note)
        if (state.newest.kind, state.newest.text) != (said.newest.kind, said.newest.text):
            session.save(said)
    return carried_out(session)


def note(
    session: Session,
    text: str,
    *,
    update: bool,
    at: datetime | None = None,
    corrects: int | None = None,
) -> Answer:
    """A line in the timeline, and in every later brief; what is next.

    `at` is when it was, if not now; `corrects` the number of a note that no longer holds.
    """
    text = session.words.said(text)
    if not text:
        raise Refused("The note is empty.", ("note", "<what happened>"))
    with session.locked():
        state = session.store.read()
        actor, newest = session.caller.actor, state.newest
        noted = notes.noted(
            state, session.now(), text, actor, update=update, of=at, corrects=corrects
        )
        said = noted.newest
        same = (newest.kind, newest.text, newest.of, newest.corrects)
        if same != (said.kind, said.text, said.of, said.corrects):
            session.save(noted)
    return carried_out(session)
