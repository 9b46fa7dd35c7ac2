"""The list of a project's sessions with their response times, and medians by severity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text

from incident_state.documents import document
from incident_state.state import facts
from incident_state.state.model import SEVERITIES, State
from incident_state.terminal.screen import heading, indented, narrower_than
from incident_state.views.moments import brief
from incident_state.views.response_times import ResponseTimes, medians
from incident_state.views.sessions import Kept

# Where the description fits beside the figures; else it has a line of its own.
WIDE = 110
ROW = 78  # columns of a row without it
SHOWN = ("acknowledge", "mitigate", "resolve", "duration")
HEADINGS = ("ack", "mitigate", "resolve", "duration")
NO_ONSET = "* counted from the report, since the onset is not known"


def sessions(kept: Sequence[Kept], times: Sequence[ResponseTimes | None]) -> list[RenderableType]:
    """A row a session, the newest first; at the foot counts and medians; what cannot be read."""
    if not kept:
        return ["No session yet."]
    layout = _Blocks() if narrower_than(ROW) else _Rows(titled=not narrower_than(WIDE))
    shown: list[RenderableType] = layout.head()
    groups: dict[str, list[ResponseTimes]] = {}
    apart, reported = 0, False
    for each, measured in zip(kept, times, strict=True):
        if each.state is None or measured is None:
            continue
        if measured.counts:
            groups.setdefault(each.state.severity, []).append(measured)
        else:
            apart += 1
        figures = _figures(measured)
        reported |= any("*" in figure for figure in figures)
        shown += layout.session(each.incident_id, each.state, figures)
    shown += layout.medians_head() if groups else []
    for severity in SEVERITIES:
        if group := groups.get(severity):
            found = medians(group)
            shown += layout.median(severity, len(group), [brief(found[name]) for name in SHOWN])
    shown += [Text(NO_ONSET, style="dim")] if reported else []
    if apart:
        shown.append(f"Counted apart: {apart} that {'was' if apart == 1 else 'were'} no incident.")
    problems: list[RenderableType] = [each.problem for each in kept if each.problem]
    if problems:
        shown += ["", heading("Cannot be read")]
    return shown + problems


class _Rows:
    """A row a session, its figures in columns; `titled`: what is wrong fits beside them."""

    def __init__(self, *, titled: bool) -> None:
        self.titled = titled

    def head(self) -> list[RenderableType]:
        return [Text(self._row("session", "", "status", HEADINGS), style="dim")]

    def session(
        self, incident_id: str, state: State, figures: Sequence[str]
    ) -> list[RenderableType]:
        row = self._row(incident_id, state.severity, _status(state), figures)
        title = document.title(state.incident)
        return [f"{row}  {title}"] if self.titled else [row, Text(f"  {title}", style="dim")]

    def medians_head(self) -> list[RenderableType]:
        return ["", Text(self._row("median of", "", "sessions", HEADINGS), style="dim")]

    def median(self, severity: str, count: int, figures: Sequence[str]) -> list[RenderableType]:
        return [self._row("", severity, str(count), figures)]

    @staticmethod
    def _row(name: str, severity: str, status: str, figures: Iterable[str]) -> str:
        cells = "".join(f"{cell:>9}" for cell in figures)
        return f"{name:<24}  {severity:<2}  {status:<11}{cells}"


class _Blocks:
    """A block a session, for a terminal in which a row has no room."""

    def head(self) -> list[RenderableType]:
        return []

    def session(
        self, incident_id: str, state: State, figures: Sequence[str]
    ) -> list[RenderableType]:
        title = Text(document.title(state.incident), style="bold")
        told = f"{state.severity}, {_status(state)}"
        return [incident_id, indented(title), indented(told), *self._named(figures), ""]

    def medians_head(self) -> list[RenderableType]:
        return []

    def median(self, severity: str, count: int, figures: Sequence[str]) -> list[RenderableType]:
        of = f"Median of {count} session{'s' * (count > 1)}, {severity}"
        return [Text(of, style="dim"), *self._named(figures)]

    @staticmethod
    def _named(figures: Sequence[str]) -> list[RenderableType]:
        cells = [f"{name} {figure}" for name, figure in zip(HEADINGS, figures, strict=True)]
        return [indented(", ".join(pair)) for pair in (cells[:2], cells[2:])]


def _status(state: State) -> str:
    if state.status != "complete":
        return state.status.replace("_", " ")
    return (facts.outcome(state) or "unknown").replace("-", " ")


def _figures(times: ResponseTimes) -> list[str]:
    mark = "*" if times.since == "report" else ""
    users = [f"{brief(t)}{mark if t else ''}" for t in (times.mitigate, times.resolve)]
    return [brief(times.acknowledge), *users, brief(times.duration)]
