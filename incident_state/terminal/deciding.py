"""What a person decides at a terminal: it is shown, then asked for once more."""

from __future__ import annotations

import typer
from rich.console import RenderableType

from incident_state.documents import document
from incident_state.errors import Refused
from incident_state.session.next import note_seen
from incident_state.session.session import Session
from incident_state.state.model import State
from incident_state.terminal.picture import changes
from incident_state.terminal.screen import heading, indented, show
from incident_state.views import view


def confirm(session: Session, label: str) -> None:
    """At a checkpoint that has this answer: show what is decided upon, and ask; Refused on a no."""
    state = session.load()
    shown = _at_checkpoint(session, state, label)
    if shown:
        show(*shown)
        _ask(label)


def confirm_leaving(session: Session, state: State, label: str) -> None:
    """Before an incident is left: show it, what is live because of it and what undoes that; ask.

    At a checkpoint that has this answer, what is decided upon stands above. Refused on a no.
    """
    seen = view.look(session, state)
    shown = _at_checkpoint(session, state, label)
    if not shown:
        head = f"{state.severity}  {document.title(state.incident)}"
        shown = [heading(head), f"{state.incident_id}, {state.status.replace('_', ' ')}"]
    flying = [f"{each.name} is in flight for {each.standing(seen.now)}." for each in seen.running]
    live = changes(seen) or ["", "Nothing is known to be live in production because of it."]
    show(*shown, *map(indented, flying), *live)
    _ask(label)


def _at_checkpoint(session: Session, state: State, label: str) -> list[RenderableType]:
    """What the open checkpoint shows, and its answer of that name; empty where it has none."""
    question = session.question(state)
    if question is None or question.kind != "checkpoint":
        return []
    options = {name.lower(): (name, text) for name, text in question.options}
    chosen = options.get(label.strip().lower())
    changed = state.seen is not None and state.seen != question.digest
    if chosen is None or changed:
        return []
    note_seen(session, state)
    return [
        heading(question.header),
        *map(indented, question.told),
        "",
        f"{chosen[0]}: {chosen[1]}",
    ]


def _ask(label: str) -> None:
    asked = label[:1].upper() + label[1:]
    if not typer.confirm(f"{asked}?", err=True):
        raise Refused("Nothing was decided.", ())
