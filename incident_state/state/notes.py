"""What people and models say beside the steps, as lines of the timeline: it decides nothing."""

from __future__ import annotations

from datetime import datetime

from incident_state.errors import Refused
from incident_state.state.model import State
from incident_state.state.timeline import Actor, Event, EventKind, Notes, iso


def noted(
    state: State,
    now: datetime,
    text: str,
    actor: Actor,
    *,
    update: bool = False,
    of: datetime | None = None,
    corrects: int | None = None,
) -> State:
    """A line in the timeline; `update`: a public update went out.

    `of` is when it was, if not now; `corrects` the number of the note that no longer holds.
    """
    if of is not None and of > now:
        raise Refused(f"{iso(of)} lies in the future.", ("status",))
    if corrects is not None and corrects not in Notes(state.timeline).of:
        raise Refused(
            f"There is no note {corrects}: the timeline has their numbers.", ("timeline",)
        )
    kind: EventKind = "update" if update else "note"
    told = Event(at=now, kind=kind, actor=actor, text=text, of=of, corrects=corrects)
    return state.after(told)


def remarked(state: State, now: datetime, text: str, checkpoint: int | None) -> State:
    """Free text that a person gave instead of an answer: it is kept, and decides nothing."""
    return state.after(
        Event(at=now, kind="remark", actor="person", checkpoint=checkpoint, text=text)
    )
