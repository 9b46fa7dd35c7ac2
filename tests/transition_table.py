"""The incident's transition table, as data: state x event -> state, answer of `next`, exit code.

A line is an actor and what it does. `model` is a call from Claude Code's session s1, `other` from
s2, `nobody` has no terminal and no client, `person` types at a terminal; `agent writes 2` leaves a
step's document, `somebody` edits a file. `s1 types ...`, `s1 calls 1`, `s1 begins 1`, `s1 ends 1`,
`s1 asks`, `s1 answers Approve` and so on are the client's events, as its hooks see them.
"""

from __future__ import annotations

import re
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


# Position: current_step, current_phase, completed_steps, files_created
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


def _step(*steps: int | str) -> tuple[str, ...]:
    """Take steps from due to complete, the whole way."""
    return tuple(
        line
        for n in steps
        for line in (f"model brief {n}", f"agent writes {n}", f"model complete {n}")
    )


def _hooked(step: int) -> tuple[str, ...]:
    """Take a step from due to complete under hooks, in session s1."""
    return (
        *(f"s1 calls {step}", f"s1 begins {step}", f"agent writes {step}"),
        *(f"s1 ends {step}", f"model complete {step}"),
    )


START = f'start "{INCIDENT}"'
PAUSED = {"status": "paused"}
SYNTHESISED = "model consolidate -"
FAIL = "--reason 'the agent lost its connection'"

