"""The kinds of what a command or a tool does."""

from __future__ import annotations

from incident_state.records import record

READS, PROJECT, PRODUCTION, UNKNOWN = "", "project", "production", "unknown"
# From the harmless to the worst; what is known to change is worse than what is not known.
IN_ORDER = (READS, UNKNOWN, PROJECT, PRODUCTION)


def worst(kinds: list[str]) -> str:
    """The worst of them."""
    return max(kinds, key=IN_ORDER.index)


@record
class Finding:
    """What is not known to read: what it does, what a consent to it is kept under, how it looks."""

    kind: str
    key: str
    shown: str
