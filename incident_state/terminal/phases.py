"""How far an incident is: a line a phase, and where it stands a line a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from incident_state.terminal.screen import NARROW, indented, narrower_than
from incident_state.views.moments import clock, length
from incident_state.views.view import Phase, Row, View

# The sign of each mark, and its style.
MARKS = {
    "done": ("✔", "green"),
    "running": ("▶", "cyan"),
    "lost": ("?", "yellow"),
    "failed": ("✘", "red"),
    "due": ("●", "yellow"),
    "open": ("·", "dim"),
}


def progress(view: View) -> list[RenderableType]:
    """A line a phase, with its steps' marks; below it where the terminal is narrow."""
    return list(_lines(view)) if narrower_than(NARROW) else [_table(view)]


def _table(view: View) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), collapse_padding=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for phase in view.phases:
        title = f"Phase {phase.number}  {phase.title}"
        if not phase.current:
            table.add_row(_mark(_whole(phase)), title, _line(phase.rows))
            continue
        table.add_row(_mark(_whole(phase)), Text(title, style="bold"), "")
        for row in phase.rows:
            name = _named(row) if row.name.isdigit() else f"   {_named(row)}"
            text = Text.assemble("  ", _mark(row.mark), f" {name}")
            table.add_row("", text, _since(view, row))
    return table


def _lines(view: View) -> Iterator[RenderableType]:
    """Where a table has no room: each phase's steps below its title."""
    for phase in view.phases:
        title = f" Phase {phase.number}  {phase.title}"
        yield Text.assemble(_mark(_whole(phase)), (title, "bold" if phase.current else ""))
        if not phase.current:
            yield indented(_line(phase.rows))
            continue
        for row in phase.rows:
            since = _since(view, row)
            line = Text.assemble(_mark(row.mark), f" {_named(row)}", f"  {since}" * bool(since))
            yield Padding(line, (0, 0, 0, 2))


def _named(row: Row) -> str:
    return f"{row.name:>2} {row.title}" if row.name.isdigit() else f"{row.name}: {row.title}"


def _whole(phase: Phase) -> str:
    marks = [row.mark for row in phase.rows]
    if all(mark == "done" for mark in marks):
        return "done"
    return next((m for m in ("failed", "lost", "running", "due") if m in marks), "open")


def _line(rows: Iterable[Row]) -> Text:
    parts: list[Text | str] = []
    for row in rows:
        short = row.name.replace("Checkpoint ", "checkpoint ")
        parts += [_mark(row.mark), f" {short}  "]
    return Text.assemble(*parts)


def _mark(mark: str) -> Text:
    return Text(*MARKS[mark])


def _since(view: View, row: Row) -> str:
    if row.at is None:
        return ""
    flying = row.mark in {"running", "lost"}
    return length(view.now - row.at) if flying else clock(row.at, view.now)
