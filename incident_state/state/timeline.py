"""The timeline: one event a line, what it is made of, and what a person decided by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from incident_state.times import in_utc

StepKey = Annotated[int, Field(ge=1, le=13)] | Literal["rollback"]
_SHOWN = 3  # names of files in one line
Actor = Literal["person", "model", "agent", "helper"]
EventKind = Literal[
    "started",
    "owned",
    "launched",
    "agent-started",
    "agent-ended",
    "sent-back",
    "cleared",
    "strayed",
    "consented",
    "revoked",
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
    "healed",
    "unsealed",
    "sealed",
    "unchecked",
]
# What documents state that is a time, or unknown.
MOMENTS = frozenset(["ONSET", "REPORTED", "EVIDENCE_UNTIL"])
# Whether the record is sealed: the newest of them says so, and where there is none it is.
SEAL = frozenset(["unsealed", "sealed"])
# What people and models say beside the steps; each has a number.
NOTED = ("note", "update")
# What befell the record, beside what people and agents do.
BESIDE = SEAL | {"healed", "unchecked"}


Moment = Annotated[datetime, AfterValidator(in_utc)]


def _readable(stated: dict[str, str]) -> dict[str, str]:
    for name in MOMENTS & stated.keys():
        if stated[name] != "unknown":
            in_utc(datetime.fromisoformat(stated[name]))
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

    `of` is when it was, where somebody said so; `stated` what a document says in fixed words;
    `clock` what the clock showed, where it was behind the line before; `corrects` the number of the
    note that no longer holds.
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
    clock: Moment | None = None
    corrects: int | None = None
    stated: Stated | None = None  # an empty one would be copied for each event of each load

    @property
    def is_reopening(self) -> bool:
        """Whether by it a closed incident went on: one that has work redone names the step."""
        return self.kind == "reopened" and self.step is None


class Notes:
    """The notes of a timeline by their numbers, from 1, and which of them a later one corrects."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.of = dict(enumerate((e for e in events if e.kind in NOTED), 1))
        self._numbers = {id(event): number for number, event in self.of.items()}
        self._corrected = {e.corrects: number for number, e in self.of.items() if e.corrects}

    def number(self, event: Event) -> int | None:
        """The event's number; None if it is no note."""
        return self._numbers.get(id(event))

    def corrected_by(self, event: Event) -> int | None:
        """The number of the newest note that corrects that event; None if none does."""
        return self._corrected.get(self.number(event) or 0)


def iso(moment: datetime) -> str:
    """The moment in ISO 8601, UTC, to the millisecond."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def some(names: Sequence[str]) -> str:
    """The first of those names, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def put_back(names: Sequence[str], during: str | None, away: str) -> str:
    """What is said of files that were not as they are sealed: which, by what, where the rest is."""
    by = f"changed by {during}" if during else "changed by something else than the helper"
    kept = f"; what stood there is in {away}/" if away else ""
    return f"{some(names)}: {by}, and put back{kept}"


def unsealed(events: Sequence[Event]) -> Event | None:
    """The line that says that the record is not sealed; None where it is."""
    told = next((event for event in reversed(events) if event.kind in SEAL), None)
    return told if told is not None and told.kind == "unsealed" else None


def seal_event(at: datetime, refused: str | None) -> Event:
    """The line that says that the record is not sealed, and why, or that it is again."""
    if refused is None:
        return Event(at=at, kind="sealed", actor="helper", text="The record is sealed again")
    text = f"The record is not sealed outside the project: {refused}"
    return Event(at=at, kind="unsealed", actor="helper", text=text)


def unchecked(at: datetime, session_id: str, since: datetime) -> Event:
    """The line that says that no hook of the plugin ran any more in that client session."""
    text = (
        f"The plugin's folder was gone in client session {session_id}: its command lines were not "
        "run, and its other calls not checked"
    )
    return Event(at=at, kind="unchecked", actor="helper", text=text, of=since)
