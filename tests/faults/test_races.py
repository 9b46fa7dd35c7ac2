"""Many processes on one session: nothing is lost, nothing doubled, nobody waits for the dead."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from incident_state.session import archiving, people
from incident_state.session.callers import Caller
from incident_state.session.session import Session
from incident_state.storage import disk
from tests.support.patience import HANG
from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.story import Story

pytestmark = pytest.mark.system

PROCESSES, OPERATIONS = 32, 50
LOCKED = 75
HOLD = """\
import sys, pathlib, signal; from incident_state.storage.folder import Store
with Store(pathlib.Path(sys.argv[1])).locked(): print("held", flush=True); signal.pause()"""
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}


def begin(*words: str, **variables: str) -> subprocess.Popen[str]:
    """A process of this interpreter with these words, the package at hand."""
    return subprocess.Popen(
        [sys.executable, *words],
        env=ENVIRONMENT | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Its exit code, output and errors; it must end."""
    out, err = process.communicate(timeout=HANG)
    return process.returncode, out, err


@contextmanager
def holder(project: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the session's lock, until the block ends."""
    process = begin("-c", HOLD, str(project))
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_nothing_is_lost_and_nothing_doubled(
    at: Callable[[str], Story], count: Callable[[str], None]
) -> None:
    """1,600 operations of 32 processes, and commands among them: what was acknowledged is there."""
    bench = at("5+6 valid").bench
    project = str(bench.project)
    race = begin(
        str(ROOT / "tests" / "faults" / "race.py"), project, str(PROCESSES), str(OPERATIONS)
    )
    commands = [
        begin("-m", "incident_state", *words, "--project", project)
        for number in range(4)
        for words in (("note", f"command {number}"), ("complete", "5"), ("status", "--json"))
    ]
    for command in commands:
        code, _, err = ended(command)
        assert (code, err) == (0, "")
    code, out, err = ended(race)
    assert (code, err) == (0, "")
    told = [json.loads(line) for line in out.splitlines()]
    assert [each["done"] for each in told] == [OPERATIONS] * PROCESSES
    for _ in range(PROCESSES * OPERATIONS):
        count("operations of processes that raced")
    state = bench.state()
    timeline = state["timeline"]
    noted = Counter(event["text"] for event in timeline if event["kind"] == "note")
    wanted = [text for each in told for text in each["note"]]
    assert noted == Counter([*wanted, *(f"command {number}" for number in range(4))])
    completed = [event["step"] for event in timeline if event["kind"] == "completed"]
    assert sorted(completed) == [1, 2, 3, 4, 5, 6]
    severities = [event["text"][-2:] for event in timeline if event["kind"] == "severity"]
    assert severities[-1] == state["severity"]
    assert not Counter(severities) - Counter(s for each in told for s in each["severity"])
    assert state["completed_steps"] == [1, 2, 3, 4, 5, 6]


def test_one_of_many_that_start_an_incident_at_once_does(tmp_path: Path) -> None:
    """Each is told that it began, or that one is there; the folder and its files are private."""
    project = tmp_path / "project"
    project.mkdir()
    starting = [
        begin(
            *("-m", "incident_state", "start", f"It broke {n}", "--project", str(project)),
            XDG_STATE_HOME=str(tmp_path / "state-home"),
        )
        for n in range(8)
    ]
    codes = [ended(process)[0] for process in starting]
    assert sorted(codes) == [0, 1, 1, 1, 1, 1, 1, 1]
    folder = project / ".incident-response"
    incident = json.loads((folder / "state.json").read_text("utf-8"))["incident"]
    assert incident == f"It broke {codes.index(0)}"
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in folder.iterdir()}
    wanted = dict.fromkeys((".gitignore", "lock", "open", "state.json"), "0o600")
    assert (modes, oct(folder.stat().st_mode & 0o777)) == (wanted, "0o700")


def test_a_killed_holder_of_the_lock_blocks_nobody(at: Callable[[str], Story]) -> None:
    """The lock goes with the process that held it."""
    bench = at("2 due").bench
    with holder(bench.project) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(HANG)
        result = bench.run("note", "DB failed over 02:50")
    assert (result.code, result.err) == (0, "")
    assert bench.state()["timeline"][-1]["text"] == "DB failed over 02:50"


def test_a_lock_that_is_held_too_long_is_told_of(at: Callable[[str], Story]) -> None:
    """Who must wait too long is told for whom; to look works meanwhile; nothing is recorded."""
    bench = at("2 due").bench
    before = bench.state_bytes()
    with holder(bench.project) as process:
        looked = bench.run("status")
        result = bench.run("note", "DB failed over 02:50")
    assert looked.code == 0
    told = f"Process {process.pid} holds the session's lock: wait for it, or end it, "
    assert (result.code, result.err) == (LOCKED, f"{told}and run this again.\n")
    assert bench.state_bytes() == before


def test_a_session_that_begins_while_it_is_read_is_no_corrupt_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its state came after the reader looked for it, its marker before: the reader looks again."""
    session = Session(tmp_path, Caller(person=True))
    people.start(session, "It broke", None)
    archiving.archive(session)
    read = disk.read

    def too_early(path: Path, limit: int) -> bytes | None:
        monkeypatch.undo()
        found = read(path, limit)
        people.start(session, "It broke again", None)
        return found

    monkeypatch.setattr(disk, "read", too_early)
    assert session.store.read().incident == "It broke again"
