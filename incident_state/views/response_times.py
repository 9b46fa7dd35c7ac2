"""How long an incident took: to detect, to acknowledge, to mitigate, to resolve.

What users went through is counted from the onset where that is known, else from the report; a
pause of the workflow was none of theirs. What the responders did (acknowledge, duration) is
counted from the report, and their pauses are taken out.

Time to acknowledge and to resolve are PagerDuty's terms (the M in MTTA and MTTR is a mean; here
stand medians, because durations of incidents are skewed: Davidovič, "Incident Metrics in SRE").
Time to mitigate is Google's (SRE): until users are better off, whether or not the cause is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from incident_state.state import facts
from incident_state.state.model import State
from incident_state.state.timeline import Event

CLASSIFICATION = 1


@dataclass(frozen=True)
class Span:
    """A stretch of time; one without an end goes on."""

    began: datetime
    ended: datetime | None = None

    def within(self, began: datetime, ended: datetime) -> timedelta:
        """How much of it lies between these two moments."""
        last = ended if self.ended is None else min(self.ended, ended)
        return max(last - max(self.began, began), timedelta())


@dataclass(frozen=True)
class ResponseTimes:
    """Lengths of time; None where one is not known.

    `since` says from when the times to mitigate and to resolve are counted; `counts` whether the
    incident was one, and enters the medians.
    """

    detect: timedelta | None
    acknowledge: timedelta | None
    mitigate: timedelta | None
    resolve: timedelta | None
    duration: timedelta
    over: bool
    since: Literal["onset", "report"]
    counts: bool


FIGURES = ("detect", "acknowledge", "mitigate", "resolve", "duration")


def measured(state: State, now: datetime) -> ResponseTimes:
    """The session's times, from the facts that are recorded; the duration of an open one to now."""
    paused = pauses(state)
    onset = facts.onset(state)
    began = onset or state.started_at

    def until(moment: datetime | None) -> timedelta | None:
        if moment is None:
            return None
        taken_out = sum((p.within(state.started_at, moment) for p in paused), timedelta())
        return max(moment - state.started_at - taken_out, timedelta())

    def since(moment: datetime | None) -> timedelta | None:
        return None if moment is None else max(moment - began, timedelta())

    end = finished_at(state)
    return ResponseTimes(
        detect=_detected(state, onset),
        acknowledge=until(_first_completion(state, CLASSIFICATION)),
        mitigate=since(facts.on_its_clock(state, "mitigated")),
        resolve=since(facts.on_its_clock(state, "resolved")),
        duration=until(end or now) or timedelta(),
        over=end is not None,
        since="report" if onset is None else "onset",
        counts=not facts.no_incident(state),
    )


def _detected(state: State, onset: datetime | None) -> timedelta | None:
    """From the onset to the report: the one that a document has, else the typed one."""
    reported = facts.reported(state) or (None if facts.retold(state) else state.started_at)
    return None if onset is None or reported is None else max(reported - onset, timedelta())


def finished_at(state: State) -> datetime | None:
    """When the last step was completed or the incident was closed; None while it is open."""
    if state.status != "complete":
        return None
    ends = [e.at for e in state.timeline if e.kind in {"completed", "closed"} or _closes(e)]
    return ends[-1] if ends else state.started_at


def pauses(state: State) -> tuple[Span, ...]:
    """When nothing new was launched: paused, in the archive, or closed, until it went on."""
    spans: list[Span] = []
    since: datetime | None = None
    closed: datetime | None = None
    for event in state.timeline:
        if closed is not None and event.is_reopening:
            spans.append(Span(closed, event.at))
            since = None
        if event.kind == "closed" or _closes(event):
            closed = event.at
        if since is None and _pauses(event):
            since = event.at
        elif since is not None and (event.kind in {"resumed", "closed"} or _closes(event)):
            spans.append(Span(since, event.at))
            since = None
    if since is not None and state.status != "complete":
        spans.append(Span(since))
    return tuple(spans)


def medians(times: Sequence[ResponseTimes]) -> dict[str, timedelta | None]:
    """The median of each figure over the sessions that know it; None where none does.

    How long an open incident will last is not known; what was no incident is counted apart.
    """
    real = [each for each in times if each.counts]
    return {
        name: _median(getattr(t, name) for t in real if t.over or name != "duration")
        for name in FIGURES
    }


def _median(values: Iterable[timedelta | None]) -> timedelta | None:
    known = [value.total_seconds() for value in values if value is not None]
    return timedelta(seconds=median(known)) if known else None


def _first_completion(state: State, step: int) -> datetime | None:
    return next((e.at for e in state.timeline if e.kind == "completed" and e.step == step), None)


def _pauses(event: Event) -> bool:
    chosen = event.decision is not None and event.decision.label == "Pause"
    return chosen or event.kind in {"paused", "archived"}


def _closes(event: Event) -> bool:
    # Older versions closed with the checkpoint's answer itself.
    decision = event.decision
    return decision is not None and (decision.question == "closing" or decision.label == "Close")
