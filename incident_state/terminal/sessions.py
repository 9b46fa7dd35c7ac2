"""The list of a project's sessions with their response times, and medians by severity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text

from incident_state.documents import document
from incident_state.state import facts
from incident_state.state.model import SEVERITIES, State
from incident_state.terminal.screen import console, heading
from incident_state.views.moments import brief
from incident_state.views.response_times import ResponseTimes, medians
from incident_state.views.sessions import Kept

# Where the description fits beside the figures; else it has a line of its own.
WIDE = 110
SHOWN = ("acknowledge", "mitigate", "resolve", "duration")
HEADINGS = ("ack", "mitigate", "resolve", "duration")
NO_ONSET = "* counted from the report, since the onset is not known"


def sessions(kept: Sequence[Kept], times: Sequence[ResponseTimes | None]) -> list[RenderableType]:
    """A row a session, the newest first; at the foot counts and medians; what cannot be read."""
    if not kept:
        return ["No session yet."]
    screen = console()
    wide = screen.width >= WIDE or not screen.is_terminal
    shown: list[RenderableType] = [Text(_row("session", "", "status", HEADINGS), style="dim")]
    groups: dict[str, list[ResponseTimes]] = {}
    apart, reported = 0, False
    for each, measured in zip(kept, times, strict=True):
        if each.state is None or measured is None:
            continue
        if measured.counts:
            groups.setdefault(each.state.severity, []).append(measured)
        else:
            apart += 1
        row = _row(each.incident_id, each.state.severity, _status(each.state), _figures(measured))
        reported |= "*" in row
        title = document.title(each.state.incident)
        shown += [f"{row}  {title}"] if wide else [row, Text(f"  {title}", style="dim")]
    shown += ["", Text(_row("median of", "", "sessions", HEADINGS), style="dim")] if groups else []
    for severity in SEVERITIES:
        if group := groups.get(severity):
            figures = medians(group)
            shown.append(_row("", severity, str(len(group)), (brief(figures[n]) for n in SHOWN)))
    shown += [Text(NO_ONSET, style="dim")] if reported else []
    if apart:
        shown.append(f"Counted apart: {apart} that {'was' if apart == 1 else 'were'} no incident.")
    problems: list[RenderableType] = [each.problem for each in kept if each.problem]
    if problems:
        shown += ["", heading("Cannot be read")]
    return shown + problems


def _row(name: str, severity: str, status: str, figures: Iterable[str]) -> str:
    cells = "".join(f"{cell:>9}" for cell in figures)
    return f"{name:<24}  {severity:<2}  {status:<11}{cells}"


def _status(state: State) -> str:
    if state.status != "complete":
        return state.status.replace("_", " ")
    return (facts.outcome(state) or "unknown").replace("-", " ")


def _figures(times: ResponseTimes) -> list[str]:
    mark = "*" if times.since == "report" else ""
    users = [f"{brief(t)}{mark if t else ''}" for t in (times.mitigate, times.resolve)]
    return [brief(times.acknowledge), *users, brief(times.duration)]
