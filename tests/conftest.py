"""Fixtures: a fresh project, and a project in any state that the transition table names."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.figures import count as count  # noqa: PLC0414 - a fixture, for all tests
from tests.support.figures import pytest_addoption as pytest_addoption  # noqa: PLC0414 - a hook of pytest
from tests.support.figures import pytest_terminal_summary as pytest_terminal_summary  # noqa: PLC0414 - another
from tests.support.story import Story
from tests.support.transitions import table
from tests.support.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True, scope="session")
def _state_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have sessions of this very process sealed in a place of the run's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state-home")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_power_fails() -> Iterator[None]:
    """Have this very process wait for no disk: `faults` has processes of its own that do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """Give a project without a session."""
    return Workbench(tmp_path / "bench")


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Workbench]:
    """Give a function from a state's name to its one workbench, built when first asked for.

    The workers of one run share what is built: a lock for each state, taken by the state's
    descendants first, so that the order is that of the table's ancestry and has no cycle.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    numbers = {name: f"state-{number}" for number, name in enumerate(table.STATES)}

    def built(name: str) -> Workbench:
        place, state = folder / numbers[name], table.STATES[name]
        with place.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not place.exists():
                making = place.with_suffix(".made")
                shutil.rmtree(making, ignore_errors=True)
                bench = built(state.after).copy(making) if state.after else Workbench(making)
                story = Story(bench)
                for line in state.lines:
                    result = story.tell(line)
                    assert result.code == 0, (name, line, result)
                bench.moved(place)
        return Workbench(place)

    return built


@pytest.fixture
def at(build: Callable[[str], Workbench], tmp_path: Path) -> Callable[[str], Story]:
    """Give a function from a state's name to a project of one's own in that state."""
    numbers = itertools.count()

    def copied(name: str) -> Story:
        return Story(build(name).copy(tmp_path / f"bench-{next(numbers)}"))

    return copied
