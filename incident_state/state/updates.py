"""How often the public is told how it stands, by severity, and when the next time is.

Twenty minutes in the first two hours is PagerDuty's incident response guide; the rest is ours.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from incident_state.state.model import Severity, State

FIRST_HOURS = timedelta(hours=2)
# In the first hours and after them; None is "when there is news".
EVERY: dict[Severity, tuple[timedelta, timedelta] | None] = {
    "P0": (timedelta(minutes=20), timedelta(minutes=30)),
    "P1": (timedelta(minutes=30), timedelta(minutes=30)),
    "P2": (timedelta(hours=1), timedelta(hours=1)),
    "P3": None,
}
PLACE = "<next update>"  # where a step's file wants the words


def due(state: State) -> datetime | None:
    """When the next public update is due; None at P3, and once the incident is over.

    It is counted from the last one, or from the report where none went out yet.
    """
    every = EVERY[state.severity]
    if every is None or state.status == "complete":
        return None
    sent = [event.of or event.at for event in state.timeline if event.kind == "update"]
    last = max(sent, default=state.started_at)
    return last + every[last - state.started_at >= FIRST_HOURS]


def words(state: State) -> str:
    """What an update says of the next one: by the severity, or of each before it is judged."""
    if state.documented is None and state.pinned is None:
        return ", ".join(f"{_words(severity)} ({severity})" for severity in EVERY)
    return _words(state.severity)


def _words(severity: Severity) -> str:
    every = EVERY[severity]
    if every is None:
        return "when there is news"
    minutes = int(every[0].total_seconds() // 60)
    return "in an hour" if minutes == 60 else f"in {minutes} minutes"  # noqa: PLR2004 - an hour has sixty
