"""What the disk refuses is said in a sentence with exit code 74, and nothing was changed then."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.faults.disks import mount, mounted, needs_root
from tests.faults.fault_cases import COMMANDS, EVENTS, Case
from tests.faults.trial import Faulty, Trial, bench_of, needs_strace, some, unseen
from tests.support.story import Story
from tests.support.workbench import ROOT, Result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.trial import Call
    from tests.support.workbench import Workbench

pytestmark = pytest.mark.system

DISK = 74
SHUT = 2
ERRORS = ("EIO", "ENOSPC", "EROFS", "EDQUOT")
# Without an answer that the product reads: what they say is not an error of the disk.
ANSWERLESS = {"close", "lseek", "ioctl"}


def refused(calls: list[Call], case: Case, *, every: bool) -> list[tuple[Call, str]]:
    """Calls with the errors that they are refused with, one in turn.

    All that change the disk and a quarter of those that read, or a fifth and a twelfth.
    """
    reading = [call for call in calls if not call.changes and call.name not in ANSWERLESS]
    if every:
        changing = [call for call in calls if call.changes]
        return list(zip([*changing, *reading[::4]], itertools.cycle(ERRORS)))
    calls = [*some(calls, case, every=False), *reading[len(case.name) % 12 :: 12]]
    return list(zip(calls, itertools.cycle(ERRORS)))


def refusal(result: Result) -> None:
    """A command was refused by the disk, and said so: what, why, and what to do."""
    assert result.code == DISK, result
    # A person's terminal shows before it what they were asked.
    text = result.err.strip() or result.out.strip().splitlines()[-1].split("[y/N]: ")[-1]
    assert re.fullmatch(
        r"Could not [^:]+: [^:]+\. Nothing was changed\. Mend that, then run this again\.", text
    ), text


@needs_strace
@pytest.mark.parametrize("case", COMMANDS, ids=lambda case: case.name)
def test_a_command_that_the_disk_refuses_changes_nothing(
    case: Case,
    build: Callable[[str], Workbench],
    tmp_path: Path,
    count: Callable[[str], None],
    pytestconfig: pytest.Config,
) -> None:
    """Whichever call is refused, the state is the old one; mended, the same command works."""
    trial = Trial(case, build, tmp_path / "bench")
    every = bool(pytestconfig.getoption("--long"))
    tried = set()
    for call, error in refused(trial.calls, case, every=every):
        story = trial.fresh(f"-einject={call.name}:error={error}:when={call.number}")
        bench = bench_of(story)
        result = story.tell(case.line)
        bench.traced = None
        found = trial.snapshot(story)
        if result.code == 0:
            count("errors of the disk that hinder no command")
            assert unseen(found) == unseen(trial.after), (call, error, result)
            continue
        count("errors of the disk that a command was refused for")
        refusal(result)
        assert unseen(found) == unseen(trial.before), (call, error, result)
        # What comes of it is a matter of what is on disk.
        left = trial.everything(story)
        if left in tried:
            continue
        tried.add(left)
        again = story.tell(case.line)
        assert again.code == 0, (call, error, again)
        assert trial.snapshot(story) == trial.after, (call, error)
        assert bench.temporaries() == [], (call, error)


@needs_strace
@pytest.mark.parametrize("case", EVENTS, ids=lambda case: case.name)
def test_an_event_that_the_disk_refuses_changes_nothing(
    case: Case,
    build: Callable[[str], Workbench],
    tmp_path: Path,
    count: Callable[[str], None],
    pytestconfig: pytest.Config,
) -> None:
    """Whichever call is refused, the event is recorded whole or not at all; no hook breaks."""
    trial = Trial(case, build, tmp_path / "bench")
    every = bool(pytestconfig.getoption("--long"))
    for call, error in refused(trial.calls, case, every=every):
        story = trial.fresh(f"-einject={call.name}:error={error}:when={call.number}")
        bench = bench_of(story)
        result = story.tell(case.line)
        count("errors of the disk that an event of the client met")
        assert result.code in {0, SHUT}, (call, error, result)
        assert "Traceback" not in result.err
        bench.traced = None
        found = trial.snapshot(story)
        done = unseen(found) == unseen(trial.after)
        assert done or unseen(found) == unseen(trial.before), (call, error, result)
        bench.run("status")
        assert bench.temporaries() == [], (call, error)


@needs_root
@pytest.mark.parametrize("case", COMMANDS[::3], ids=lambda case: case.name)
def test_a_command_on_a_full_disk_changes_nothing(
    case: Case, build: Callable[[str], Workbench], tmp_path: Path, count: Callable[[str], None]
) -> None:
    """However little is free, it works or says so; `status` works; with room again it goes on."""
    page = 4096
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=2M", "tmpfs") as folder:
        trial = Trial(case, build, folder / "bench", tmp_path / "start")
        for free in range(0, 10, 2):
            story = trial.fresh()
            bench = bench_of(story)
            bench.traced = None
            # What the test itself keeps has room elsewhere.
            kept = tmp_path / f"notes-{free}"
            bench.notes = shutil.copytree(bench.notes, kept)
            filler = folder / "filler"
            room = os.statvfs(folder)
            with filler.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, (room.f_bavail - free) * page)
            result = story.tell(case.line)
            count("commands run on a full disk")
            found = trial.snapshot(story)
            if result.code == 0:
                assert found == trial.after, (free, result)
            else:
                refusal(result)
                assert unseen(found) == unseen(trial.before), (free, result)
                looked = bench.run("status")
                assert looked.code == (0 if "state.json" in found else 66), (free, looked)
            filler.unlink()
            if result.code:
                assert story.tell(case.line).code == 0, free
                assert trial.snapshot(story) == trial.after, free
            assert bench.temporaries() == [], free


@needs_root
@needs_strace
def test_status_works_on_a_disk_that_was_mounted_read_only(
    build: Callable[[str], Workbench], tmp_path: Path
) -> None:
    """Nothing can be recorded there, a killed command's moves neither; to look still works."""
    case = Case("cp1 changes", "model reopen --from 1")
    with mounted(tmp_path / "disk", "-t", "tmpfs", "tmpfs") as folder:
        trial = Trial(case, build, folder / "bench", tmp_path / "start")
        moved = next(c for c in trial.calls if c.changes and "revisions" in c.text)
        story = trial.fresh(f"-einject={moved.name}:signal=KILL:when={moved.number}")
        story.tell(case.line)
        killed = bench_of(story)
        killed.traced = None
        mount("-o", "remount,ro", str(folder))
        looked = killed.run("status")
        assert (looked.code, looked.err) == (0, "")
        result = killed.run("note", "The disk is read-only")
        mount("-o", "remount,rw", str(folder))
        refusal(result)
        assert killed.run("status").code == 0
        assert trial.snapshot(story) == trial.after


