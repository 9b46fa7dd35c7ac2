"""From moments to places on a time axis on which long stretches without change are cut short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise

# A stretch without change is cut where it takes more than its share beside the shorter ones.
LONG, ENOUGH = timedelta(minutes=45), timedelta(minutes=10)
SHARE, SHARE_AT_WORK = 0.4, 4.0
CUT_TO = 0.08
DAY = 24 * 3600

# Seconds between ticks: minutes, hours, days.
STEPS = (
    *(minutes * 60 for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * 3600 for hours in (1, 2, 3, 6, 12)),
    *(days * DAY for days in (1, 2, 7, 30, 365)),
)


@dataclass(frozen=True)
class Stretch:
    """A stretch of the axis: its times, and its places between 0 and 1; `cut` is drawn short."""

    began: datetime
    ended: datetime
    left: float
    right: float
    cut: bool


@dataclass(frozen=True)
class Scale:
    """The axis: its stretches in order, without gaps."""

    stretches: tuple[Stretch, ...]

    def at(self, moment: datetime) -> float:
        """The moment's place, 0 at the left end, 1 at the right; outside it is at an end."""
        for each in self.stretches:
            if moment <= each.ended:
                into = max(moment - each.began, timedelta()) / (each.ended - each.began)
                return min(1.0, each.left + into * (each.right - each.left))
        return 1.0

    def step(self, least: float) -> int:
        """The seconds between two ticks that are at least that far apart."""
        rate = max((e.right - e.left) / _seconds(e) for e in self.stretches if not e.cut)
        return next((step for step in STEPS if step * rate >= least), STEPS[-1])

    def ticks(self, least: float) -> Iterator[tuple[datetime, float]]:
        """Round moments (UTC) with their places, at least that far apart; none where it is cut."""
        step, last = self.step(least), -least
        for each in self.stretches:
            first = -(-each.began.timestamp() // step) * step
            count = 0 if each.cut else int((each.ended.timestamp() - first) // step) + 1
            for number in range(count):
                moment = datetime.fromtimestamp(first + number * step, timezone.utc)
                place = self.at(moment)
                if place - last >= least:
                    yield moment, place
                    last = place


def scale(began: datetime, ended: datetime, spans: Iterable[tuple[datetime, datetime]]) -> Scale:
    """The axis from one moment to the other; `spans` are the times when something was at work."""
    ended = max(ended, began + timedelta(minutes=1))
    busy = [(max(a, began), min(b, ended)) for a, b in spans]
    moments = sorted({began, ended, *(moment for span in busy for moment in span)})
    gaps = list(pairwise(moments))
    cuts = _cuts(gaps, busy)
    work = sum((b - a for a, b in gaps if (a, b) not in cuts), timedelta())
    short = max(work * CUT_TO, timedelta(minutes=1)).total_seconds()
    lengths = [short if gap in cuts else (gap[1] - gap[0]).total_seconds() for gap in gaps]
    whole, left = sum(lengths), 0.0
    stretches = []
    for gap, length in zip(gaps, lengths, strict=True):
        right = left + length / whole
        stretches.append(Stretch(*gap, left, right, gap in cuts))
        left = right
    return Scale(tuple(stretches))


def _cuts(
    gaps: list[tuple[datetime, datetime]], busy: list[tuple[datetime, datetime]]
) -> set[tuple[datetime, datetime]]:
    """The stretches without any change that would leave too little room for the others."""
    cuts: set[tuple[datetime, datetime]] = set()
    shorter = timedelta()
    for a, b in sorted(gaps, key=lambda gap: gap[1] - gap[0]):
        at_work = any(start <= a and b <= end for start, end in busy)
        most = max(LONG, shorter * (SHARE_AT_WORK if at_work else SHARE))
        if shorter >= ENOUGH and b - a > most:
            cuts.add((a, b))
        else:
            shorter += b - a
    return cuts


def _seconds(stretch: Stretch) -> float:
    return (stretch.ended - stretch.began).total_seconds()
