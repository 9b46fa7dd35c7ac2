"""How long an incident took: to acknowledge, to mitigate, to resolve; pauses are taken out.

Time to acknowledge and to resolve are PagerDuty's terms (the M in MTTA and MTTR is a mean; here
stand medians, because durations of incidents are skewed: Davidovič, "Incident Metrics in SRE").
Time to mitigate is Google's (SRE): until users are better off, whether or not the cause is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from incident_state.state.model import Event, State

CLASSIFICATION, MITIGATION, RESOLVED = 1, 3, 3


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
    """From the moment at which the incident was reported; None where it is not known."""

    acknowledge: timedelta | None
    mitigate: timedelta | None
    resolve: timedelta | None
    duration: timedelta
    over: bool


# What each figure is, from the report on; pauses are taken out.
MEANINGS = {
    "acknowledge": "until step 1 had classified the incident (PagerDuty's time to acknowledge)",
    "mitigate": "until step 3 was complete for the first time (Google's time to mitigate)",
    "resolve": "until checkpoint 3 was approved (PagerDuty's time to resolve)",
    "duration": "until the incident was complete or closed",
}


def measured(state: State, now: datetime) -> ResponseTimes:
    """The session's times: to step 1's and step 3's first completion, to checkpoint 3's approval.

    The duration ends with the last step, with closing, or now.
    """
    paused = pauses(state)

    def until(moment: datetime | None) -> timedelta | None:
        if moment is None:
            return None
        taken_out = sum((p.within(state.started_at, moment) for p in paused), timedelta())
        return max(moment - state.started_at - taken_out, timedelta())

    end = finished_at(state)
    return ResponseTimes(
        acknowledge=until(_first_completion(state, CLASSIFICATION)),
        mitigate=until(_first_completion(state, MITIGATION)),
        resolve=until(state.approved.get(RESOLVED)),
        duration=until(end or now) or timedelta(),
        over=end is not None,
    )


def finished_at(state: State) -> datetime | None:
    """When the last step was completed or the incident was closed; None while it is open."""
    if state.status != "complete":
        return None
    ends = [e.at for e in state.timeline if e.kind in {"completed", "closed"} or _closes(e)]
    return ends[-1] if ends else state.started_at


def pauses(state: State) -> tuple[Span, ...]:
    """When nothing new was launched: from a pause, or from the archive, until it went on."""
    spans: list[Span] = []
    since: datetime | None = None
    for event in state.timeline:
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

    How long an open incident will last is not known.
    """
    over = [each for each in times if each.over]
    return {
        "acknowledge": _median(each.acknowledge for each in times),
        "mitigate": _median(each.mitigate for each in times),
        "resolve": _median(each.resolve for each in times),
        "duration": _median(each.duration for each in over),
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
    return event.decision is not None and event.decision.label == "Close"
