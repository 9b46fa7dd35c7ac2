"""The timeline of a session as a table, and one event of it as a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timezone

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from incident_state.documents import document
from incident_state.state.model import State
from incident_state.state.timeline import Event, Notes
from incident_state.terminal.screen import NARROW, heading, indented, narrower_than
from incident_state.views.events import elapsed, text, who


def timeline(state: State) -> list[RenderableType]:
    """Every event, oldest first: when (UTC), how long after the report, who, what."""
    title = f"{state.severity}  {document.title(state.incident)}"
    below = narrower_than(NARROW)
    return [heading(title), state.incident_id, "", *(_lines(state) if below else [_table(state)])]


def _table(state: State) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for name in ("UTC", "elapsed", "who"):
        table.add_column(name, justify="right" if name == "elapsed" else "left", no_wrap=True)
    # A script without blanks is one long word, which would end in an ellipsis.
    table.add_column("what", overflow="fold")
    notes = Notes(state.timeline)
    for day, time, after, event in _events(state):
        if day:
            table.add_row(day, "", "", "")
        table.add_row(time, after, who(event), text(event, notes))
    return table


def _lines(state: State) -> Iterator[RenderableType]:
    notes = Notes(state.timeline)
    for day, time, after, event in _events(state):
        if day:
            yield day
        yield Text(f"{time}  {after}  {who(event)}", style="dim")
        yield indented(text(event, notes))


def _events(state: State) -> Iterator[tuple[str, str, str, Event]]:
    """Each event with its time (UTC) and how long after the report; the day where it is another."""
    day = ""
    for event in state.timeline:
        at = event.at.astimezone(timezone.utc)
        new = f"{at:%Y-%m-%d}"
        after = elapsed(event.at - state.started_at)
        yield "" if new == day else new, f"{at:%H:%M:%S}", after, event
        day = new


def line(state: State, event: Event) -> str:
    """One event in a line, for what follows a session: when, who, what."""
    at = event.at.astimezone(timezone.utc)
    after = elapsed(event.at - state.started_at)
    return (
        f"{at:%Y-%m-%d %H:%M:%S} UTC  {after}  {who(event)}  {text(event, Notes(state.timeline))}"
    )
