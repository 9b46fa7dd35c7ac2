"""How a row of the table is written: an event in a state, and what comes of it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from tests.support.transitions.states import STATES


class Row(NamedTuple):
    """An event in a state: exit code, resulting state and `next`, and what a hook decided."""

    state: str
    line: str
    code: int
    to: str
    next: str
    fields: dict[str, Any]
    verdict: str | None

    @property
    def name(self) -> str:
        """Return what the row is called in a test's report."""
        return f"{self.state}: {self.line}"

    @property
    def unchanged(self) -> bool:
        """Tell whether nothing is expected to happen."""
        return not self.to and not self.next and not self.fields

    def seven(self) -> dict[str, Any] | None:
        """Return the fields that are expected afterwards, the two times aside."""
        fields = STATES[self.to or self.state].seven()
        return fields | self.fields if fields is not None else None

    def answer(self) -> str:
        """Return what `next` is expected to say afterwards."""
        return self.next or STATES[self.to or self.state].next


class On(NamedTuple):
    """Rows that differ in their actor, and in a number given as `1..3`."""

    who: str
    does: str
    code: int = 0
    to: str = ""
    next: str = ""
    fields: dict[str, Any] = {}  # noqa: RUF012 - a default that nobody changes
    verdict: str | None = None


ACTORS = {"M": "model", "N": "nobody", "P": "person", "O": "other"}


def rows(state: str, on: On) -> list[Row]:
    """Return the rows that it stands for."""
    numbers = re.search(r"(\d+)\.\.(\d+)", on.does)
    events = [on.does]
    if numbers:
        first, last = map(int, numbers.groups())
        events = [on.does.replace(numbers[0], str(n)) for n in range(first, last + 1)]
    return [
        Row(state, f"{ACTORS[who]} {event}" if who != "-" else event, *on[2:])
        for event in events
        for who in on.who
    ]


P2 = {"severity": "P2"}
P3 = {"severity": "P3"}
ANOTHER = {"incident": "Another"}
TO_6 = "01 02 03 04 05a 05b 05 06"
END = "close --reason 'over already'"