STATES: dict[str, State] = {
    "none": State("", (), "", "none"),
    # Phase 1
    "1 due": State("none", (f"model {START}",), "1", "launch 1"),
    "1 declared P0": State(
        "none", (f"model {START} --severity P0",), "1", "launch 1", {"severity": "P0"}
    ),
    "1 person's P0": State("1 due", ("person severity P0",), "1", "launch 1", {"severity": "P0"}),
    "1 in flight": State("1 due", ("model brief 1",), "1", "running 1"),
    "1 invalid": State("1 in flight", ("agent writes 1 SLO_STATUS=",), "1", "running 1"),
    "1 severity unreadable": State(
        "1 in flight", ("agent writes 1 'SEVERITY=Probably P1'",), "1", "running 1"
    ),
    "1 valid": State("1 in flight", ("agent writes 1",), "1", "finish 1"),
    "1 valid P0": State("1 in flight", ("agent writes 1 SEVERITY=P0",), "1", "finish 1"),
    "1 declared P0, valid P2": State(
        "1 declared P0",
        ("model brief 1", "agent writes 1 SEVERITY=P2"),
        *("1", "finish 1", {"severity": "P0"}),
    ),
    "1 person's P0, valid P2": State(
        "1 person's P0",
        ("model brief 1", "agent writes 1 SEVERITY=P2"),
        *("1", "finish 1", {"severity": "P0"}),
    ),
    "1 failed": State("1 in flight", (f"model fail 1 {FAIL}",), "1", "failed 1"),
    "1 retried, late document": State(
        "1 failed", ("person retry", "agent writes 1"), "1", "launch 1"
    ),
    "1 again in flight, late document": State(
        "1 retried, late document", ("model brief 1",), "1", "running 1"
    ),
    "1 due paused": State("1 due", ("person pause",), "1", "paused", PAUSED),
    "1 due resumed": State("1 due paused", ("person resume",), "1", "launch 1"),
    "2 due": State("1 valid", ("model complete 1",), "2", "launch 2"),
    "2 due noted": State("2 due", ("model note 'DB failed over 02:50'",), "2", "launch 2"),
    "2 raised by a model": State(
        "2 due", ("model severity P0",), "2", "launch 2", {"severity": "P0"}
    ),
    "2 in flight": State("2 due", ("model brief 2",), "2", "running 2"),
    "corrupt": State("2 due", ("somebody spoils state.json",), "", "exit 65"),
    "3 due": State("2 in flight", ("agent writes 2", "model complete 2"), "3", "launch 3"),
    "3 in flight": State("3 due", ("model brief 3",), "3", "running 3"),
    "3 failed": State("3 in flight", (f"model fail 3 {FAIL}",), "3", "failed 3"),
    "3 failed paused": State("3 failed", ("person pause",), "3", "paused", PAUSED),
    "3 retried": State("3 failed", ("person retry",), "3", "launch 3"),
    "3 in flight paused": State("3 in flight", ("person pause",), "3", "paused", PAUSED),
    "3 valid paused": State("3 in flight paused", ("agent writes 3",), "3", "paused", PAUSED),
    "3 valid": State("3 in flight", ("agent writes 3",), "3", "finish 3"),
    # Checkpoint 1
    "cp1": State("3 valid", ("model complete 3",), "cp1", "checkpoint 1"),
    "cp1 paused": State("cp1", ("person pause",), "cp1", "paused", PAUSED),
    "cp1 edited": State("cp1", ("somebody appends 02-observability.md",), "cp1", "checkpoint 1"),
    "cp1 edited, shown": State("cp1 edited", ("model next",), "cp1", "checkpoint 1"),
    "cp1 edited to P0": State(
        "cp1",
        ("somebody replaces 01-classification.md P1 P0",),
        *("cp1", "checkpoint 1", {"severity": "P0"}),
    ),
    "cp1 edited to P0, shown": State(
        "cp1 edited to P0", ("model next",), "cp1", "checkpoint 1", {"severity": "P0"}
    ),
    "cp1 broken": State(
        "cp1",
        ("somebody replaces 02-observability.md '## LOG_PATTERNS' '## LOGS'",),
        *("cp1", "exit 1"),
    ),
    "cp1 mended": State(
        "cp1 broken", ("somebody mends 02-observability.md",), "cp1", "checkpoint 1"
    ),
    "cp1 changes": State("cp1", ("person request-changes",), "cp1", "reopen 1 1 2 3"),
    "cp1 changes paused": State("cp1 changes", ("person pause",), "cp1", "paused", PAUSED),
    "cp1 severity P3": State(
        "cp1 changes", ("model severity P3",), "cp1", "checkpoint 1", {"severity": "P3"}
    ),
    "cp1 severity P3, shown": State(
        "cp1 severity P3", ("model next",), "cp1", "checkpoint 1", {"severity": "P3"}
    ),
    "cp1 reopened 1": State("cp1 changes", ("model reopen --from 1",), "1", "launch 1"),
    "cp1 reopened 2": State("cp1 changes", ("model reopen --from 2",), "2", "launch 2"),
    "cp1 reopened 3": State("cp1 changes", ("model reopen --from 3",), "3", "launch 3"),
    "cp1 severity P3, reopened 1, valid": State(
        "cp1 severity P3",
        ("model reopen --from 1", "model brief 1", "agent writes 1"),
        *("1", "finish 1", {"severity": "P3"}),
    ),
    "cp1 raised, reopened 1, valid P2": State(
        "cp1",
        (
            *("model severity P0", "model next", "person request-changes", "model reopen --from 1"),
            *("model brief 1", "agent writes 1 SEVERITY=P2"),
        ),
        *("1", "finish 1", {"severity": "P0"}),
    ),
    "cp1 reopened 3, valid": State(
        "cp1 reopened 3", ("model brief 3", "agent writes 3"), "3", "finish 3"
    ),
    "closed at cp1": State(
        "cp1", ("person close --reason 'a false alarm'",), "closed at cp1", "complete"
    ),
    # Phase 2
    "4 due": State("cp1", ("person approve",), "4", "launch 4"),
    "4 in flight": State("4 due", ("model brief 4",), "4", "running 4"),
    "4 valid": State("4 in flight", ("agent writes 4",), "4", "finish 4"),
    "5+6 due": State("4 valid", ("model complete 4",), "5", "launch 5 6"),
    "5 in flight, 6 due": State("5+6 due", ("model brief 5",), "5", "launch 6"),
    "5 due, 6 in flight": State("5+6 due", ("model brief 6",), "5", "launch 5"),
    "5 valid, 6 due": State("5 in flight, 6 due", ("agent writes 5",), "5", "finish 5"),
    "5+6 in flight": State("5 in flight, 6 due", ("model brief 6",), "5", "running 5 6"),
    "5 valid, 6 in flight": State("5+6 in flight", ("agent writes 5",), "5", "finish 5"),
    "5 in flight, 6 valid": State("5+6 in flight", ("agent writes 6",), "5", "finish 6"),
    "5+6 valid": State("5 valid, 6 in flight", ("agent writes 6",), "5", "finish 5"),
    "5 done, 6 in flight": State(
        "5 valid, 6 in flight", ("model complete 5",), "5 done", "running 6"
    ),
    "5 in flight, 6 done": State(
        "5 in flight, 6 valid", ("model complete 6",), "6 done", "running 5"
    ),
    "5 done, 6 valid": State("5 done, 6 in flight", ("agent writes 6",), "5 done", "finish 6"),
    "5 valid, 6 done": State("5 in flight, 6 done", ("agent writes 5",), "6 done", "finish 5"),
    "5 done, 6 due": State("5 valid, 6 due", ("model complete 5",), "5 done", "launch 6"),
    "5 due, 6 done": State(
        "5 due, 6 in flight", ("agent writes 6", "model complete 6"), "6 done", "launch 5"
    ),
    "5+6 in flight paused": State("5+6 in flight", ("person pause",), "5", "paused", PAUSED),
    "5 done, 6 in flight, paused": State(
        "5+6 in flight paused",
        ("agent writes 5", "model complete 5"),
        *("5 done", "paused", PAUSED),
    ),
    "5 failed, 6 in flight": State("5+6 in flight", (f"model fail 5 {FAIL}",), "5", "failed 5"),
    "5 in flight, 6 failed": State("5+6 in flight", (f"model fail 6 {FAIL}",), "5", "failed 6"),
    "5 failed, 6 valid": State("5 failed, 6 in flight", ("agent writes 6",), "5", "failed 5"),
    "5 failed, 6 done": State("5 failed, 6 valid", ("model complete 6",), "6 done", "failed 5"),
    "5+6 failed": State("5 failed, 6 in flight", (f"model fail 6 {FAIL}",), "5", "failed 5 6"),
    "to consolidate": State("5 done, 6 valid", ("model complete 6",), "both done", "consolidate"),
    # Checkpoint 2
    "cp2": State("to consolidate", (SYNTHESISED,), "cp2", "checkpoint 2"),
    "cp2 paused": State("cp2", ("person pause",), "cp2", "paused", PAUSED),
    "cp2 edited 02": State("cp2", ("somebody appends 02-observability.md",), "cp2", "checkpoint 2"),
    "cp2 edited 05a": State("cp2", ("somebody appends 05a-security.md",), "cp2", "checkpoint 2"),
    "cp2 edited 05a, shown": State("cp2 edited 05a", ("model next",), "cp2", "checkpoint 2"),
    "cp2 edited 05": State("cp2", ("somebody appends 05-investigation.md",), "cp2", "checkpoint 2"),
    "cp2 edited 05, shown": State("cp2 edited 05", ("model next",), "cp2", "checkpoint 2"),
    "cp2 edited 05 and 05a": State(
        "cp2 edited 05", ("somebody appends 05a-security.md",), "cp2", "checkpoint 2"
    ),
    "cp2 broken": State(
        "cp2", ("somebody replaces 04-debugging.md '## ROOT_CAUSE' '## CAUSE'",), "cp2", "exit 1"
    ),
    "cp2 changes": State("cp2", ("person request-changes",), "cp2", "reopen 2 4 5 6"),
    "cp2 severity P0": State(
        "cp2 changes", ("model severity P0",), "cp2", "checkpoint 2", {"severity": "P0"}
    ),
    "cp2 reopened 4": State("cp2 changes", ("model reopen --from 4",), "4", "launch 4"),
    "cp2 reopened 5": State("cp2 changes", ("model reopen --from 5",), "6 done", "launch 5"),
    "cp2 reopened 6": State("cp2 changes", ("model reopen --from 6",), "5 done", "launch 6"),
    "cp2 reopened 5, valid": State(
        "cp2 reopened 5", ("model brief 5", "agent writes 5"), "6 done", "finish 5"
    ),
    "closed at cp2": State(
        "cp2 paused",
        ("person close --reason 'over already'",),
        *("cp2", "complete", {"status": "complete", "current_step": "complete"}),
    ),
    # Phase 3
    "7 due": State("cp2", ("person approve",), "7", "launch 7"),
    "7 in flight": State("7 due", ("model brief 7",), "7", "running 7"),
    "8 due": State("7 in flight", ("agent writes 7", "model complete 7"), "8", "launch 8"),
    "8 in flight": State("8 due", ("model brief 8",), "8", "running 8"),
    "8 not ready to say": State(
        "8 in flight", ("agent writes 8 'ROLLBACK_READINESS=Perhaps'",), "8", "running 8"
    ),
    "8 valid": State("8 in flight", ("agent writes 8",), "8", "finish 8"),
    "8 failed": State("8 in flight", (f"model fail 8 {FAIL}",), "8", "failed 8"),
    "8 failed paused": State("8 failed", ("person pause",), "8", "paused", PAUSED),
    "8 rollback due": State("8 failed", ("person rollback",), "rollback of 8", "launch rollback"),
    "8 rolled back": State("8 rollback due", _step("rollback"), "rolled back 8", "rolled-back"),
    "cp3": State("8 valid", ("model complete 8",), "cp3", "checkpoint 3"),
    "cp3 paused": State("cp3", ("person pause",), "cp3", "paused", PAUSED),
    "cp3 edited": State("cp3", ("somebody appends 07-deployment.md",), "cp3", "checkpoint 3"),
    "cp3 edited, shown": State("cp3 edited", ("model next",), "cp3", "checkpoint 3"),
    "cp3 edited 04": State("cp3", ("somebody appends 04-debugging.md",), "cp3", "checkpoint 3"),
    "cp3 broken": State(
        "cp3", ("somebody replaces 06-fix.md '## VALIDATION_PLAN' '## PLAN'",), "cp3", "exit 1"
    ),
    "rollback due": State("cp3", ("person rollback",), "rollback", "launch rollback"),
    "rollback in flight": State(
        "rollback due", ("model brief rollback",), "rollback", "running rollback"
    ),
    "rollback invalid": State(
        "rollback in flight",
        ("agent writes rollback NEXT_FIX_CONSTRAINTS=",),
        *("rollback", "running rollback"),
    ),
    "rollback valid": State(
        "rollback in flight", ("agent writes rollback",), "rollback", "finish rollback"
    ),
    "rollback failed": State(
        "rollback in flight", (f"model fail rollback {FAIL}",), "rollback", "failed rollback"
    ),
    "rolled back": State(
        "rollback valid", ("model complete rollback",), "rolled back", "rolled-back"
    ),
    "rolled back paused": State("rolled back", ("person pause",), "rolled back", "paused", PAUSED),
    "new fix": State("rolled back", ("person decide 'New fix'",), "7 anew", "launch 7"),
    "cp3 anew": State("new fix", _step(7, 8), "cp3 anew", "checkpoint 3"),
    "rolled back twice": State(
        "cp3 anew", ("person rollback", *_step("rollback")), "rolled back", "rolled-back"
    ),
    "investigate again": State(
        "rolled back", ("person decide 'Investigate again'",), "4 anew", "launch 4"
    ),
    "cp2 anew": State(
        "investigate again", (*_step(4, 5, 6), SYNTHESISED), "cp2 anew", "checkpoint 2"
    ),
    "7 investigated anew": State(
        "cp2 anew", ("person approve",), "7 investigated anew", "launch 7"
    ),
    # Phases 4 and 5
    "9 due": State("cp3", ("person approve",), "9", "launch 9"),
    "10 due": State("9 due", _step(9), "10", "launch 10"),
    "10 in flight": State("10 due", ("model brief 10",), "10", "running 10"),
    "10 valid": State("10 in flight", ("agent writes 10",), "10", "finish 10"),
    "11 due": State("10 valid", ("model complete 10",), "11", "launch 11"),
    "12 due": State("11 due", _step(11), "12", "launch 12"),
    "13 due": State("12 due", _step(12), "13", "launch 13"),
    "13 valid": State("13 due", ("model brief 13", "agent writes 13"), "13", "finish 13"),
    "complete": State("13 valid", ("model complete 13",), "end", "complete"),
    # Archive
    "archived": State("4 due", ("person archive",), "", "none"),
    "restored": State("archived", ("person restore ID",), "4", "paused", PAUSED),
    "archived complete": State("complete", ("person archive",), "", "none"),
    "restored complete": State("archived complete", ("person restore ID",), "end", "complete"),
    "archived in flight": State("2 in flight", ("person archive",), "", "none"),
    "restored in flight": State(
        "archived in flight", ("person restore ID",), "2", "paused", PAUSED
    ),
    "archived at cp1": State("cp1", ("person archive",), "", "none"),
    "restored at cp1": State("archived at cp1", ("person restore ID",), "cp1", "paused", PAUSED),
    "one archived, one closed": State(
        "archived",
        ("model start 'Search is slow'", "person close --reason 'a false alarm'"),
        "1",
        "complete",
        {"incident": "Search is slow", "status": "complete", "current_step": "complete"},
    ),
}

