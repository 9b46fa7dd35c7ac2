"""One event of the timeline as people read it: how long after the report, who, what."""

from __future__ import annotations

from datetime import timedelta

from incident_state.documents import document
from incident_state.state.timeline import Event


def elapsed(span: timedelta) -> str:
    """`+0:05`, `+27:40`: hours and minutes after the report."""
    minutes = int(span.total_seconds() // 60)
    return f"+{minutes // 60}:{minutes % 60:02}"


def who(event: Event) -> str:
    """Who did it: the account where it is known, else the kind of actor."""
    user = event.decision.user if event.decision else None
    return document.first_line(user, 20) if user else event.actor


def text(event: Event) -> str:
    """What happened, on one line, inert; a public update and a remark say that they are."""
    words = " ".join(document.plain(event.text).split())
    prefix = {"update": "Public update: ", "remark": "Said at the checkpoint: ", "note": "Note: "}
    return prefix.get(event.kind, "") + words


def where(event: Event) -> str:
    """By which way a person answered; empty where that is not known."""
    ways = {"AskUserQuestion": "in Claude Code", "terminal": "in a terminal"}
    return ways.get(event.decision.via, "") if event.decision else ""
