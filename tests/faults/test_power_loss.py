"""What a command has acknowledged is there after the power failed, whatever was not flushed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.faults.disks import Disk, needs_root
from tests.faults.fault_cases import COMMANDS, Case
from tests.faults.trial import Trial, bench_of, needs_strace, some, unseen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.workbench import Workbench

pytestmark = [pytest.mark.system, needs_root, needs_strace]


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """Give a disk whose power can fail."""
    made = Disk(tmp_path_factory.mktemp("power") / "disk")
    yield made
    made.unmount()


def test_what_was_not_flushed_is_lost(disk: Disk) -> None:
    """The power really fails here: a file that nobody flushed is gone, a flushed one is not."""
    (disk.folder / "flushed").write_bytes(b"there")
    os.sync()
    (disk.folder / "not-flushed").write_bytes(b"gone")
    disk.lose_power()
    assert {"flushed"} == {file.name for file in disk.folder.iterdir()} & {"flushed", "not-flushed"}


@pytest.mark.parametrize("case", COMMANDS, ids=lambda case: case.name)
def test_what_was_acknowledged_survives_a_loss_of_power(
    case: Case,
    build: Callable[[str], Workbench],
    disk: Disk,
    tmp_path: Path,
    count: Callable[[str], None],
    pytestconfig: pytest.Config,
) -> None:
    """A command that ended is whole; one that was cut short at a call is done or undone."""
    trial = Trial(case, build, disk.folder / "bench", tmp_path / "start")
    calls = some(trial.calls, case, every=False)
    if not pytestconfig.getoption("--long"):
        calls = calls[-1:]
    for options in ((), *((f"-einject={c.name}:signal=KILL:when={c.number}",) for c in calls)):
        story = trial.fresh(*options)
        bench = bench_of(story)
        os.sync()
        story.tell(case.line)
        bench.traced = None
        disk.lose_power()
        count("losses of power at the end of a command, or in it")
        looked = bench.run("status")
        found = trial.snapshot(story)
        if not options:
            assert found == trial.after
        assert unseen(found) in (unseen(trial.before), unseen(trial.after)), options
        assert looked.code == (0 if "state.json" in found else 66), looked
