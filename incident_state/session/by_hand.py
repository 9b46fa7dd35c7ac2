"""A rollback that a person did by hand: their word stands in the place of an agent's document."""

from __future__ import annotations

from incident_state import workflow as flow
from incident_state.documents import document, first_lines, lines
from incident_state.session.session import Session
from incident_state.state import facts, progress
from incident_state.state.model import State

_NOBODY = "Not applicable: it was done by hand, and no agent checked it."


def rolled_back(session: Session, state: State, said: str) -> State:
    """The rollback complete by a person's word; what they `said` of it is its document's text."""
    now = session.now()
    state = progress.by_hand(state, now, "rollback")
    text = _document(state, said)
    step = flow.load().step("rollback")
    found = progress.Found(
        digest=document.digest(session.stage(step.writes, text)),
        lines=lines.marks(text),
        stated=first_lines.facts(text, step),
        severity=None,
        masked=0,
    )
    return progress.complete(state, now, "rollback", found, "person")


def _document(state: State, said: str) -> str:
    """The document with each of the step's sections, so that what reads it finds what it needs."""
    step = flow.load().step("rollback")
    told = f"By hand, as a person said:\n\n{_quoted(said)}"
    live = flow.load().step(facts.DEPLOYMENT).writes
    bodies = {
        facts.ROLLED_BACK: f"Rolled back\n{told}",
        "VALIDATION_RESULTS": _NOBODY,
        facts.HEALTH_ROLLED_BACK: "Unknown\nNobody measured it after the rollback by hand.",
        "NEXT_FIX_CONSTRAINTS": f"Find out first what is live. {told}",
        "ACTIVE_CHANGES": f"{told}\n\nWhat else {live} lists was not looked for since.",
    }
    parts = [f"## {name}\n\n{bodies[name]}\n" for name in step.sections]
    comment = document.first_comment(state.incident_id, step, state.record("rollback").attempt)
    return "\n".join([comment, f"# {step.title}\n", *parts])


def _quoted(said: str) -> str:
    """The words as a quotation, which can neither begin a section nor hide one."""
    words = document.plain(said).replace("<!--", "<! --") or "nothing more"
    return "\n".join(f"> {line}".rstrip() for line in words.splitlines())
