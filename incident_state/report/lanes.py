"""What the drawing and the table of steps both show: a lane a step or checkpoint, with its bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from incident_state.views.response_times import Span
from incident_state.views.view import Row, View
from incident_state.views.work import Attempt, Wait

Kind = Literal["done", "failed", "lost", "running", "waiting"]

KINDS: dict[Kind, str] = {
    "done": "step done",
    "failed": "failed",
    "lost": "ended without a document",
    "running": "at work",
    "waiting": "waiting for a person",
}
MARKS = {
    "done": "done",
    "running": "at work",
    "lost": "nobody at work",
    "failed": "failed",
    "due": "due",
    "open": "open",
}


@dataclass(frozen=True)
class Bar:
    """An agent at work, or a checkpoint waiting: from when to when, and what came of it."""

    span: Span
    kind: Kind
    words: str


@dataclass(frozen=True)
class Lane:
    """A step, the rollback or a checkpoint, with all that happened to it."""

    row: Row
    bars: tuple[Bar, ...]


def lanes(view: View) -> tuple[tuple[Lane, ...], ...]:
    """The lanes of each phase, in order; one without bars was not reached."""
    found: dict[str, list[Bar]] = {}
    for attempt in view.attempts:
        name = "Rollback" if attempt.key == "rollback" else f"{attempt.key}"
        found.setdefault(name, []).append(_of_attempt(attempt, view.now))
    for wait in view.waits:
        found.setdefault(f"Checkpoint {wait.checkpoint}", []).append(_of_wait(wait))
    return tuple(
        tuple(Lane(row, tuple(found.get(row.name, ()))) for row in phase.rows)
        for phase in view.phases
    )


def until(view: View) -> datetime:
    """The moment up to which things are shown: the end, the way into the archive, or now."""
    if view.ended_at is not None:
        return view.ended_at
    return view.state.newest.at if archived(view) else view.now


def archived(view: View) -> bool:
    """Whether the session was put into the archive before its end."""
    return view.ended_at is None and view.state.newest.kind == "archived"


def named(row: Row) -> str:
    """The row as a line has it: its number or name, then its title where it has another one."""
    if row.name == row.title:
        return row.name
    return f"{row.name}. {row.title}" if row.name.isdigit() else f"{row.name}: {row.title}"


def _of_attempt(attempt: Attempt, now: datetime) -> Bar:
    nth = f"attempt {attempt.number}, " if attempt.number > 1 else ""
    if attempt.ended == "completed":
        return Bar(attempt.span, "done", f"{nth}done")
    if attempt.ended == "failed":
        return Bar(attempt.span, "failed", f"{nth}failed")
    if lost := attempt.lost:
        heard = Span(attempt.span.began, lost.heard)
        return Bar(heard, "lost", f"{nth}{lost.told(now)}")
    if attempt.ended is None:
        return Bar(attempt.span, "running", f"{nth}at work")
    return Bar(attempt.span, "lost", f"{nth}ended without a document")


def _of_wait(wait: Wait) -> Bar:
    return Bar(wait.span, "waiting", wait.label or "waits")


def busy(
    phases: tuple[tuple[Lane, ...], ...], until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """When an agent was at work, bar by bar."""
    for lane in (lane for phase in phases for lane in phase):
        for bar in lane.bars:
            if bar.kind != "waiting":
                yield bar.span.began, bar.span.ended or until
