"""Every state of the table is what its history makes it, and every row is what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.thinned import quick_where, thinned
from tests.support.transitions.table import ROWS, STATES, Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story

TOLD = {1, 65, 66}


@pytest.mark.parametrize("name", thinned(STATES, 4))
def test_a_state_is_what_its_history_made_it(name: str, at: Callable[[str], Story]) -> None:
    """Where an incident stands follows from what happened, and `next` says what it asks for."""
    story, state = at(name), STATES[name]
    assert (story.says(state.asker), story.seven()) == (state.next, state.seven())


# Half of what leads to another state is tried on every run; the system tests try all.
CASES = quick_where(ROWS, (bool(row.to) and at % 2 == 0 for at, row in enumerate(ROWS)))


@pytest.mark.parametrize("row", CASES, ids=lambda row: row.name)
def test_an_event_leads_where_the_table_says(row: Row, at: Callable[[str], Story]) -> None:
    """An event does what the contract says of it in that state, and nothing else."""
    story, asker = at(row.state), STATES[row.to or row.state].asker
    before = story.bench.state_bytes()
    result = story.tell(row.line)
    # What `next` says follows from what is on disk, and each state has a test of its own.
    as_before = row.unchanged and story.bench.state_bytes() == before
    answer = row.answer() if as_before else story.says(asker)
    if row.verdict is not None:
        assert result.out == row.verdict
    assert (result.code, answer, story.seven()) == (row.code, row.answer(), row.seven()), result
    if row.code in TOLD and result.err:
        lines = result.err.strip().splitlines()
        assert len(lines) in {1, 2}, result.err
        assert "Traceback" not in result.err