OWNED = f's1 types "{INCIDENT}" --severity P0'
P0 = {"severity": "P0"}

# Where the client's hooks are alive, the session that typed the command owns the incident.
STATES |= {
    "owned": State("none", (OWNED,), "1", "launch 1", P0),
    "owned, seen by s2": State("owned", (), "1", "existing", P0, "other"),
    "owned, claimed": State("owned", ("s1 calls 1",), "1", "running 1", P0),
    "owned, in flight": State("owned, claimed", ("s1 begins 1",), "1", "running 1", P0),
    "owned, in flight, valid": State("owned, in flight", ("agent writes 1",), "1", "running 1", P0),
    "owned, sent back": State("owned, in flight", ("s1 ends 1",), "1", "running 1", P0),
    "owned, ended": State("owned, in flight, valid", ("s1 ends 1",), "1", "finish 1", P0),
    "owned, 1 complete": State("owned, ended", ("model complete 1",), "2", "launch 2"),
    "owned, failed": State("owned, sent back", ("s1 ends 1 again",), "1", "failed 1", P0),
    "owned, failed, asked": State("owned, failed", ("s1 asks",), "1", "failed 1", P0),
    "owned, cp1": State("owned, 1 complete", (*_hooked(2), *_hooked(3)), "cp1", "checkpoint 1"),
    "owned, cp1 asked": State("owned, cp1", ("s1 asks",), "cp1", "checkpoint 1"),
    "owned, cp1 asked, edited": State(
        "owned, cp1 asked", ("somebody appends 02-observability.md",), "cp1", "checkpoint 1"
    ),
    "owned, cp1 changes": State(
        "owned, cp1 asked", ("s1 answers Request changes",), "cp1", "reopen 1 1 2 3"
    ),
    "owned, 4 due": State("owned, cp1 asked", ("s1 answers Approve",), "4", "launch 4"),
    "owned, cp1 paused": State("owned, cp1 asked", ("s1 answers Pause",), "cp1", "paused", PAUSED),
    "owned, closed": State("owned, cp1 asked", ("s1 answers Close",), "closed at cp1", "complete"),
    "owned, new description": State("owned", ('s1 types "Search is slow"',), "1", "existing", P0),
    "owned, new description, asked": State(
        "owned, new description", ("s1 asks",), "1", "existing", P0
    ),
    "owned, taken over?": State("owned", ("s2 types ",), "1", "existing", P0, "other"),
    "owned, taken over?, asked": State(
        "owned, taken over?", ("s2 asks",), "1", "existing", P0, "other"
    ),
    "owned by s2": State(
        "owned, taken over?, asked", ("s2 answers Take over",), "1", "launch 1", P0, "other"
    ),
    "owned by s2, seen by s1": State("owned by s2", (), "1", "existing", P0),
    "owned, complete, new description": State(
        "owned, closed", ('s1 types "Search is slow"',), "closed at cp1", "existing"
    ),
    "owned, complete, new description, asked": State(
        "owned, complete, new description", ("s1 asks",), "closed at cp1", "existing"
    ),
}


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


