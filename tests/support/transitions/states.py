"""The states of an incident by name: what led there, where it stands, what `next` says."""

from __future__ import annotations

from tests.support.transitions.places import (
    BY_HAND,
    CLOSED,
    FAIL,
    INCIDENT,
    PAUSED,
    START,
    SYNTHESISED,
    State,
    hooked,
    step,
)

STATES: dict[str, State] = {
    "none": State("", (), "", "none"),
    # Phase 1
    "1 due": State("none", (f"model {START}",), "1", "launch 1"),
    "1 declared P0": State(
        "none", (f"model {START} --severity P0",), "1", "launch 1", {"severity": "P0"}
    ),
    "1 person's P0": State("1 due", ("person severity P0",), "1", "launch 1", {"severity": "P0"}),
    "1 in flight": State("1 due", ("model launch 1",), "1", "running 1"),
    "1 invalid": State("1 in flight", ("agent writes 1 SLO_STATUS=",), "1", "running 1"),
    "1 severity unreadable": State(
        "1 in flight", ("agent writes 1 'SEVERITY=Probably P1'",), "1", "running 1"
    ),
    "1 valid": State("1 in flight", ("agent writes 1",), "1", "finish 1"),
    "1 valid P0": State("1 in flight", ("agent writes 1 SEVERITY=P0",), "1", "finish 1"),
    "1 declared P0, valid P2": State(
        "1 declared P0",
        ("model launch 1", "agent writes 1 SEVERITY=P2"),
        *("1", "finish 1", {"severity": "P0"}),
    ),
    "1 person's P0, valid P2": State(
        "1 person's P0",
        ("model launch 1", "agent writes 1 SEVERITY=P2"),
        *("1", "finish 1", {"severity": "P0"}),
    ),
    "1 failed": State("1 in flight", (f"model fail 1 {FAIL}",), "1", "failed 1"),
    "1 retried, late document": State(
        "1 failed", ("person retry", "agent writes 1"), "1", "launch 1"
    ),
    "1 again in flight, late document": State(
        "1 retried, late document", ("model launch 1",), "1", "running 1"
    ),
    "1 due paused": State("1 due", ("person pause",), "1", "paused", PAUSED),
    "1 due resumed": State("1 due paused", ("person resume",), "1", "launch 1"),
    "1 onset in words": State(
        "1 in flight", ("agent writes 1 'ONSET=around noon'",), "1", "running 1"
    ),
    "1 onset without a zone": State(
        "1 in flight", ("agent writes 1 'ONSET=2026-07-02T13:42'",), "1", "running 1"
    ),
    "2 due": State("1 valid", ("model complete 1",), "2", "launch 2"),
    "2 due noted": State("2 due", ("model note 'DB failed over 02:50'",), "2", "launch 2"),
    "2 raised by a model": State(
        "2 due", ("model severity P0",), "2", "launch 2", {"severity": "P0"}
    ),
    "2 in flight": State("2 due", ("model launch 2",), "2", "running 2"),
    "corrupt": State("2 due", ("somebody spoils state.json",), "", "exit 65"),
    "3 due": State("2 in flight", ("agent writes 2", "model complete 2"), "3", "launch 3"),
    "3 in flight": State("3 due", ("model launch 3",), "3", "running 3"),
    "3 in a word of its own": State(
        "3 in flight", ("agent writes 3 SERVICE_STATUS_AFTER=Better",), "3", "running 3"
    ),
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
        ("model reopen --from 1", "model launch 1", "agent writes 1"),
        *("1", "finish 1", {"severity": "P3"}),
    ),
    "cp1 raised, reopened 1, valid P2": State(
        "cp1",
        (
            *("model severity P0", "model next", "person request-changes", "model reopen --from 1"),
            *("model launch 1", "agent writes 1 SEVERITY=P2"),
        ),
        *("1", "finish 1", {"severity": "P0"}),
    ),
    "cp1 reopened 3, valid": State(
        "cp1 reopened 3", ("model launch 3", "agent writes 3"), "3", "finish 3"
    ),
    "closed at cp1": State(
        "cp1", ("person close --reason 'a false alarm'",), "closed at cp1", "complete"
    ),
    "cp1 closing": State("cp1", ("person decide Close",), "cp1", "checkpoint 1"),
    "cp1 closing paused": State("cp1 closing", ("person pause",), "cp1", "paused", PAUSED),
    "closed as a false alarm": State(
        "cp1 closing", ("person decide 'false alarm'",), "closed at cp1", "complete"
    ),
    # Phase 2
    "4 due": State("cp1", ("person approve",), "4", "launch 4"),
    "4 in flight": State("4 due", ("model launch 4",), "4", "running 4"),
    "4 valid": State("4 in flight", ("agent writes 4",), "4", "finish 4"),
    "5+6 due": State("4 valid", ("model complete 4",), "5", "launch 5 6"),
    "5 in flight, 6 due": State("5+6 due", ("model launch 5",), "5", "launch 6"),
    "5 due, 6 in flight": State("5+6 due", ("model launch 6",), "5", "launch 5"),
    "5 valid, 6 due": State("5 in flight, 6 due", ("agent writes 5",), "5", "finish 5"),
    "5+6 in flight": State("5 in flight, 6 due", ("model launch 6",), "5", "running 5 6"),
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
    "cp2 changes": State("cp2", ("person request-changes",), "cp2", "reopen 2 3 4 5 6"),
    "cp2 severity P0": State(
        "cp2 changes", ("model severity P0",), "cp2", "checkpoint 2", {"severity": "P0"}
    ),
    "cp2 reopened 3": State("cp2 changes", ("model reopen --from 3",), "3 redone", "launch 3"),
    "cp2 relieved": State(
        "cp2 reopened 3",
        ("model launch 3", "agent writes 3", "model complete 3"),
        *("cp2", "checkpoint 2"),
    ),
    "cp2 reopened 4": State("cp2 changes", ("model reopen --from 4",), "4", "launch 4"),
    "cp2 reopened 5": State("cp2 changes", ("model reopen --from 5",), "6 done", "launch 5"),
    "cp2 reopened 6": State("cp2 changes", ("model reopen --from 6",), "5 done", "launch 6"),
    "cp2 reopened 5, valid": State(
        "cp2 reopened 5", ("model launch 5", "agent writes 5"), "6 done", "finish 5"
    ),
    "closed at cp2": State(
        "cp2 paused",
        ("person close --reason 'over already'",),
        *("cp2", "complete", CLOSED),
    ),
    "cp2 closing": State("cp2", ("person decide Close",), "cp2", "checkpoint 2"),
    # Phase 3
    "7 due": State("cp2", ("person approve",), "7", "launch 7"),
    "7 in flight": State("7 due", ("model launch 7",), "7", "running 7"),
    "8 due": State("7 in flight", ("agent writes 7", "model complete 7"), "8", "launch 8"),
    "8 in flight": State("8 due", ("model launch 8",), "8", "running 8"),
    "8 not ready to say": State(
        "8 in flight", ("agent writes 8 'ROLLBACK_READINESS=Perhaps'",), "8", "running 8"
    ),
    "8 valid": State("8 in flight", ("agent writes 8",), "8", "finish 8"),
    "8 failed": State("8 in flight", (f"model fail 8 {FAIL}",), "8", "failed 8"),
    "8 failed paused": State("8 failed", ("person pause",), "8", "paused", PAUSED),
    "8 rollback due": State("8 failed", ("person rollback",), "rollback of 8", "launch rollback"),
    "8 rolled back": State("8 rollback due", step("rollback"), "rolled back 8", "rolled-back"),
    "cp3": State("8 valid", ("model complete 8",), "cp3", "checkpoint 3"),
    "cp3 paused": State("cp3", ("person pause",), "cp3", "paused", PAUSED),
    "cp3 changes": State("cp3", ("person decide 'Check again'",), "cp3", "reopen 3 8"),
    "cp3 checked again": State(
        "cp3 changes", ("model reopen --from 8 --note 'deployed by hand'",), "8", "launch 8"
    ),
    "cp3 undeployed": State(
        "8 in flight",
        (
            "agent writes 8 'DEPLOYMENT_STATUS=Not deployed' ROLLBACK_READINESS=No",
            "model complete 8",
        ),
        *("cp3", "checkpoint 3"),
    ),
    "cp3 closing": State("cp3 undeployed", ("person decide Close",), "cp3", "checkpoint 3"),
    "8 deployed in a word of its own": State(
        "8 in flight", ("agent writes 8 DEPLOYMENT_STATUS=Done",), "8", "running 8"
    ),
    "cp3 edited": State("cp3", ("somebody appends 07-deployment.md",), "cp3", "checkpoint 3"),
    "cp3 edited, shown": State("cp3 edited", ("model next",), "cp3", "checkpoint 3"),
    "cp3 edited 04": State("cp3", ("somebody appends 04-debugging.md",), "cp3", "checkpoint 3"),
    "cp3 broken": State(
        "cp3", ("somebody replaces 06-fix.md '## VALIDATION_PLAN' '## PLAN'",), "cp3", "exit 1"
    ),
    "rollback due": State("cp3", ("person rollback",), "rollback", "launch rollback"),
    "rollback in flight": State(
        "rollback due", ("model launch rollback",), "rollback", "running rollback"
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
    "closed before the rollback": State(
        "rollback due", ("person close --reason 'over already'",), "rollback", "complete", CLOSED
    ),
    "closed after 8 failed": State(
        "8 failed", ("person close --reason 'over already'",), "8", "complete", CLOSED
    ),
    "not rolled back": State(
        "rollback in flight",
        ("agent writes rollback 'ROLLBACK_STATUS=Not rolled back'", "model complete rollback"),
        *("rolled back", "rolled-back"),
    ),
    "rolled back by hand": State(
        "not rolled back", (f"person decide {BY_HAND}",), "rolled back", "rolled-back"
    ),
    "rolled back": State(
        "rollback valid", ("model complete rollback",), "rolled back", "rolled-back"
    ),
    "rolled back paused": State("rolled back", ("person pause",), "rolled back", "paused", PAUSED),
    "new fix": State("rolled back", ("person decide 'New fix'",), "7 anew", "launch 7"),
    "cp3 anew": State("new fix", step(7, 8), "cp3 anew", "checkpoint 3"),
    "rolled back twice": State(
        "cp3 anew", ("person rollback", *step("rollback")), "rolled back", "rolled-back"
    ),
    "investigate again": State(
        "rolled back", ("person decide 'Investigate again'",), "4 anew", "launch 4"
    ),
    "cp2 anew": State(
        "investigate again", (*step(4, 5, 6), SYNTHESISED), "cp2 anew", "checkpoint 2"
    ),
    "7 investigated anew": State(
        "cp2 anew", ("person approve",), "7 investigated anew", "launch 7"
    ),
    # Phases 4 and 5
    "9 due": State("cp3", ("person approve",), "9", "launch 9"),
    "10 due": State("9 due", step(9), "10", "launch 10"),
    "10 in flight": State("10 due", ("model launch 10",), "10", "running 10"),
    "10 valid": State("10 in flight", ("agent writes 10",), "10", "finish 10"),
    "11 due": State("10 valid", ("model complete 10",), "11", "launch 11"),
    "12 due": State("11 due", step(11), "12", "launch 12"),
    "13 due": State("12 due", step(12), "13", "launch 13"),
    "13 valid": State("13 due", ("model launch 13", "agent writes 13"), "13", "finish 13"),
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
    "owned, cp1": State("owned, 1 complete", (*hooked(2), *hooked(3)), "cp1", "checkpoint 1"),
    "owned, cp1 asked": State("owned, cp1", ("s1 asks",), "cp1", "checkpoint 1"),
    "owned, cp1 asked, edited": State(
        "owned, cp1 asked", ("somebody appends 02-observability.md",), "cp1", "checkpoint 1"
    ),
    "owned, cp1 changes": State(
        "owned, cp1 asked", ("s1 answers Request changes",), "cp1", "reopen 1 1 2 3"
    ),
    "owned, 4 due": State("owned, cp1 asked", ("s1 answers Approve",), "4", "launch 4"),
    "owned, cp1 paused": State("owned, cp1 asked", ("s1 answers Pause",), "cp1", "paused", PAUSED),
    "owned, cp1 closing": State("owned, cp1 asked", ("s1 answers Close",), "cp1", "checkpoint 1"),
    "owned, cp1 closing, asked": State("owned, cp1 closing", ("s1 asks",), "cp1", "checkpoint 1"),
    "owned, closed": State(
        "owned, cp1 closing, asked", ("s1 answers False alarm",), "closed at cp1", "complete"
    ),
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
