"""The drawing's time axis: in order, within its ends, cut where nothing changes for long."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_state.report.scale import Scale, scale

BEGAN = datetime(2026, 11, 23, 22, 50, tzinfo=timezone.utc)


def at(minutes: float) -> datetime:
    """So many minutes after the report."""
    return BEGAN + timedelta(minutes=minutes)


def made(minutes: float, *busy: tuple[float, float]) -> Scale:
    """The axis of an incident of that length, at work from and to these minutes."""
    return scale(BEGAN, at(minutes), [(at(a), at(b)) for a, b in busy])


def cuts(axis: Scale) -> list[tuple[float, float]]:
    """The stretches that are cut, in minutes after the report."""
    return [
        ((each.began - BEGAN) / timedelta(minutes=1), (each.ended - BEGAN) / timedelta(minutes=1))
        for each in axis.stretches
        if each.cut
    ]


CUT = {
    "nothing yet": ((600,), []),
    "a short pause": ((120, (0, 40), (70, 120)), []),
    "a night": ((800, (0, 40), (45, 90), (790, 800)), [(90, 790)]),
    "a long step": ((160, (0, 40), (40, 160)), []),
    "an agent that hangs": ((3000, (0, 40), (45, 90), (90, 3000)), [(90, 3000)]),
}


@pytest.mark.parametrize("what", CUT)
def test_a_stretch_without_change_is_cut_where_it_hides_the_rest(what: str) -> None:
    """A night is, a step that takes its time is not."""
    given_, expected = CUT[what]
    assert cuts(made(*given_)) == expected  # type: ignore[arg-type]


def test_ticks_are_round_and_name_the_moments_where_they_stand() -> None:
    """Every half hour over two hours, also across midnight."""
    axis = made(120, (0, 120))
    assert [(f"{moment:%d %H:%M}", round(place, 3)) for moment, place in axis.ticks(0.2)] == [
        ("23 23:00", 0.083),
        ("23 23:30", 0.333),
        ("24 00:00", 0.583),
        ("24 00:30", 0.833),
    ]


@settings(max_examples=200, deadline=None)
@given(
    st.floats(0, 1_000_000),
    st.lists(st.tuples(st.floats(0, 5000), st.floats(0, 5000)).map(sorted), max_size=6),
    st.floats(0.05, 0.3),
)
def test_places_are_in_order_and_ticks_apart(
    length: float, spans: list[list[float]], least: float
) -> None:
    """From 0 to 1, never backwards, few ticks, none nearer to the next than was asked."""
    axis = scale(BEGAN, at(length), [(at(a), at(min(b, length))) for a, b in spans if a <= length])
    moments = sorted(at(minutes) for span in [[0, length], *spans] for minutes in span)
    places = [axis.at(moment) for moment in moments]
    assert places == sorted(places)
    assert (axis.at(BEGAN), axis.at(at(length) + timedelta(days=1))) == (0.0, 1.0)
    ticks = [place for _, place in axis.ticks(least)]
    assert all(b - a >= least for a, b in pairwise(ticks))
    assert all(0 <= place <= 1 for place in ticks)
