"""A session's clock: it never runs backwards, whatever the machine's does (NTP, a resumed VM)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from incident_state.state.model import State


class Clock:
    """The machine's clock as a session takes it."""

    def __init__(self, read: Callable[[], datetime]) -> None:
        """Take what reads the machine's clock: the time in UTC, to the millisecond."""
        self._read = read
        self._behind: datetime | None = None

    def now(self, newest: datetime | None) -> datetime:
        """The time, never before the newest one that the session has."""
        moment = self._read()
        if newest is None or moment >= newest:
            return moment
        self._behind = moment
        return newest

    def noted(self, state: State) -> State:
        """The state, what the clock really showed beside its newest line if that was earlier."""
        *earlier, line = state.timeline
        if self._behind is None or line.clock is not None:
            return state
        line = line.model_copy(update={"clock": self._behind})
        self._behind = None
        return state.model_copy(update={"timeline": (*earlier, line)})
