"""How often the public is told: by severity, in one place for the terminal and for briefs."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story

EVERY = {"P0": 20, "P1": 30, "P2": 60, "P3": None}


@pytest.mark.parametrize("severity", EVERY)
def test_the_next_update_is_due_by_the_severity(at: Callable[[str], Story], severity: str) -> None:
    """From the report on; at P3 there is none before there is news."""
    bench = at("2 due").bench
    assert bench.person("severity", severity).code == 0
    told = json.loads(bench.run("status", "--json").out)
    due, began = (
        told[name] and datetime.fromisoformat(told[name][:-1])
        for name in ("update_due", "started_at")
    )
    minutes = due and (due - began).total_seconds() / 60
    assert minutes == EVERY[severity]


@pytest.mark.parametrize(
    ("severity", "words"),
    [
        ("P0", "the next update in 20 minutes."),
        ("P1", "the next update in 30 minutes."),
        ("P2", "the next update in an hour."),
        ("P3", "the next update when there is news."),
    ],
)
def test_a_brief_says_the_same(at: Callable[[str], Story], severity: str, words: str) -> None:
    """Of each severity, before anybody has judged it."""
    bench = at("1 due").bench
    every = (
        "the next update in 20 minutes (P0), in 30 minutes (P1), in an hour (P2), when there is "
        "news (P3)."
    )
    assert every in bench.run("brief", "1").out
    bench = at("3 in flight").bench
    assert bench.person("severity", severity).code == 0
    assert words in bench.run("brief", "3").out
