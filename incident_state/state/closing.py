"""An incident that a person ends early: asked for at a checkpoint with its reason, or outright."""

from __future__ import annotations

import re
from datetime import datetime

from incident_state.errors import Refused
from incident_state.state.model import State
from incident_state.state.timeline import Event

# The usual reasons, as a person is offered them; any other is kept in their own words.
FALSE_ALARM, DUPLICATE = "False alarm", "Duplicate"
RESOLVED_OUTSIDE, HANDED_OVER = "Resolved outside", "Handed over"
REASONS = (FALSE_ALARM, DUPLICATE, RESOLVED_OUTSIDE, HANDED_OVER)
BACK = "back"

# Only at the beginning, and not as a part of something else ("duplicate charges refunded").
_USUAL = re.compile(
    r"(?:an? |the )?(?P<reason>no incident|false alarm|duplicate|resolved outside|handed over)"
    r"(?:$|[^\w\s]| [^\w\s]| (?:of|by|to|from|in|on|at|with|as|after|since|because|due|for)\b)",
    re.IGNORECASE,
)


def usual(reason: str) -> str:
    """Which of the usual reasons that is, in lower case; empty if it is another one."""
    match = _USUAL.match(" ".join(reason.split()))
    return match["reason"].lower() if match else ""


def asked(state: State, checkpoint: int) -> State:
    """The incident about to be closed from that checkpoint, once a person has said why."""
    return state.model_copy(update={"closing": checkpoint})


def withdrawn(state: State, now: datetime) -> State:
    """The checkpoint to be put again: the person does not close the incident after all."""
    event = Event(
        at=now,
        kind="remark",
        actor="person",
        checkpoint=state.closing,
        text="Not closed after all",
    )
    return state.after(event, closing=None)


def closed(state: State, now: datetime, reason: str) -> State:
    """The incident ended early by a person, with the reason."""
    if state.status == "complete":
        raise Refused("The incident is complete already.")
    event = Event(at=now, kind="closed", actor="person", text=f"Closed: {reason}")
    return ended(state.after(event), reason)


def reopened(state: State, now: datetime, said: str) -> State:
    """A closed incident going on where it was, by a person, with their words."""
    if state.closed is None:
        over = state.status == "complete"
        told = "is complete: nothing of it is left to be done" if over else "is not closed"
        raise Refused(f"The incident {told}.", ("status",))
    text = "Reopened" + (f": {said}" if said else "")
    event = Event(at=now, kind="reopened", actor="person", text=text)
    return state.after(event, closed=None)


def ended(state: State, reason: str) -> State:
    """The incident over for that reason, with nothing in flight or asked.

    What failed and a rollback that was due stay known, for a person who reopens it.
    """
    steps = {key: record.model_copy(update={"run": None}) for key, record in state.steps.items()}
    return state.model_copy(
        update={
            "closed": reason,
            "closing": None,
            "paused": False,
            "changes": None,
            "steps": steps,
            "requests": {},
        }
    )
