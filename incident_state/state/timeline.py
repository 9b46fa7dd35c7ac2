"""The timeline: one event a line, what it is made of, and what a person decided by it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

StepKey = Annotated[int, Field(ge=1, le=13)] | Literal["rollback"]
Actor = Literal["person", "model", "agent", "helper"]
EventKind = Literal[
    "started",
    "owned",
    "launched",
    "agent-started",
    "agent-ended",
    "sent-back",
    "cleared",
    "completed",
    "edited",
    "amended",
    "consolidated",
    "failed",
    "decided",
    "remark",
    "reopened",
    "severity",
    "classified",
    "onset",
    "mitigated",
    "resolved",
    "note",
    "update",
    "paused",
    "resumed",
    "closed",
    "archived",
    "restored",
]


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError as error:
        raise ValueError("a time beyond the calendar") from error


Moment = Annotated[datetime, AfterValidator(_utc)]


def _readable(stated: dict[str, str]) -> dict[str, str]:
    onset = stated.get("ONSET", "unknown")
    if onset != "unknown":
        _utc(datetime.fromisoformat(onset))
    return stated


Stated = Annotated[dict[str, str], AfterValidator(_readable)]


class Frozen(BaseModel):
    """A value: it never changes, and it has no field that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Decision(Frozen):
    """A person's answer: to which question, by which way, and where the evidence is.

    In a terminal: its name, the names of the processes above, and what speaks against a person.
    """

    question: Literal["checkpoint", "closing", "failed", "rolled-back", "existing"]
    label: str
    digest: str
    reviewed: dict[str, str] = {}
    via: Literal["AskUserQuestion", "terminal", "command"]
    session_id: str | None = None
    tool_use_id: str | None = None
    transcript: str | None = None
    user: str | None = None
    terminal: str | None = None
    ancestors: tuple[str, ...] = ()
    doubt: str | None = None


class Event(Frozen):
    """One line of the timeline: when, what, by whom.

    `of` is when it was, where a person said so; `stated` what a document says in fixed words.
    """

    at: Moment
    kind: EventKind
    actor: Actor
    text: str
    step: StepKey | None = None
    checkpoint: int | None = None
    attempt: int | None = None
    decision: Decision | None = None
    of: Moment | None = None
    stated: Stated | None = None  # an empty one would be copied for each event of each load


def iso(moment: datetime) -> str:
    """The moment in ISO 8601, UTC, to the millisecond."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