def _rows(state: str, on: On) -> list[Row]:
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
CLOSED = {"status": "complete", "current_step": "complete"}
ANOTHER = {"incident": "Another"}
TO_6 = "01 02 03 04 05a 05b 05 06"
END = "close --reason 'over already'"

EVENTS: dict[str, list[On]] = {
    "none": [
        On("P", START, to="1 due"),
        On("M", "start -", to="1 due"),
        On("M", f"{START} --severity P7", 2),
        On("M", "start", 2),
        On("M", "status", 66),
        On("M", "brief 1", 66),
        On("M", "complete 1", 66),
        On("M", "severity P0", 66),
        On("M", "note 'DB failed over'", 66),
        On("MP", "approve", 66),
        On("P", "retry", 66),
        On("P", "pause", 66),
        On("P", END, 66),
        On("P", "resume", 66),
        On("P", "archive", 66),
    ],
    "1 due": [
        On("NP", "brief 1", to="1 in flight"),
        On("M", "brief 2", 1),
        On("M", "complete 1", 1),
        On("M", "complete 2", 1),
        On("M", START),
        On("P", "start Another", 1),
        On("M", "start Another --fresh", 1),
        On("P", "start Another --fresh", to="1 due", fields=ANOTHER),
        On("N", "status"),
        On("N", "note 'DB failed over 02:50'"),
        On("M", "note 'We are looking into it' --update"),
        On("N", "severity P0", fields=P0),
        On("N", "severity P3", 1),
        On("P", "severity P3", fields=P3),
        On("P", "approve", 1),
        On("P", "retry", 1),
        On("P", "reopen --from 1", 1),
        On("M", "consolidate -", 1),
        On("M", f"fail 2 {FAIL}", 1),
        On("N", "pause", 1),
        On("N", END, 1),
        On("P", END, next="complete", fields=CLOSED),
        On("P", "resume"),
        On("N", "archive", 1),
        On("P", "archive", to="none"),
        On("P", "restore INC-20260101-000000-0000", 1),
    ],
    # Wrong usage, in whatever state
    "2 due": [
        On("M", "severity P7", 2),
        On("M", "severity", 2),
        On("M", "brief 14", 2),
        On("M", "complete x", 2),
        On("M", "fail 2", 2),
        On("M", "reopen", 2),
        On("M", "note", 2),
        On("P", "decide", 2),
        On("M", "frobnicate", 2),
        # and what is due
        On("O", "complete 1"),
        On("M", f"fail 1 {FAIL}", 1),
    ],
    "1 in flight": [
        On("O", "brief 1"),
        On("M", "brief 2", 1),
        On("M", "complete 1", 1),
        On("P", f"fail 1 {FAIL}", to="1 failed"),
        On("M", "note 'DB failed over 02:50'"),
        On("P", "resume"),
        On("P", "pause", next="paused", fields=PAUSED),
        On("P", END, next="complete", fields=CLOSED),
    ],
    "1 invalid": [On("M", "complete 1", 1), On("M", "brief 1")],
    "1 severity unreadable": [On("M", "complete 1", 1)],
    "1 valid": [
        On("PO", "complete 1", to="2 due"),
        On("M", "brief 2", 1),
    ],
    "1 valid P0": [On("M", "complete 1", to="2 due", fields=P0)],
    "1 declared P0, valid P2": [On("M", "complete 1", to="2 due", fields=P2)],
    "1 person's P0": [On("P", "severity P0"), On("M", "severity P2", 1)],
    "1 person's P0, valid P2": [On("M", "complete 1", to="2 due", fields=P0)],
    "1 failed": [On("M", f"fail 1 {FAIL}"), On("P", "retry", to="1 due")],
    "1 retried, late document": [On("M", "complete 1", 1), On("P", "retry")],
    "1 again in flight, late document": [On("M", "complete 1", 1)],
    "1 due paused": [
        On("M", "resume", 1),
        On("P", "pause"),
        On("M", "brief 1", 1),
        On("M", "note 'DB failed over 02:50'"),
        On("M", "severity P0", fields=P0),
        On("P", END, next="complete", fields=CLOSED),
    ],
    "1 due resumed": [On("P", "resume")],
    "2 due noted": [On("M", "note 'DB failed over 02:50'")],
    "2 raised by a model": [
        On("M", "severity P0"),
        On("M", "severity P1", 1),
        On("P", "severity P1", to="2 due"),
    ],
    "corrupt": [
        On("P", "status", 65),
        On("M", "start Another", 65),
        On("M", "complete 1", 65),
        On("M", "note 'DB failed over'", 65),
        On("P", "approve", 65),
        On("P", "resume", 65),
    ],
    "3 failed": [
        On("M", "retry", 1),
        On("P", "decide Retry", to="3 retried"),
        On("M", "brief 3", 1),
        On("M", "complete 3", 1),
        On("P", "decide Rollback", 1),
        On("P", "approve", 1),
        On("P", "decide Pause", to="3 failed paused"),
        On("M", "severity P0", fields=P0),
    ],
    "3 failed paused": [On("P", "resume", to="3 failed"), On("P", "retry", 1)],
    "3 retried": [On("P", "retry"), On("M", "brief 3", next="running 3")],
    "3 in flight paused": [
        On("M", "complete 3", 1),
        On("P", "resume", to="3 in flight"),
    ],
    "3 valid paused": [On("M", "complete 3", to="cp1 paused")],
    "cp1": [
        On("M", "approve", 1),
        On("P", "decide Approve", to="4 due"),
        On("M", "request-changes", 1),
        On("P", "decide 'Request changes'", to="cp1 changes"),
        On("P", "decide Pause", to="cp1 paused"),
        On("N", END, 1),
        On("P", "decide Close", to="closed at cp1"),
        On("P", "rollback", 1),
        On("P", "retry", 1),
        On("MP", "reopen --from 1", 1),
        On("M", "complete 3"),
        On("M", "complete 4", 1),
        On("M", "brief 4", 1),
        On("M", "consolidate -", 1),
        On("M", "severity P0", fields=P0),
        On("M", "severity P3", 1),
        On("P", "severity P3", fields=P3),
        On("M", "note 'DB failed over 02:50'"),
    ],
    "cp1 paused": [
        On("P", "approve", 1),
        On("P", "resume", to="cp1"),
        On("M", "brief 4", 1),
    ],
    "cp1 edited": [On("P", "approve", 1)],
    "cp1 edited, shown": [On("P", "approve", to="4 due")],
    "cp1 edited to P0": [On("P", "approve", 1)],
    "cp1 edited to P0, shown": [On("P", "approve", to="4 due", fields=P0)],
    "cp1 broken": [On("P", "approve", 1)],
    "cp1 mended": [On("P", "approve", to="4 due")],
    "cp1 changes": [
        On("O", "reopen --from 1", to="cp1 reopened 1"),
        On("M", "reopen --from 2 --note 'look at the cache'", to="cp1 reopened 2"),
        On("M", "reopen --from 4", 1),
        On("P", "severity P3", to="cp1 severity P3"),
        On("M", "severity P0", next="checkpoint 1", fields=P0),
        On("P", "approve", 1),
        On("P", "request-changes"),
        On("M", "brief 4", 1),
    ],
    "cp1 changes paused": [On("P", "resume", to="cp1 changes")],
    "cp1 severity P3": [
        On("M", "severity P3"),
        On("M", "reopen --from 2", to="cp1 reopened 2", fields=P3),
    ],
    "cp1 severity P3, shown": [
        On("P", "approve", to="4 due", fields=P3),
        On("P", "request-changes", to="cp1 changes", fields=P3),
    ],
    "cp1 reopened 1": [On("M", "reopen --from 1"), On("M", "complete 1", 1)],
    "cp1 reopened 2": [
        On("M", "brief 3", 1),
        On("M", "complete 1"),
        On("P", "approve", 1),
    ],
    "cp1 reopened 3, valid": [On("M", "complete 3", to="cp1")],
    "cp1 severity P3, reopened 1, valid": [On("M", "complete 1", to="2 due", fields=P3)],
    "cp1 raised, reopened 1, valid P2": [On("M", "complete 1", to="2 due", fields=P2)],
    "closed at cp1": [
        On("P", "close --reason 'a false alarm'"),
        On("M", "complete 3"),
        On("M", "brief 4", 1),
        On("M", "severity P0", 1),
        On("P", "severity P0", fields=P0),
        On("M", "note 'DB failed over 02:50'"),
        On("P", "resume"),
    ],
    # Every step out of turn
    "4 due": [
        On("P", "approve"),
        On("M", "complete 1..3"),
        On("M", "complete 4..13", 1),
        On("M", "complete rollback", 1),
        On("M", "brief 5..13", 1),
        On("M", "brief rollback", 1),
        On("P", "rollback", 1),
    ],
    "4 in flight": [On("P", END, next="complete", fields=CLOSED)],
    "5+6 due": [
        On("M", "complete 5..6", 1),
        On("M", "consolidate -", 1),
    ],
    "5 in flight, 6 due": [On("M", "brief 5"), On("M", f"fail 5 {FAIL}", next="failed 5")],
    "5 valid, 6 due": [On("M", "complete 6", 1), On("M", "brief 6", next="finish 5")],
    "5+6 in flight": [
        On("M", "brief 5..6"),
        On("M", "complete 5..6", 1),
        On("M", "consolidate -", 1),
    ],
    "5+6 in flight paused": [
        On("P", "resume", to="5+6 in flight"),
        On("M", "complete 5", 1),
    ],
    "5 done, 6 in flight, paused": [On("P", "resume", to="5 done, 6 in flight")],
    "5+6 valid": [
        On("M", "complete 5", to="5 done, 6 valid"),
        On("M", "complete 6", to="5 valid, 6 done"),
        On("M", "consolidate -", 1),
    ],
    "5 valid, 6 in flight": [On("M", "complete 6", 1)],
    "5 done, 6 in flight": [
        On("M", "complete 6", 1),
        On("M", "consolidate -", 1),
    ],
    "5 valid, 6 done": [On("M", "complete 5", to="to consolidate")],
    "5 done, 6 due": [
        On("M", "brief 6", to="5 done, 6 in flight"),
        On("M", "consolidate -", 1),
    ],
    "5 due, 6 done": [
        On("M", "complete 6"),
        On("M", "brief 5", to="5 in flight, 6 done"),
    ],
    "5 failed, 6 in flight": [
        On("P", "retry", next="launch 5"),
        On("M", "complete 6", 1),
        On("M", "brief 5", 1),
    ],
    "5 in flight, 6 failed": [
        On("P", "retry", next="launch 6"),
        On("M", f"fail 5 {FAIL}", to="5+6 failed"),
    ],
    "5 failed, 6 done": [
        On("P", "retry", to="5 due, 6 done"),
        On("M", "consolidate -", 1),
    ],
    "5+6 failed": [
        On("P", "retry", to="5+6 due"),
        On("P", "decide Rollback", 1),
        On("M", "brief 5", 1),
    ],
    "to consolidate": [
        On("P", "consolidate -", to="cp2"),
        On("M", "brief 7", 1),
        On("P", "approve", 1),
    ],
    "cp2": [
        On("M", "approve", 1),
        On("P", "decide Approve", to="7 due"),
        On("P", "decide 'Request changes'", to="cp2 changes"),
        On("P", "decide Close", 1),
        On("M", "consolidate -"),
        On("M", "reopen --from 4", 1),
        On("M", "brief 7", 1),
        On("M", "severity P0", fields=P0),
    ],
    "cp2 paused": [On("P", "resume", to="cp2")],
    "cp2 edited 02": [On("P", "approve", to="7 due")],
    "cp2 edited 05a": [On("P", "approve", 1)],
    "cp2 edited 05a, shown": [On("P", "approve", to="7 due")],
    "cp2 edited 05": [On("P", "approve", 1)],
    "cp2 edited 05, shown": [On("P", "approve", to="7 due")],
    "cp2 broken": [On("P", "approve", 1)],
    "cp2 changes": [
        On("M", "reopen --from 3", 1),
        On("M", "severity P3", next="checkpoint 2", fields=P3),
        On("P", "approve", 1),
    ],
    "cp2 severity P0": [On("M", "reopen --from 6", to="cp2 reopened 6", fields=P0)],
    "cp2 reopened 4": [On("M", "complete 4", 1)],
    "cp2 reopened 5": [
        On("M", "brief 5", next="running 5"),
        On("M", "complete 6"),
        On("M", "consolidate -", 1),
    ],
    "cp2 reopened 5, valid": [On("M", "complete 5", to="to consolidate")],
    "7 due": [
        On("P", "approve"),
        On("M", "brief 8", 1),
        On("M", "consolidate -", 1),
    ],
    "8 due": [On("P", "rollback", 1)],
    "8 in flight": [
        On("P", "rollback", 1),
        On("M", "brief rollback", 1),
    ],
    "8 not ready to say": [On("M", "complete 8", 1)],
    "8 failed": [
        On("P", "retry", to="8 due"),
        On("M", "rollback", 1),
        On("P", "decide Rollback", to="8 rollback due"),
        On("M", "brief 8", 1),
        On("M", "complete 8", 1),
    ],
    "8 failed paused": [On("P", "resume", to="8 failed"), On("P", "rollback", 1)],
    "8 rollback due": [On("M", "complete 8", 1)],
    "8 rolled back": [
        On("P", "decide 'New fix'", to="new fix"),
        On("P", "decide 'Investigate again'", to="investigate again"),
    ],
    "cp3": [
        On("M", "approve", 1),
        On("P", "decide Approve", to="9 due"),
        On("N", "rollback", 1),
        On("P", "decide Rollback", to="rollback due"),
        On("P", "decide 'Request changes'", 1),
        On("P", "decide Close", 1),
        On("P", "decide Pause", to="cp3 paused"),
        On("M", "brief 9", 1),
        On("M", "brief rollback", 1),
        On("P", END, next="complete", fields=CLOSED),
    ],
    "cp3 paused": [On("P", "resume", to="cp3"), On("P", "rollback", 1)],
    "cp3 edited": [On("P", "approve", 1)],
    "cp3 edited, shown": [On("P", "approve", to="9 due")],
    "cp3 edited 04": [On("P", "approve", to="9 due")],
    "cp3 broken": [On("P", "approve", 1)],
    "rollback due": [
        On("P", "rollback"),
        On("N", "brief rollback", to="rollback in flight"),
        On("M", "complete rollback", 1),
        On("M", "complete 8"),
        On("P", "decide 'New fix'", 1),
        On("P", "pause", next="paused", fields=PAUSED),
    ],
    "rollback in flight": [
        On("M", "brief rollback"),
        On("M", "complete rollback", 1),
        On("P", "decide 'New fix'", 1),
    ],
    "rollback invalid": [On("M", "complete rollback", 1)],
    "rollback failed": [
        On("M", "retry", 1),
        On("P", "retry", to="rollback due"),
        On("P", "decide 'New fix'", 1),
    ],
    "rolled back": [
        On("N", "decide 'New fix'", 1),
        On("M", "decide 'Investigate again'", 1),
        On("P", "decide Pause", to="rolled back paused"),
        On("P", "approve", 1),
        On("M", "brief 7", 1),
        On("M", "complete rollback"),
    ],
    "rolled back paused": [
        On("P", "resume", to="rolled back"),
        On("P", "decide 'New fix'", 1),
    ],
    "new fix": [
        On("P", "decide 'New fix'"),
        On("M", "brief 8", 1),
        On("M", "complete 7", 1),
    ],
    "cp3 anew": [
        On("P", "approve", to="9 due", fields={"files_created": names(f"{TO_6} 07 07r")}),
    ],
    "rolled back twice": [On("P", "decide 'Investigate again'", to="investigate again")],
    "investigate again": [
        On("P", "decide 'Investigate again'"),
        On("M", "complete 4", 1),
        On("M", "brief 7", 1),
    ],
    "9 due": [On("P", "approve"), On("P", "rollback", 1)],
    "10 valid": [On("M", "brief 11", 1)],
    "11 due": [On("M", "complete 10"), On("M", "complete 11", 1)],
    "13 valid": [On("P", "complete 13", to="complete")],
    "complete": [
        On("M", "complete 13"),
        On("P", "approve", 1),
        On("P", "pause", 1),
        On("P", END, 1),
        On("M", "consolidate -", 1),
        On("M", "severity P0", 1),
        On("P", "severity P0", fields=P0),
        On("M", "note 'The credit was sent'"),
        On("P", "resume"),
        On("M", "start Another --fresh", 1),
        On("P", "start Another", 1),
        On("P", "start Another --fresh", to="1 due", fields=ANOTHER),
    ],
    "archived": [
        On("M", "restore ID", 1),
        On("P", "archive", 66),
        On("M", START, to="1 due"),
    ],
    "restored": [
        On("P", "resume", to="4 due"),
        On("P", "restore ID"),
        On("M", "brief 4", 1),
    ],
    "restored in flight": [On("P", "resume", to="2 due")],
    "restored at cp1": [On("P", "resume", to="cp1"), On("P", "approve", 1)],
    "one archived, one closed": [
        On("M", "restore ID", 1),
        On("P", "restore ID", to="restored"),
    ],
}

