"""Times at the ends of the calendar, and a pause that nobody recorded, end in no bug."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story
    from tests.support.workbench import Workbench

ENDS = ["0001-01-01T00:00:00Z", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"]
READ = [["status"], ["timeline"], ["list"], ["handoff"], ["next"], ["report", "--output", "-"]]


def change(bench: Workbench, **fields: object) -> None:
    """Change fields of the state, sealed nowhere."""
    state = bench.state() | fields
    bench.unseal()
    (bench.session_folder / "state.json").write_text(json.dumps(state), encoding="utf-8")


@pytest.mark.parametrize("moment", ENDS)
def test_the_first_and_the_last_year_are_no_time(at: Callable[[str], Story], moment: str) -> None:
    """In a record, in a document and on a command line."""
    bench = at("1 in flight").bench
    bench.write_document(1, ONSET=moment)
    told = bench.run("complete", "1", session="s1")
    assert (told.code, "the first line of ONSET is not" in told.err) == (1, True), told
    told = bench.run("start", "x", "--onset", moment, session="s1")
    assert (told.code, "is no time" in told.err) == (2, True), told
    change(bench, last_updated=moment)
    assert [bench.run(*words).code for words in READ if words != ["list"]] == [65] * 5


@pytest.mark.parametrize("moment", ["0002-01-01T00:00:00.000Z", "9998-12-31T23:59:59.000Z"])
def test_the_years_beside_them_are_shown(at: Callable[[str], Story], moment: str) -> None:
    """However far from today they are."""
    bench = at("cp1").bench
    change(bench, started_at=moment, declared_onset=moment)
    assert [bench.run(*words).code for words in READ] == [0] * len(READ)


def test_a_pause_that_nobody_recorded_is_one(at: Callable[[str], Story]) -> None:
    """Told since the record was changed last; a person resumes it."""
    bench = at("4 due").bench
    change(bench, paused=True, status="paused")
    assert bench.next("s1")["kind"] == "paused"
    assert [bench.run(*words).code for words in READ] == [0] * len(READ)
    assert bench.person("resume").code == 0
    assert bench.next("s1")["kind"] == "launch"


def test_a_digest_that_is_none_is_corrupt(at: Callable[[str], Story]) -> None:
    """A NUL in it would end in an error of the disk."""
    bench = at("cp1").bench
    steps = bench.state()["steps"]
    steps["1"]["completed"]["digest"] = "a\0b"
    change(bench, steps=steps)
    assert bench.run("note", "x", session="s1").code == 65
