"""Operations of people: start, decide, reopen, pause, close."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from incident_state.errors import Refused
from incident_state.prompts.next import Answer
from incident_state.prompts.questions import OPEN_HERE, Question
from incident_state.session import callers
from incident_state.session.archiving import archive_into, there
from incident_state.session.beginning import new_session
from incident_state.session.edits import reconciled
from incident_state.session.evidence import missing
from incident_state.session.next import carried_out
from incident_state.session.session import Session
from incident_state.state import closing, decisions, notes, progress
from incident_state.state.model import Severity, State
from incident_state.state.timeline import Decision


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
        elif not (
            state.newest.kind == "started"
            and (state.incident, state.declared) == (description, severity)
        ):
            if not fresh:
                raise Refused(
                    f"Incident {state.incident_id} is there already, {state.status}. Go on with it "
                    "or archive it first; a person does both at once with start --fresh."
                )
            session.caller.must_be_a_person(("start", "--fresh", "<what is wrong>"))
            archive_into(session, state, new_session(session, description, severity, None, onset))
    return carried_out(session)


def decide(
    session: Session, label: str, then: Callable[[State], State] = lambda state: state
) -> Answer:
    """A person's answer, at a terminal, to whichever question is open; what is next.

    `then` is what follows from it at once, recorded with it.
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
            at = terminals.here()
            decision = _decision(
                question,
                match,
                via="terminal",
                user=session.caller.user,
                terminal=at.name,
                ancestors=at.ancestors,
                doubt=at.doubt,
            )
            decided = decisions.decided(state, session.now(), decision, question.checkpoint)
            session.save(then(decided))
    return carried_out(session)


def _repeats(state: State, label: str) -> bool:
    decision = state.newest.decision
    return decision is not None and decision.label.lower() == label.strip().lower()


def _decision(question: Question, label: str, **evidence: object) -> Decision:
    return Decision.model_validate(
        {
            "question": question.kind,
            "label": label,
            "digest": question.digest,
            "reviewed": dict(question.reviewed),
            **evidence,
        }
    )


def answered(
    session: Session, question_text: str, answer: str, evidence: Mapping[str, str | None]
) -> str:
    """The user's answer in the client to the question that was put; a sentence for the model.

    `question_text` is what was really asked; an answer to anything else decides nothing.
    """
    asked = session.question(session.load())
    # The client's transcript is waited for before others have to wait for the lock.
    why = missing(evidence, asked.digest) if asked else None
    with session.locked():
        before = session.store.read()
        shown = session.question(before)
        if shown is None or shown.digest not in question_text:
            return "This answer decides nothing: it is not the question that is open now."
        state = before if shown.kind == "existing" else reconciled(session, before)
        question = session.question(state)
        same = question is not None and question.digest == shown.digest
        if question is None or not same or shown.shown != question_text:
            return "A document changed after it was shown, so nothing is decided: it is shown anew."
        if answer not in question.labels:
            words = session.words.said(answer)
            if not words:
                return "The user did not answer: nothing is decided. Ask again."
            if question.kind != "closing":
                session.save(notes.remarked(state, session.now(), words, question.checkpoint))
                return (
                    "The user wrote something instead of choosing; it is in the timeline and "
                    "decides nothing. Answer it in a few words, then ask again. They wrote: "
                    f"{words}"
                )
            if words.lower() == closing.BACK:
                session.save(closing.withdrawn(state, session.now()))
                return "The user does not close the incident after all."
            answer = words
        if why is not None:
            return f"This answer decides nothing: {why}."
        user = callers.account()
        decision = _decision(question, answer, via="AskUserQuestion", user=user, **evidence)
        if question.kind == "existing":
            _existing(session, state, decision)
        else:
            session.save(decisions.decided(state, session.now(), decision, question.checkpoint))
    return f"Recorded: {answer}."


def _existing(session: Session, state: State, decision: Decision) -> None:
    own = decision.session_id or ""
    request = state.requests.get(own)
    now = session.now()
    state = decisions.answered_existing(state, now, decision)
    typed = request and request.description
    if decision.label == OPEN_HERE and request and typed:
        _open_here(session, typed, request.severity, own)
    if decision.label == "Start fresh":
        fresh = (
            new_session(session, typed, request.severity, owner=own) if request and typed else None
        )
        archive_into(session, state, fresh)
        return
    if decision.label in {"Resume", "Take over"}:
        state = adopt(state, session, own)
        if request and request.severity:
            state = decisions.severity_set(state, now, request.severity, person=True)
        if request and request.description:
            words = session.words.said(request.description)
            state = notes.noted(state, now, words, "person")
    session.save(state)


def _open_here(session: Session, description: str, severity: Severity | None, owner: str) -> None:
    """An incident of its own in the caller's folder, below the project of the one that is there."""
    beside = Session(session.here, session.caller, lock_seconds=session.lock_seconds)
    with beside.locked(create=True):
        old, fresh = there(beside), new_session(beside, description, severity, owner=owner)
        if old is None:
            beside.save(fresh)
        elif old.status == "complete":
            archive_into(beside, old, fresh)
        else:
            raise Refused(f"Incident {old.incident_id} is open in {session.here} already.")


def adopt(state: State, session: Session, owner: str) -> State:
    """The incident owned by that client session and going on."""
    now = session.now()
    if state.owner != owner:
        state = decisions.owned(state, now, owner, "Taken on in a client session")
    if state.paused:
        state = decisions.resumed(state, now)
    return state


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
