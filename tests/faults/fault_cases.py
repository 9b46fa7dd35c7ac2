"""What meets faults: every command that changes the state, every event of the client that does."""

from __future__ import annotations

from typing import NamedTuple

from tests.support.transitions.places import BY_HAND, FAIL

LEAK = "agent writes 1 'SLO_STATUS=It was called with password=correcthorsebattery1'"


class Case(NamedTuple):
    """A line of the transition table in one of its states, after what is told beforehand."""

    state: str
    line: str
    before: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the case is called in a test's report."""
        return f"{self.state}: {' and '.join((*self.before, self.line))}"


# Every command that changes the state, in each way in which it writes.
COMMANDS = tuple(
    Case(*words)
    for words in (
        ("none", 'model start "Checkout is down"'),
        ("1 due", "person start Another --fresh"),
        ("1 due", "model launch 1"),
        ("1 valid", "model complete 1"),
        ("1 in flight", "model complete 1", (LEAK,)),
        ("5 done, 6 valid", "model complete 6"),
        ("13 valid", "model complete 13"),
        ("to consolidate", "model consolidate -"),
        ("3 in flight", f"model fail 3 {FAIL}"),
        ("3 failed", "person retry"),
        ("cp1", "person approve"),
        ("cp1", "person request-changes"),
        ("cp1", "person request-changes --from 2 --note 'look at the cache'"),
        ("cp1 changes", "model reopen --from 1 --note 'Look at the queue'"),
        ("cp2 edited 05 and 05a", "nobody consolidate -"),
        ("cp2", "person decide Approve"),
        ("cp3", "person rollback"),
        ("rolled back", "person decide 'New fix'"),
        ("rolled back", "person decide 'Investigate again'"),
        ("rollback failed", f"person decide {BY_HAND}"),
        ("4 in flight", "person pause"),
        ("cp1 paused", "person resume"),
        ("cp1", "person close --reason 'a false alarm'"),
        ("closed before the rollback", "person reopen --note 'it is back'"),
        ("2 due", "model severity P0"),
        ("2 due", "person severity P3"),
        ("2 due", "model note 'DB failed over 02:50'"),
        ("2 due", "model note 'We look into it' --update"),
        ("2 due", "model note 'A-LOG'"),
        ("1 due", "person start 'A-LOG' --fresh"),
        ("4 due", "person archive"),
        ("complete", "person archive"),
        ("archived", "person restore ID"),
        ("one archived, one closed", "person restore ID"),
    )
)

# What Claude Code tells of, where it changes the state.
EVENTS = tuple(
    Case(*words)
    for words in (
        ("none", 's1 types "Checkout is down" --severity P0'),
        ("owned", "s1 types --severity P2"),
        ("owned", 's1 types "Search is slow"'),
        ("none", 's1 types "A-LOG"'),
        ("owned", "s1 calls 1"),
        ("owned, claimed", "s1 begins 1"),
        ("owned, in flight", "s1 ends 1"),
        ("owned, in flight, valid", "s1 ends 1"),
        ("owned, sent back", "s1 ends 1 again"),
        ("owned, in flight", "s1 loses 1"),
        ("owned, in flight", "s1 stops 1"),
        ("owned, in flight", "s1 idles "),
        ("owned, in flight", "s1 opens resume"),
        ("owned, failed, asked", "s1 answers Retry"),
        ("owned, cp1 asked", "s1 answers Approve"),
        ("owned, cp1 asked", "s1 answers Request changes"),
        ("owned, cp1 asked", "s1 answers Close"),
        ("owned, cp1 closing, asked", "s1 answers False alarm"),
        ("owned, cp1 asked", "s1 answers Is the cache warm?"),
        ("owned, cp1 asked", "s1 answers A-LOG"),
        ("owned, cp1 paused", "s1 types "),
        ("owned, new description, asked", "s1 answers Resume"),
        ("owned, new description, asked", "s1 answers Start fresh"),
        ("owned, taken over?, asked", "s2 answers Take over"),
    )
)
