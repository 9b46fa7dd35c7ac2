"""Events of a client session with hooks, by state."""

from __future__ import annotations

from tests.support.transitions.places import CLOSED, FAIL, INCIDENT, PAUSED
from tests.support.transitions.rows import END, P2, P3, On
from tests.support.transitions.states import OWNED

EVENTS: dict[str, list[On]] = {
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
        On("O", "launch 1", 1),
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
        On("-", "s1 answers Close", to="owned, cp1 closing"),
        On("-", "s1 answers Rollback"),
        On("-", "s1 answers Is the cache warm again?"),
        On("-", "s1 answers "),
    ],
    "owned, cp1 closing, asked": [
        On("-", "s1 answers Duplicate", to="closed at cp1"),
        On("-", "s1 answers the probe was wrong, nobody was hurt", to="closed at cp1"),
        On("-", "s1 answers back", to="owned, cp1"),
        On("-", "s1 answers "),
        On("P", "pause", next="paused", fields=PAUSED),
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
    "owned by s2, seen by s1": [On("M", "launch 1", 1), On("M", "complete 1", 1)],
    "owned, complete, new description, asked": [
        On("-", "s1 answers Start fresh", to="1 due", fields={"incident": "Search is slow"}),
        On("-", "s1 answers Leave", to="owned, closed"),
    ],
}