@needs_root
def test_no_session_begins_on_a_disk_that_was_mounted_read_only(tmp_path: Path) -> None:
    """It is said, and nothing is left behind."""
    with mounted(tmp_path / "disk", "-t", "tmpfs", "tmpfs") as folder:
        story = Story(Faulty(folder / "bench"))
        mount("-o", "remount,ro", str(folder))
        refusal(story.tell('model start "Checkout is down"'))
        mount("-o", "remount,rw", str(folder))
        assert bench_of(story).snapshot(frozenset()) == {}


@pytest.mark.parametrize(
    ("mode", "words", "code"),
    [
        (0o000, ("status",), DISK),
        (0o000, ("note", "DB failed over"), DISK),
        (0o500, ("status",), 0),
        (0o500, ("note", "DB failed over"), DISK),
        (0o500, ("complete", "1"), DISK),
    ],
)
def test_a_folder_without_permission_is_told_of(
    mode: int,
    words: tuple[str, ...],
    code: int,
    build: Callable[[str], Workbench],
    tmp_path: Path,
) -> None:
    """What the folder's mode forbids is refused in a sentence; what it allows works."""
    bench = build("1 valid").copy(tmp_path / "bench")
    before = bench.state_bytes()
    bench.session_folder.chmod(mode)
    # Root is held to permissions where it has not the capability to pass over them.
    held = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("needs setpriv, to be held to permissions as root")
    done = subprocess.run(
        [
            *(held if os.geteuid() == 0 else ()),
            *(sys.executable, "-m", "incident_state", *words, "--project", str(bench.project)),
        ],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    bench.session_folder.chmod(0o700)
    assert done.returncode == code, done
    if code:
        refusal(Result(code, done.stdout, done.stderr))
    assert bench.state_bytes() == before
