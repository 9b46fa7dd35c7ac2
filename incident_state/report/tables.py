"""Tables of the page, and what their cells say of an event and a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from incident_state.report.markup import Child, Markup, element
from incident_state.state.timeline import Event, Notes
from incident_state.views import events
from incident_state.views.moments import clock
from incident_state.views.view import View

# More than a year of an incident; what is beyond is in the session's own timeline.
MAX_EVENTS = 2_000
MAX_WORDS = 2_000


def table(heads: Iterable[str], rows: Iterable[Markup], class_: str) -> Markup:
    """A table that scrolls by itself where it is wider than the page."""
    head = element("thead", element("tr", *(element("th", head, scope="col") for head in heads)))
    whole = element("table", head, element("tbody", *rows), class_=class_)
    return element("div", whole, class_="scroll")


def row(*cells: Child) -> Markup:
    """A row of cells, each read in the direction of its own words."""
    return element("tr", *(element("td", cell, dir="auto") for cell in cells))


def when(moment: datetime, view: View) -> str:
    """The moment as a cell has it, with its date unless that is the day of the report."""
    return clock(moment, view.state.started_at).removesuffix(" UTC")


def words(event: Event, notes: Notes) -> str:
    """What happened, no longer than a cell is read."""
    told = events.text(event, notes)
    return told if len(told) <= MAX_WORDS else f"{told[:MAX_WORDS]} …"
