"""Incidents that ended in every way, and what is true of each: written from the definitions."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import product
from typing import NamedTuple

MITIGATION = ("Stable", "Improved", "Unchanged", "Worse")
DEPLOYMENT = ("Deployed", "Partly deployed", "Not deployed", "Nothing to deploy")
HEALTH = ("Healthy", "Degraded", "Down", "Unknown")
ROLLBACK = ("Rolled back", "Partly rolled back", "Not rolled back")


def at(hour: int, minute: int) -> datetime:
    """A moment of the day of the told incident."""
    return datetime(2019, 7, 2, hour, minute, tzinfo=timezone.utc)


ONSET = at(13, 42)
TRIAGED = at(14, 6)  # step 3 complete
DEPLOYED = at(15, 18)  # step 8 complete
APPROVED = at(15, 20)  # checkpoint 3


class Ending(NamedTuple):
    """When users were better off and it was over, how it ended, and what the last words say."""

    mitigated: datetime | None
    resolved: datetime | None
    outcome: str
    words: str


WORDS = {
    "resolved": "and resolved: ",
    "mitigated": "and mitigated, but not resolved: ",
    "unresolved": "but unresolved: ",
    "no-incident": "since there was no incident: ",
}


def ending(mitigated: datetime | None, resolved: datetime | None, outcome: str) -> Ending:
    """The ending with its words."""
    return Ending(mitigated, resolved, outcome, WORDS[outcome])


def whole(mitigation: str, deployment: str, health: str) -> Ending:
    """An incident led to its end with these three statements."""
    mitigated = TRIAGED if mitigation in {"Stable", "Improved"} else None
    if mitigated is None and health == "Healthy":
        mitigated = DEPLOYED
    if deployment == "Deployed" and health == "Healthy":
        return ending(mitigated, APPROVED, "resolved")
    holds = mitigated is not None and health != "Down"
    return ending(mitigated, None, "mitigated" if holds else "unresolved")


WHOLE = {each: whole(*each) for each in product(MITIGATION, DEPLOYMENT, HEALTH)}

# Closed at checkpoint 1, by what step 3 states and by the reason given.
_CLOSED_AT = at(14, 10)
CLOSED: dict[tuple[str, str], Ending] = {}
for _mitigation in MITIGATION:
    _mitigated = TRIAGED if _mitigation in {"Stable", "Improved"} else None
    _left = "mitigated" if _mitigated else "unresolved"
    CLOSED |= {
        (_mitigation, "False alarm"): ending(_mitigated, None, "no-incident"),
        (_mitigation, "Duplicate"): ending(_mitigated, None, "no-incident"),
        (_mitigation, "Resolved outside"): ending(_mitigated, _CLOSED_AT, "resolved"),
        (_mitigation, "Handed over"): ending(_mitigated, None, _left),
    }

# In words of one's own, with nothing better for users: what counts as no incident.
REASONS = {
    "a false alarm": "no-incident",
    "False alarm: the probe was wrong": "no-incident",
    "duplicate of INC-20190702-134200-4acd": "no-incident",
    "No incident": "no-incident",
    "resolved outside by the vendor": "resolved",
    "over already": "unresolved",
    "not a false alarm after all": "unresolved",
    "duplicate charges are refunded by hand": "unresolved",
    "handed over to the night shift": "unresolved",
}
