"""The timeline of a session as a table, and one event of it as a line."""

from __future__ import annotations

from datetime import timezone

from rich.console import RenderableType
from rich.table import Table

from incident_state.documents import document
from incident_state.state.model import State
from incident_state.state.timeline import Event
from incident_state.terminal.screen import heading
from incident_state.views.events import elapsed, text, who


def timeline(state: State) -> list[RenderableType]:
    """Every event, oldest first: when (UTC), how long after the report, who, what."""
    title = f"{state.severity}  {document.first_line(document.masked(state.incident))}"
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for name in ("UTC", "elapsed", "who", "what"):
        table.add_column(
            name, justify="right" if name == "elapsed" else "left", no_wrap=name != "what"
        )
    day = None
    for event in state.timeline:
        at = event.at.astimezone(timezone.utc)
        if day != at.date():
            day = at.date()
            table.add_row(f"{day}", "", "", "")
        table.add_row(
            f"{at:%H:%M:%S}", elapsed(event.at - state.started_at), who(event), text(event)
        )
    return [heading(title), state.incident_id, "", table]


def line(state: State, event: Event) -> str:
    """One event in a line, for what follows a session: when, who, what."""
    at = event.at.astimezone(timezone.utc)
    after = elapsed(event.at - state.started_at)
    return f"{at:%Y-%m-%d %H:%M:%S} UTC  {after}  {who(event)}  {text(event)}"
