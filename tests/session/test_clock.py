"""A clock that is set back reorders nothing: each line is as late as the one before, or later."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story

BACK = "2020-01-01T00:00:00+00:00"


def test_times_never_run_backwards(at: Callable[[str], Story]) -> None:
    """What the clock really showed stands beside the line; what follows is counted from it."""
    bench = at("2 due").bench
    before = bench.state()
    bench.client["TEST_NOW"] = BACK
    assert bench.run("note", "the database failed over", session="s1").code == 0
    assert bench.run("launch", "2", session="s1").code == 0
    bench.write_document(2)
    assert bench.run("complete", "2", session="s1").code == 0
    state = bench.state()
    times = [event["at"] for event in state["timeline"]]
    assert all(earlier <= later for earlier, later in pairwise(times))
    new = state["timeline"][len(before["timeline"]) :]
    assert [(e["kind"], e["clock"]) for e in new] == [
        (kind, "2020-01-01T00:00:00Z") for kind in ("note", "launched", "completed")
    ]
    assert state["last_updated"] == before["last_updated"]
    assert state["steps"]["2"]["completed"]["at"] == before["timeline"][-1]["at"]
    assert "+-" not in bench.run("status").out + bench.run("timeline").out


def test_a_clock_that_runs_on_is_told_as_it_is(at: Callable[[str], Story]) -> None:
    """Nothing stands beside its lines."""
    bench = at("2 due").bench
    bench.client["TEST_NOW"] = "2090-01-01T00:00:00+00:00"
    bench.run("note", "the database failed over", session="s1")
    line = bench.state()["timeline"][-1]
    assert (line["at"], "clock" in line) == ("2090-01-01T00:00:00Z", False)
