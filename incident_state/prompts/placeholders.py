"""A step's brief where no incident is: for whoever writes or weighs its text."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timezone
from pathlib import Path

from incident_state import workflow as flow
from incident_state.prompts import briefs
from incident_state.state.model import State
from incident_state.state.timeline import Event, iso

_ID = "INC-00000000-000000-0000"
_AT = datetime.fromtimestamp(0, timezone.utc)
_CHANGES = "<what is live, each with the command that undoes it>"


def brief(key: flow.StepKey, project: Path, here: Collection[str]) -> str:
    """The step's first brief, every document there that it reads, placeholders for the rest."""
    event = Event(at=_AT, kind="started", actor="person", text="")
    state = State(
        incident_id=_ID,
        incident="<what the person on call typed>",
        started_at=_AT,
        last_updated=_AT,
        timeline=(event,),
    )
    step = flow.load().step(key)
    there = {*here, *step.reads}
    listing = _lists_changes(step) if step.may_change else None
    active = (listing, _CHANGES) if listing else None
    text = briefs.brief(state, key, project, there, attempt=1, active=active)
    return text.replace(_ID, "<incident id>").replace(iso(_AT), "<time>")


def _lists_changes(step: flow.Step) -> str | None:
    """The newest document before the step's that lists what is live; None where there is none."""
    steps = flow.load().listing_changes()
    before = [each.writes for each in steps if _earlier(each.key, step.key)]
    return before[-1] if before else None


def _earlier(one: flow.StepKey, other: flow.StepKey) -> bool:
    """Whether that step comes before the other one; the rollback comes after its deployment."""
    return one != "rollback" and (other == "rollback" or one < other)
