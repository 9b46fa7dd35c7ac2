"""Notes that come late, and notes that no longer hold."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story
    from tests.support.workbench import Workbench


def events(bench: Workbench) -> list[dict[str, Any]]:
    """The notes, as `timeline --json` has them."""
    told = json.loads(bench.run("timeline", "--json").out)["events"]
    return [event for event in told if event["note"]]


def test_a_late_report_tells_when_it_was(at: Callable[[str], Story]) -> None:
    """The timeline is in the order of the record; the line, and every brief, say when it was."""
    bench = at("2 due").bench
    for _ in range(2):  # said again, it is the same
        assert bench.run("note", "DB failed over", "--at", "2026-07-02 13:42 UTC").code == 0
    (told,) = events(bench)
    assert (told["note"], told["of"], told["corrects"]) == (1, "2026-07-02T13:42:00.000Z", None)
    shown = " ".join(bench.run("timeline").out.split())
    assert "Note: DB failed over [1, of 2026-07-02T13:42:00.000Z]" in shown
    assert "model: of 2026-07-02T13:42:00.000Z: DB failed over" in bench.run("brief", "2").out


def test_a_correction_names_what_it_corrects(at: Callable[[str], Story]) -> None:
    """Both lines stay, each with the other's number; a brief says which one holds."""
    bench = at("2 due").bench
    bench.run("note", "EU only")
    bench.run("note", "The vendor is down")
    bench.run("note", "--update", "We look into it")
    assert bench.run("note", "EU and US", "--corrects", "1").code == 0
    assert [(each["note"], each["corrects"]) for each in events(bench)] == [
        (1, None),
        (2, None),
        (3, None),
        (4, 1),
    ]
    shown = " ".join(bench.run("timeline").out.split())
    for line in (
        "Note: EU only [1, corrected by 4]",
        "Note: The vendor is down [2]",
        "Public update: We look into it [3]",
        "Note: EU and US [4, corrects 1]",
    ):
        assert line in shown
    brief = bench.run("brief", "2").out
    assert "model: no longer holds, see below: EU only" in brief
    first = events(bench)[0]["at"]
    assert f"model: instead of what was said {first}: EU and US" in brief


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("--corrects", "1"), 1, "There is no note 1: the timeline has their numbers."),
        (("--corrects", "0"), 1, "There is no note 0"),
        (("--corrects", "x"), 2, "Input should be a valid integer"),
        (("--at", "2999-01-01T00:00Z"), 1, "2999-01-01T00:00:00.000Z lies in the future."),
        (("--at", "13:42"), 2, "'13:42' is no time such as 2026-07-02T13:42Z"),
    ],
)
def test_what_cannot_be_is_refused(
    at: Callable[[str], Story], words: tuple[str, ...], code: int, why: str
) -> None:
    """Nothing is recorded then."""
    bench = at("2 due").bench
    before = bench.state_bytes()
    refused = bench.run("note", "x", *words)
    assert (refused.code, why in refused.err) == (code, True), refused.err
    assert bench.state_bytes() == before


def test_an_update_that_went_out_earlier_counts_from_then(at: Callable[[str], Story]) -> None:
    """The next one is due thirty minutes (P1) after it went out, not after it was told."""
    bench = at("2 due").bench
    started = json.loads(bench.run("status", "--json").out)["started_at"]
    bench.run("note", "--update", "Seen", "--at", started)
    told = json.loads(bench.run("status", "--json").out)
    due, began = map(datetime.fromisoformat, (told["update_due"][:-1], started[:-1]))
    assert due - began == timedelta(minutes=30)


def test_a_clock_that_was_set_back_is_said(at: Callable[[str], Story]) -> None:
    """The line stands where it was recorded, with what the clock showed."""
    bench = at("2 due").bench
    last = bench.state()["timeline"][-1]["at"]
    bench.client["TEST_NOW"] = "2026-01-01T00:00:00+00:00"
    bench.run("note", "DB failed over")
    (told,) = events(bench)
    assert (told["at"][:23], told["clock"]) == (last[:23], "2026-01-01T00:00:00.000Z")
    shown = " ".join(bench.run("timeline").out.split())
    assert "Note: DB failed over (the clock showed 2026-01-01T00:00:00.000Z) [1]" in shown
