"""The transition table: every state of an incident, and what each event in it leads to."""

from __future__ import annotations

from tests.support.transitions import cases_after_triage as after_triage
from tests.support.transitions import cases_of_triage as triage
from tests.support.transitions import cases_under_hooks as under_hooks
from tests.support.transitions.places import CORRUPT, FILES, INCIDENT, PLACES, names
from tests.support.transitions.rows import Row, rows
from tests.support.transitions.states import STATES

__all__ = ["CORRUPT", "FILES", "INCIDENT", "PLACES", "ROWS", "STATES", "Row", "names"]

# A row that is how its state comes about is that state's own test.
ROWS = [
    row
    for table in (triage.EVENTS, after_triage.EVENTS, under_hooks.EVENTS)
    for state, events in table.items()
    for on in events
    for row in rows(state, on)
    if row.fields or not row.to or STATES[row.to][:2] != (state, (row.line,))
]
