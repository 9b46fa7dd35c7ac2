"""A disk that refuses after something was recorded: it is not said that nothing was changed."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from incident_state.errors import DiskError
from incident_state.session.callers import Caller
from incident_state.session.next import what_is_next
from incident_state.session.session import Session
from incident_state.storage import disk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.story import Story

NOTHING = "Nothing was changed. "


@pytest.mark.parametrize("taken_over", [True, False])
def test_next_says_whether_anything_was_changed(
    at: Callable[[str], Story], monkeypatch: pytest.MonkeyPatch, *, taken_over: bool
) -> None:
    """An edit that it took over stands, whatever is refused after that."""
    bench = at("cp1 edited" if taken_over else "cp1").bench
    monkeypatch.setenv("HOME", str(bench.folder / "home"))
    before, read = bench.state_bytes(), disk.read

    def refuse(path: Path, limit: int) -> bytes | None:
        if path.name == "03-mitigation.md" and (bench.state_bytes() != before) == taken_over:
            raise OSError(errno.EIO, "Input/output error")
        return read(path, limit)

    monkeypatch.setattr(disk, "read", refuse)
    with pytest.raises(DiskError) as told:
        what_is_next(Session(bench.project, Caller(person=False)))
    changed = bench.state_bytes() != before
    assert (changed, NOTHING in str(told.value)) == (taken_over, not taken_over), told.value
