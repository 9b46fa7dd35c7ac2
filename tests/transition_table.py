"""The transition table: every state of an incident, and what each event in it leads to."""

from __future__ import annotations

import transitions_after_triage as after_triage
import transitions_of_triage as triage
import transitions_under_hooks as under_hooks
from transition_places import CORRUPT, FILES, INCIDENT, PLACES, names
from transition_rows import Row, rows
from transition_states import STATES

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
