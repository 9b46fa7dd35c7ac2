"""What a person decides at a terminal: it is shown, then asked for once more."""

from __future__ import annotations

import typer

from incident_state.errors import Refused
from incident_state.session.next import note_seen
from incident_state.session.session import Session
from incident_state.terminal.screen import heading, indented, show


def confirm(session: Session, label: str) -> None:
    """At a checkpoint that has this answer: show what is decided upon, and ask; Refused on a no."""
    state = session.load()
    question = session.question(state)
    if question is None or question.kind != "checkpoint":
        return
    options = {name.lower(): (name, text) for name, text in question.options}
    chosen = options.get(label.strip().lower())
    changed = state.seen is not None and state.seen != question.digest
    if chosen is None or changed:
        return
    note_seen(session, state)
    show(heading(question.header), *map(indented, question.told), "", f"{chosen[0]}: {chosen[1]}")
    if not typer.confirm(f"{chosen[0]}?", err=True):
        raise Refused("Nothing was decided.", ())
