"""Operations of people: start, decide, reopen, pause, close."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from incident_state.errors import Refused, WrongUsage
from incident_state.prompts.next import Answer
from incident_state.session import answers
from incident_state.session.archiving import archive_into, there
from incident_state.session.beginning import new_session
from incident_state.session.edits import reconciled
from incident_state.session.next import carried_out
from incident_state.session.session import Session
from incident_state.state import closing, decisions, facts, progress
from incident_state.state.model import Severity, State


def start(
    session: Session,
    description: str,
    severity: Severity | None,
    onset: datetime | None = None,
    *,
    fresh: bool = False,
) -> Answer:
    """A new session; with `fresh` what is there is archived first, which a person does."""
    if not description.strip():
        raise Refused("There is no description of what is wrong.", ("start", "<what is wrong>"))
    with session.locked(create=True):
        state = there(session)
        if state is None:
            session.save(new_session(session, description, severity, None, onset))
        elif not starts_again(state, description, severity):
            if not fresh:
                raise Refused(
                    f"Incident {state.incident_id} is there already, {state.status}. Go on with it "
                    "or archive it first; a person does both at once with start --fresh."
                )
            session.caller.must_be_a_person(("start", "--fresh", "<what is wrong>"))
            archive_into(session, state, new_session(session, description, severity, None, onset))
    return carried_out(session)


def starts_again(state: State, description: str, severity: Severity | None) -> bool:
    """Whether that session is the one that was begun so just now: said again it begins no other."""
    begun = (state.incident, state.declared) == (description, severity)
    return state.newest.kind == "started" and begun


def decide(
    session: Session,
    label: str,
    then: Callable[[State], State] = lambda state: state,
    *,
    note: str = "",
) -> Answer:
    """A person's answer, at a terminal, to whichever question is open; what is next.

    `then` is what follows from it at once, recorded with it; `note` are words that go with it.
    """
    from incident_state.session import terminals

    with session.locked():
        before = session.store.read()
        session.caller.must_be_a_person(("decide", label))
        state = reconciled(session, before)
        if not _repeats(state, label):
            question = session.question(state)
            shown = session.question(before)
            seen = state.seen or (shown and shown.digest)
            if question is not None and seen is not None and seen != question.digest:
                session.save(state.model_copy(update={"seen": seen}))
                raise Refused("It was changed since it was shown: look at it anew.", ("resume",))
            if question is None:
                raise Refused(
                    f"No question is open that {label!r} would answer: {progress.due_now(state)}."
                )
            if question.kind == "closing" and label.strip().lower() == closing.BACK:
                session.save(closing.withdrawn(state, session.now()))
                return carried_out(session)
            match = next((o for o in question.labels if o.lower() == label.strip().lower()), None)
            if match is None:
                raise Refused(f"The answers to this question are: {', '.join(question.labels)}.")
            said = session.words.said(note)
            if match == facts.BY_HAND and not said:
                again = ("decide", match, "--note", "<what was done>")
                raise Refused("Say what was done by hand.", again)
            if said and match != facts.BY_HAND:
                raise Refused(f"A note goes with {facts.BY_HAND!r} alone.", ("note", "<text>"))
            at = terminals.here()
            decision = answers.decision(
                question,
                match,
                via="terminal",
                user=session.caller.user,
                terminal=at.name,
                ancestors=at.ancestors,
                doubt=at.doubt,
            )
            session.save(then(answers.decided(session, state, decision, question.checkpoint, said)))
    return carried_out(session)


def _repeats(state: State, label: str) -> bool:
    newest, label = state.newest, label.strip().lower()
    if newest.kind == "completed" and newest.step == "rollback" and newest.actor == "person":
        return label == facts.BY_HAND.lower()
    return newest.decision is not None and newest.decision.label.lower() == label


def reopen(session: Session, number: int, words: str | None) -> Answer:
    """A step reopened after `Request changes`, with the user's words; what is next."""
    words = session.words.said(words) if words else None
    with session.locked():
        state = session.store.read()
        if not _reopens_again(state, number, words):
            session.must_own(state)
            actor = session.caller.actor
            session.save(decisions.reopened(state, session.now(), number, words, actor))
    return carried_out(session)


def reopen_closed(session: Session, words: str | None) -> Answer:
    """A closed incident going on where it was, by a person, with their words; what is next."""
    said = session.words.said(words) if words else ""
    with session.locked():
        state = session.store.read()
        again = state.newest.is_reopening
        if state.status != "complete" and not again:
            raise WrongUsage(
                "Say from which step, as in: reopen --from 2. Without one a closed incident goes "
                "on, and this one is open."
            )
        session.caller.must_be_a_person(("reopen",))
        if not again:
            session.save(closing.reopened(state, session.now(), said))
    return carried_out(session)


def request_changes(session: Session, number: int, words: str | None) -> Answer:
    """`Request changes` and the reopening from that step, by a person, as one; what is next."""
    said = session.words.said(words) if words else None
    with session.locked():
        state = session.store.read()
        session.caller.must_be_a_person(("request-changes", "--from", str(number)))
        if _reopens_again(state, number, said):
            return carried_out(session)
        if state.changes is not None:  # they were requested before, from no step yet
            return reopen(session, number, words)
        return decide(
            session,
            "Request changes",
            lambda decided: decisions.reopened(decided, session.now(), number, said, "person"),
        )


def _reopens_again(state: State, number: int, words: str | None) -> bool:
    newest = state.newest
    repeated = newest.kind == "reopened" and newest.step == number
    return repeated and (not words or newest.text.endswith(words))


def revoke(session: Session, key: str) -> State:
    """What a person had let go ahead is asked about again; the state."""
    with session.locked():
        state = session.store.read()
        session.caller.must_be_a_person(("revoke", key))
        return session.save(decisions.revoked(state, session.now(), key))


def pause(session: Session) -> Answer:
    """The incident paused by a person: nothing new is launched; what is next."""
    with session.locked():
        state = session.store.read()
        session.caller.must_be_a_person(("pause",))
        if not state.paused:
            session.save(decisions.paused(state, session.now()))
    return carried_out(session)


def resume(session: Session) -> State:
    """The state; a paused incident goes on, which a person does."""
    state = session.load()
    if state.status != "paused":
        return state
    session.caller.must_be_a_person(("resume",))
    with session.locked():
        state = session.store.read()
        if state.status == "paused":
            state = session.save(decisions.resumed(state, session.now()))
    return state


def close(session: Session, reason: str) -> Answer:
    """The incident ended early by a person, with the reason; what is next."""
    reason = session.words.said(reason)
    if not reason:
        raise Refused("The reason is empty.", ("close", "--reason", "<why>"))
    with session.locked():
        state = session.store.read()
        session.caller.must_be_a_person(("close", "--reason", reason))
        if not (state.newest.kind == "closed" and state.closed == reason):
            session.save(closing.closed(state, session.now(), reason))
    return carried_out(session)
