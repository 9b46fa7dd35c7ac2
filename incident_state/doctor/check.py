"""One thing that was looked at."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Check(NamedTuple):
    """What was looked at, how it is, what was found, and what to do; `note` is no failure."""

    name: str
    status: Literal["ok", "note", "failed"]
    found: str
    remedy: str = ""
