"""Documents changed after they were complete: taken over if valid, 05 assembled anew.

Who changed one is not known: an editor leaves no name. Who has a change taken over is (`amend`).
"""

from __future__ import annotations

from incident_state import workflow as flow
from incident_state.documents import document, markdown
from incident_state.errors import Refused
from incident_state.session.session import Session
from incident_state.state import progress
from incident_state.state.model import Consolidation, State, Unfinished
from incident_state.state.timeline import Actor


def reconciled(session: Session, state: State) -> State:
    """The state, documents that were changed taken over; Refused if one is not valid now."""
    if state.status == "complete" or not changed(session, state):
        return state
    with session.locked():
        return session.save(taken_over(session, session.store.read()))


def taken_over(session: Session, state: State) -> State:
    """The state with every changed document as it is now; Refused if one is not valid any more."""
    return amended(session, state, changed(session, state), None)


def amended(session: Session, state: State, names: list[str], amender: Actor | None) -> State:
    """The state with those changed documents as they are now; Refused if one is not valid now."""
    for name in names:
        if name != flow.INVESTIGATION:
            state = _take_change(session, state, name, amender)
    if state.status == "complete" and flow.INVESTIGATION not in names:
        return state
    return _take_investigation(session, state, names, amender)


def of_step(key: flow.StepKey) -> tuple[str, ...]:
    """The documents that the step's number stands for: its own, and what is assembled from it."""
    workflow = flow.load()
    combined = (flow.INVESTIGATION,) if key in workflow.combined_from() else ()
    return (workflow.step(key).writes, *combined)


def amended_with(name: str) -> flow.StepKey:
    """The step by whose number a change of that document is taken over."""
    workflow = flow.load()
    if name == flow.INVESTIGATION:
        return workflow.combined_from()[-1]
    return next(s.key for s in (*workflow.steps, workflow.rollback) if s.writes == name)


def changed(session: Session, state: State) -> list[str]:
    """The names of the current documents that are not as they were recorded."""
    names = []
    for name in state.files_created:
        data = session.store.read_document(name, document.MAX_BYTES)
        if data is None or document.digest(data) != state.digest_of(name):
            names.append(name)
    return names


def _take_change(session: Session, state: State, name: str, amender: Actor | None) -> State:
    key = amended_with(name)
    if wrong := session.problems(state, key):
        raise Refused(
            f"{document.about(name, wrong)} It was changed after it was complete: mend it."
        )
    from incident_state.documents import lines

    completed = state.record(key).completed
    before, found = completed.lines if completed else "", session.found(state, key)
    how = lines.changed(before, session.text(name))
    return progress.changed(state, session.now(), key, found, how, amender)


def _take_investigation(
    session: Session, state: State, names: list[str], amender: Actor | None
) -> State:
    """05 assembled anew if what it combines changed before checkpoint 2, else as it is."""
    record = state.consolidation
    if record is None:
        return state
    behind = 2 not in state.approved and record.assembled != sources(state)  # noqa: PLR2004 - it reviews 05
    there = session.store.read_document(flow.INVESTIGATION, document.MAX_BYTES)
    if there is None or behind:
        return _assembled_anew(session, state, record, there, names)
    return _kept(session, state, record, amender) if flow.INVESTIGATION in names else state


def sources(state: State) -> dict[str, str]:
    """The digests of the documents that 05 combines, by name."""
    names = [flow.load().step(number).writes for number in flow.load().combined_from()]
    return {name: state.digest_of(name) or "" for name in names}


def _kept(session: Session, state: State, record: Consolidation, amender: Actor | None) -> State:
    text = session.text(flow.INVESTIGATION)
    if wrong := document.combined_problems(text):
        raise Refused(f"{document.about(flow.INVESTIGATION, wrong)} Mend it.")
    text, data, _ = session.masked(flow.INVESTIGATION, document.combined_problems)
    now = session.now()
    kept = record.model_copy(
        update={
            "at": now,
            "digest": document.digest(data),
            "synthesis": markdown.section(text, document.FINDINGS_HEADING),
            "edited": True,
        }
    )
    how = "amended" if amender else "changed after it was assembled"
    told = f"{flow.INVESTIGATION} was {how}"
    return progress.consolidated(state, now, kept, told, amender or "helper")


def _assembled_anew(
    session: Session, state: State, record: Consolidation, there: bytes | None, names: list[str]
) -> State:
    now, current = session.now(), sources(state)
    stale = [name for name in current if record.sources.get(name) != current[name]]
    older = f"Written before {' and '.join(stale)} changed." if stale else ""
    new = session.combined(state, record.synthesis, older)
    by_hand = record.edited or flow.INVESTIGATION in names
    if there is not None and by_hand and there != new.encode():
        number = state.revisions + 1
        moves = Unfinished(kind="replace", names=(flow.INVESTIGATION,), folder=str(number))
        state = state.model_copy(update={"revisions": number, "unfinished": moves})
    data = session.stage(flow.INVESTIGATION, new)
    anew = record.model_copy(
        update={
            "at": now,
            "digest": document.digest(data),
            "assembled": current,
            "edited": False,
        }
    )
    told = f"{flow.INVESTIGATION} was assembled anew"
    return progress.consolidated(state, now, anew, told, "helper")