# The client's events; `model` is the session s1 that owns the incident, `other` one that does not.
EVENTS_UNDER_HOOKS: dict[str, list[On]] = {
    "corrupt": [
        On("-", "s1 types ", next="exit 65"),
        On("-", 's1 types "Search is slow"', next="exit 65"),
    ],
    "none": [
        On("-", OWNED, to="owned"),
        On("-", f"s1 types {INCIDENT}", to="1 due"),
        On("-", "s1 types "),
        On("-", 's1 types "Search is slow" --severity P7'),
        On("-", 's1 types "Search is slow" --severity P1 --severity=P2'),
    ],
    "owned": [
        On("-", "s1 calls 1", to="owned, claimed"),
        On("-", "s1 types --severity P2", fields=P2),
        On("-", "s1 types "),
        On("-", 's1 types "Search is slow"', to="owned, new description"),
        On("M", "approve", 1),
        On("P", "pause", next="paused", fields=PAUSED),
        On("P", END, next="complete", fields=CLOSED),
    ],
    "owned, seen by s2": [
        On("O", "brief 1", 1),
        On("O", "complete 1", 1),
        On("O", f"fail 1 {FAIL}", 1),
        On("O", "start Another", 1),
        On("O", "status"),
        On("O", "note 'DB failed over 02:50'"),
    ],
    "owned, claimed": [
        On("-", "s1 calls 1", verdict="deny"),
        On("-", "s1 begins 1", to="owned, in flight"),
        On("M", "complete 1", 1),
    ],
    "owned, in flight": [
        On("M", "complete 1", 1),
        On("-", "s1 calls 1", verdict="deny"),
        On("-", "s1 ends 1", to="owned, sent back", verdict="block"),
        On("-", "s1 loses 1", to="owned, failed"),
        On("-", "s1 stops 1", to="owned"),
        On("-", "s1 idles 1"),
        On("-", "s1 idles ", to="owned"),
        On("-", "s1 opens resume", to="owned"),
        On("-", "s2 opens resume"),
        On("-", "s1 opens compact"),
        On("M", f"fail 1 {FAIL}", to="owned, failed"),
    ],
    "owned, in flight, valid": [
        On("M", "complete 1", 1),
        On("-", "s1 ends 1", to="owned, ended"),
    ],
    "owned, ended": [On("M", "complete 1", to="owned, 1 complete"), On("O", "complete 1", 1)],
    "owned, sent back": [On("M", "complete 1", 1)],
    "owned, failed": [On("M", "retry", 1), On("P", "retry", to="owned")],
    "owned, failed, asked": [
        On("-", "s1 answers Retry", to="owned"),
        On("-", "s1 answers Pause", next="paused", fields=PAUSED),
        On("-", "s1 answers Rollback"),
        On("-", "s1 answers "),
    ],
    "owned, cp1": [
        On("M", "approve", 1),
        On("P", "approve", to="owned, 4 due"),
        On("O", "reopen --from 1", 1),
    ],
    "owned, cp1 asked": [
        On("-", "s1 answers Approve", to="owned, 4 due"),
        On("-", "s1 answers Request changes", to="owned, cp1 changes"),
        On("-", "s1 answers Pause", to="owned, cp1 paused"),
        On("-", "s1 answers Close", to="owned, closed"),
        On("-", "s1 answers Rollback"),
        On("-", "s1 answers Is the cache warm again?"),
        On("-", "s1 answers "),
    ],
    "owned, cp1 asked, edited": [On("-", "s1 answers Approve")],
    "owned, cp1 changes": [
        On("M", "reopen --from 2", to="cp1 reopened 2"),
        On("M", "severity P3", next="checkpoint 1", fields=P3),
        On("O", "reopen --from 2", 1),
    ],
    "owned, cp1 paused": [
        On("-", "s1 types ", to="owned, cp1"),
        On("M", "resume", 1),
        On("P", "resume", to="owned, cp1"),
    ],
    "owned, new description, asked": [
        On("-", "s1 answers Resume", to="owned"),
        On("-", "s1 answers Start fresh", to="1 due", fields={"incident": "Search is slow"}),
        On("-", "s1 answers "),
    ],
    "owned, taken over?, asked": [
        On("-", "s2 answers Take over", to="owned by s2"),
        On("-", "s2 answers Leave"),
    ],
    "owned by s2, seen by s1": [On("M", "brief 1", 1), On("M", "complete 1", 1)],
    "owned, complete, new description, asked": [
        On("-", "s1 answers Start fresh", to="1 due", fields={"incident": "Search is slow"}),
        On("-", "s1 answers Leave", to="owned, closed"),
    ],
}

# A row that is how its state comes about is that state's own test.
ROWS = [
    row
    for table in (EVENTS, EVENTS_UNDER_HOOKS)
    for state, events in table.items()
    for on in events
    for row in _rows(state, on)
    if row.fields or not row.to or STATES[row.to][:2] != (state, (row.line,))
]
