"""`status --watch`: the session followed while it goes on, until it is complete or moved away."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from incident_state.errors import NoSession
from incident_state.session.session import Session
from incident_state.state.model import State
from incident_state.storage.sealed import STATE
from incident_state.terminal.picture import top
from incident_state.terminal.screen import console
from incident_state.terminal.timeline import line
from incident_state.views.moments import clock
from incident_state.views.view import look

LOOK_AGAIN = 0.5


def watch(session: Session) -> None:
    """Follow the session: a live picture on a terminal, elsewhere a line for each event."""
    screen = console()
    if screen.is_terminal:
        with Live(console=screen, auto_refresh=False, vertical_overflow="crop") as live:
            _follow(session, lambda state, _: live.update(_live(session, state), refresh=True))
    else:
        _follow(session, _lines)


def _follow(session: Session, tell: Callable[[State, int], None]) -> None:
    """Tell each new state, with the number of events that were told already."""
    told, seen, minute = 0, None, -1
    while True:
        signature = _signature(session)
        now = int(time.monotonic() // 60)
        if (signature, now) != (seen, minute):
            try:
                state = session.store.read()
            except NoSession:
                sys.stdout.write("The session was moved away.\n")
                return
            if signature != seen or console().is_terminal:
                tell(state, told)
            told, seen, minute = len(state.timeline), signature, now
            if state.status == "complete":
                return
        time.sleep(LOOK_AGAIN)


def _signature(session: Session) -> tuple[int, int] | None:
    """What is another one whenever the state was written: it is replaced as a whole."""
    try:
        found = (session.store.folder / STATE).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _live(session: Session, state: State) -> RenderableType:
    view = look(session, state)
    parts = top(view)
    parts += [f"{a.name} in flight for {a.standing(view.now)}" for a in view.running]
    parts += [f"{name} failed: {reason}" for _, name, reason in view.failures]
    if view.question is not None:
        asked = view.question
        waits = f"{asked.header} waits for you." if asked.kind == "checkpoint" else asked.text
        parts.append(Text(waits, style="bold yellow"))
    if view.update_due is not None:
        parts.append(f"Next public update due {clock(view.update_due, view.now)}.")
    parts.append(Text(f"{clock(view.now)}; Ctrl-C ends this.", style="dim"))
    return Group(*parts)


def _lines(state: State, told: int) -> None:
    for event in state.timeline[told:]:
        sys.stdout.write(f"{line(state, event)}\n")
    sys.stdout.flush()
