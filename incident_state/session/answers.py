"""Answers to the open question: what is recorded of one, and what follows from it at once."""

from __future__ import annotations

from collections.abc import Mapping

from incident_state.errors import Refused
from incident_state.prompts.question import Question
from incident_state.prompts.questions import OPEN_HERE
from incident_state.session import callers
from incident_state.session.archiving import archive_into, there
from incident_state.session.beginning import new_session
from incident_state.session.edits import reconciled
from incident_state.session.evidence import missing
from incident_state.session.session import Session
from incident_state.state import closing, decisions, facts, notes, ownership
from incident_state.state.model import Severity, State
from incident_state.state.timeline import Decision


def decision(question: Question, label: str, **evidence: object) -> Decision:
    """That answer to the question, with what attests it."""
    return Decision.model_validate(
        {
            "question": question.kind,
            "label": label,
            "digest": question.digest,
            "reviewed": dict(question.reviewed),
            **evidence,
        }
    )


def decided(
    session: Session, state: State, made: Decision, checkpoint: int | None, said: str
) -> State:
    """The state after that answer; what was done by hand is complete by the person's word."""
    state = decisions.decided(state, session.now(), made, checkpoint, said)
    if made.label == facts.BY_HAND:
        from incident_state.session import by_hand

        return by_hand.rolled_back(session, state, said)
    return state


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
        answer, said = decisions.taken_apart(answer)
        if answer not in question.labels:
            words = session.words.said(f"{answer}: {said}" if said else answer)
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
        made = decision(question, answer, via="AskUserQuestion", user=user, **evidence)
        if question.kind == "existing":
            _existing(session, state, made)
        else:
            said = session.words.said(said)
            session.save(decided(session, state, made, question.checkpoint, said))
    return f"Recorded: {answer}."


def _existing(session: Session, state: State, made: Decision) -> None:
    own = made.session_id or ""
    request = state.requests.get(own)
    now = session.now()
    state = ownership.answered_existing(state, now, made)
    typed = request and request.description
    if made.label == OPEN_HERE and request and typed:
        _open_here(session, typed, request.severity, own)
    if made.label == "Start fresh":
        fresh = (
            new_session(session, typed, request.severity, owner=own) if request and typed else None
        )
        archive_into(session, state, fresh)
        return
    if made.label in {"Resume", "Take over"}:
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
        state = ownership.owned(state, now, owner, "Taken on in a client session")
    if state.paused:
        state = decisions.resumed(state, now)
    return state
