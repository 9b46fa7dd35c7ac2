"""A command that is killed at any system call has happened or has not, and can be run again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.fault_cases import COMMANDS, EVENTS, Case
from tests.faults.trial import KILLED, Trial, bench_of, needs_strace, some, unseen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.workbench import Workbench

pytestmark = [pytest.mark.system, needs_strace]

NO_SESSION = 66


@pytest.mark.parametrize("case", [*COMMANDS, *EVENTS], ids=lambda case: case.name)
def test_a_killed_command_leaves_no_state_between(
    case: Case,
    build: Callable[[str], Workbench],
    tmp_path: Path,
    count: Callable[[str], None],
    pytestconfig: pytest.Config,
) -> None:
    """Killed before any of its calls, it is undone or done; run again, it ends as ever."""
    trial = Trial(case, build, tmp_path / "bench")
    event = case in EVENTS
    tried = set()
    for call in some(trial.calls, case, every=pytestconfig.getoption("--long")):
        story = trial.fresh(f"-einject={call.name}:signal=KILL:when={call.number}")
        bench = bench_of(story)
        story.tell(case.line)
        if bench.ended != KILLED:
            # What is fresh on disk is compared once more: there are fewer calls some times.
            assert call is trial.calls[-1] or trial.calls.index(call) > len(trial.calls) / 2
            continue
        count("commands and events killed at a system call")
        bench.traced = None
        # What comes of it is a matter of what is on disk.
        left = trial.everything(story)
        if left in tried:
            continue
        tried.add(left)
        count("different states of the folder that they left")
        looked = bench.run("status")
        found = trial.snapshot(story)
        done = unseen(found) == unseen(trial.after)
        assert done or unseen(found) == unseen(trial.before), call
        assert looked.code == (0 if "state.json" in found else NO_SESSION), (call, looked)
        again = story.tell(case.line)
        # An event comes once, and an archived session is not there to be archived again.
        if not done or not event:
            assert trial.snapshot(story) == trial.after, call
            gone = done and "state.json" not in found
            assert again.code == (NO_SESSION if gone else trial.result.code), (call, again)
        assert bench.temporaries() == [], call
