"""State files of older versions: numbered functions, each from one schema to the next.

A schema is given a new number when a file of it could not be read by what knows the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]


def _0_to_1(data: Json) -> Json:
    """The first files had no number."""
    return {**data, "schema_version": 1}


def _1_to_2(data: Json) -> Json:
    """What documents state in fixed words was not recorded: it stays unknown."""
    return {**data, "schema_version": 2}


def _2_to_3(data: Json) -> Json:
    """A run was cleared for production as a whole: each program is consented to now, anew."""
    for run in _runs(data):
        run.pop("cleared", None)
    return {**data, "schema_version": 3}


def _3_to_4(data: Json) -> Json:
    """What put a step in flight without hooks was called as what now only reads."""
    for run in _runs(data):
        if run.get("by") == "brief":
            run["by"] = "launch"
    return {**data, "schema_version": 4}


def _runs(data: Json) -> Iterator[Json]:
    steps = data.get("steps")
    for record in steps.values() if isinstance(steps, dict) else ():
        run = record.get("run") if isinstance(record, dict) else None
        if isinstance(run, dict):
            yield run


MIGRATIONS: dict[int, Callable[[Json], Json]] = {0: _0_to_1, 1: _1_to_2, 2: _2_to_3, 3: _3_to_4}


def migrated(data: Json, version: int) -> Json:
    """The data in the newest schema; `version` is its own, not above the newest."""
    while version in MIGRATIONS:
        data = MIGRATIONS[version](data)
        version += 1
    return data
