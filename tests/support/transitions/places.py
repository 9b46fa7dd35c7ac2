"""Where an incident can stand, and how the transition table tells what happened to it.

A line is an actor and what it does. `model` is a call from Claude Code's session s1, `other` from
s2, `nobody` has no terminal and no client, `person` types at a terminal; `agent writes 2` leaves a
step's document, `somebody` edits a file. `s1 types ...`, `s1 calls 1`, `s1 begins 1`, `s1 ends 1`,
`s1 asks`, `s1 answers Approve` and so on are the client's events, as its hooks see them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

INCIDENT = "Checkout returns 500s since 14:05 UTC"
CORRUPT = b'{"incident": "Check'

FILES = {
    "01": "01-classification.md",
    "02": "02-observability.md",
    "03": "03-mitigation.md",
    "04": "04-debugging.md",
    "05a": "05a-security.md",
    "05b": "05b-performance.md",
    "05": "05-investigation.md",
    "06": "06-fix.md",
    "07": "07-deployment.md",
    "07r": "07-rollback.md",
    "08": "08-communication.md",
    "09": "09-customer-impact.md",
    "10": "10-postmortem.md",
    "11": "11-monitoring.md",
    "12": "12-hardening.md",
}


def names(keys: str) -> list[str]:
    """Return the documents of those keys, sorted by their names."""
    return sorted(FILES[key] for key in keys.split())


# Position: currentstep, current_phase, completed_steps, files_created
PLACES: dict[str, tuple[int | str, int, str, str]] = {
    "1": (1, 1, "", ""),
    "2": (2, 1, "1", "01"),
    "3": (3, 1, "1 2", "01 02"),
    "cp1": ("checkpoint-1", 1, "1 2 3", "01 02 03"),
    "4": (4, 2, "1 2 3", "01 02 03"),
    "5": (5, 2, "1 2 3 4", "01 02 03 04"),
    "5 done": (6, 2, "1 2 3 4 5", "01 02 03 04 05a"),
    "6 done": (5, 2, "1 2 3 4 6", "01 02 03 04 05b"),
    "both done": (6, 2, "1 2 3 4 5 6", "01 02 03 04 05a 05b"),
    "cp2": ("checkpoint-2", 2, "1 2 3 4 5 6", "01 02 03 04 05a 05b 05"),
    "3 redone": (3, 2, "1 2 4 5 6", "01 02 04 05a 05b 05"),
    "7": (7, 3, "1 2 3 4 5 6", "01 02 03 04 05a 05b 05"),
    "8": (8, 3, "1 2 3 4 5 6 7", "01 02 03 04 05a 05b 05 06"),
    "cp3": ("checkpoint-3", 3, "1 2 3 4 5 6 7 8", "01 02 03 04 05a 05b 05 06 07"),
    "rollback": ("rollback", 3, "1 2 3 4 5 6 7 8", "01 02 03 04 05a 05b 05 06 07"),
    "rolled back": ("rollback", 3, "1 2 3 4 5 6 7 8", "01 02 03 04 05a 05b 05 06 07 07r"),
    "rollback of 8": ("rollback", 3, "1 2 3 4 5 6 7", "01 02 03 04 05a 05b 05 06"),
    "rolled back 8": ("rollback", 3, "1 2 3 4 5 6 7", "01 02 03 04 05a 05b 05 06 07r"),
    "7 anew": (7, 3, "1 2 3 4 5 6", "01 02 03 04 05a 05b 05 07r"),
    "cp3 anew": ("checkpoint-3", 3, "1 2 3 4 5 6 7 8", "01 02 03 04 05a 05b 05 06 07 07r"),
    "4 anew": (4, 2, "1 2 3", "01 02 03 07r"),
    "cp2 anew": ("checkpoint-2", 2, "1 2 3 4 5 6", "01 02 03 04 05a 05b 05 07r"),
    "7 investigated anew": (7, 3, "1 2 3 4 5 6", "01 02 03 04 05a 05b 05 07r"),
    "9": (9, 4, "1 2 3 4 5 6 7 8", "01 02 03 04 05a 05b 05 06 07"),
    "10": (10, 4, "1 2 3 4 5 6 7 8 9", "01 02 03 04 05a 05b 05 06 07 08"),
    "11": (11, 5, "1 2 3 4 5 6 7 8 9 10", "01 02 03 04 05a 05b 05 06 07 08 09"),
    "12": (12, 5, "1 2 3 4 5 6 7 8 9 10 11", "01 02 03 04 05a 05b 05 06 07 08 09 10"),
    "13": (13, 5, "1 2 3 4 5 6 7 8 9 10 11 12", "01 02 03 04 05a 05b 05 06 07 08 09 10 11"),
    "end": (
        "complete",
        5,
        "1 2 3 4 5 6 7 8 9 10 11 12 13",
        "01 02 03 04 05a 05b 05 06 07 08 09 10 11 12",
    ),
    "closed at cp1": ("complete", 1, "1 2 3", "01 02 03"),
}


class State(NamedTuple):
    """A state: how it comes about from another one, and what it is."""

    after: str
    lines: tuple[str, ...]
    place: str
    next: str
    fields: dict[str, Any] = {}  # noqa: RUF012 - a default that nobody changes
    asker: str = "model"

    def seven(self) -> dict[str, Any] | None:
        """Return the contract's fields whole, the two times aside; None without a session."""
        if not self.place:
            return None
        step, phase, done, files = PLACES[self.place]
        return {
            "incident": INCIDENT,
            "status": "complete" if step == "complete" else "in_progress",
            "severity": "P1",
            "current_step": step,
            "current_phase": phase,
            "completed_steps": [int(number) for number in done.split()],
            "files_created": names(files),
            "started_at": ...,
            "last_updated": ...,
        } | self.fields


def step(*steps: int | str) -> tuple[str, ...]:
    """Take steps from due to complete, the whole way."""
    return tuple(
        line
        for n in steps
        for line in (f"model launch {n}", f"agent writes {n}", f"model complete {n}")
    )


def hooked(step: int) -> tuple[str, ...]:
    """Take a step from due to complete under hooks, in session s1."""
    return (
        *(f"s1 calls {step}", f"s1 begins {step}", f"agent writes {step}"),
        *(f"s1 ends {step}", f"model complete {step}"),
    )


START = f'start "{INCIDENT}"'
CLOSED = {"status": "complete", "current_step": "complete"}
PAUSED = {"status": "paused"}
SYNTHESISED = "model consolidate -"
BY_HAND = "'Done by hand' --note 'helm rollback 41'"
FAIL = "--reason 'the agent lost its connection'"
