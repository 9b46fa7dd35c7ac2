"""The list of a project's sessions with their response times, and medians by severity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from incident_state import documents
from incident_state.kept import Kept
from incident_state.moments import length
from incident_state.response_times import ResponseTimes, medians
from incident_state.state import SEVERITIES
from incident_state.terminal.screen import console, heading

# So much is left for the description beside the figures, or it gets a line of its own.
WIDE = 120
FIGURES = ("acknowledge", "mitigate", "resolve", "duration")


def sessions(kept: Sequence[Kept], times: Sequence[ResponseTimes | None]) -> list[RenderableType]:
    """A row a session, the newest first; at the foot counts and medians; what cannot be read."""
    wide = console().width >= WIDE or not console().is_terminal
    table = _table("session", "", "status", *FIGURES, *(["incident"] if wide else []))
    groups: dict[str, list[ResponseTimes]] = {}
    for each, measured in zip(kept, times, strict=True):
        if each.state is None or measured is None:
            continue
        groups.setdefault(each.state.severity, []).append(measured)
        title = documents.first_line(each.state.incident)
        row = [each.incident_id, each.state.severity, _status(each), *_figures(measured)]
        table.add_row(*row, *([title] if wide else []))
        if not wide:
            table.add_row(Text(f"  {title[:22]}", style="dim"))
    foot = _table("median of", "", "sessions", *FIGURES)
    for severity in SEVERITIES:
        if group := groups.get(severity):
            middle = [length(value) for value in medians(group).values()]
            foot.add_row("", severity, str(len(group)), *middle)
    if not kept:
        return ["No session yet."]
    problems: list[RenderableType] = [each.problem for each in kept if each.problem]
    shown: list[RenderableType] = [table, "", foot] if groups else []
    above: list[RenderableType] = ["", heading("Cannot be read")] if problems else []
    return shown + above + problems


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for name in columns:
        table.add_column(name, no_wrap=True, justify="right" if name in FIGURES else "left")
    return table


def _status(kept: Kept) -> str:
    state = kept.state
    if state is None:
        return ""
    words = "closed" if state.closed is not None else state.status.replace("_", " ")
    return f"{words}, here" if kept.current else words


def _figures(times: ResponseTimes) -> list[str]:
    known: list[timedelta | None] = [times.acknowledge, times.mitigate, times.resolve]
    lasts = length(times.duration)
    return [*map(length, known), lasts if times.over else f"{lasts} so far"]
