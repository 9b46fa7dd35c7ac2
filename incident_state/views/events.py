"""One event of the timeline as people read it: how long after the report, who, what."""

from __future__ import annotations

from datetime import timedelta

from incident_state.documents import document
from incident_state.state.timeline import Event, Notes, iso


def elapsed(span: timedelta) -> str:
    """`+0:05`, `+27:40`: hours and minutes after the report."""
    minutes = int(span.total_seconds() // 60)
    return f"+{minutes // 60}:{minutes % 60:02}"


def who(event: Event) -> str:
    """Who did it: the account where it is known, else the kind of actor."""
    user = event.decision.user if event.decision else None
    return document.first_line(user, 20) if user else event.actor


def text(event: Event, notes: Notes) -> str:
    """What happened, on one line, inert.

    A note has in brackets its number, when it was if it is told late, and what it corrects, or
    what corrects it; a remark says that it is one; a line at which the clock was behind says so.
    """
    words = " ".join(document.plain(event.text).split())
    if event.clock is not None:
        words += f" (the clock showed {iso(event.clock)})"
    if event.kind == "remark":
        return f"Said at the checkpoint: {words}"
    number = notes.number(event)
    if number is None:
        return words
    told = [str(number)]
    if event.of is not None:
        told.append(f"of {iso(event.of)}")
    if event.corrects is not None:
        told.append(f"corrects {event.corrects}")
    if by := notes.corrected_by(event):
        told.append(f"corrected by {by}")
    kind = "Public update" if event.kind == "update" else "Note"
    return f"{kind}: {words} [{', '.join(told)}]"


def where(event: Event) -> str:
    """By which way a person answered; empty where that is not known."""
    ways = {"AskUserQuestion": "in Claude Code", "terminal": "in a terminal"}
    return ways.get(event.decision.via, "") if event.decision else ""
