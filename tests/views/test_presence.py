"""Who is at work on what is in flight is looked for before a person is told to wait."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from incident_state.session import processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story
    from tests.support.workbench import Workbench

TYPED = "Go on in Claude Code, in this project: /incident-response"
WAIT = "Step 1 at work: nothing is to be typed until that has ended."


def launched(at: Callable[[str], Story], process: int) -> Workbench:
    """Return a project whose first step's agent began in a client of that process id."""
    story = at("owned")
    story.bench.process = process
    for line in ("s1 calls 1", "s1 begins 1"):
        story.tell(line)
    return story.bench


def later(bench: Workbench, minutes: int) -> datetime:
    """Turn the clock on from the launch; return what it shows then."""
    now = datetime.fromisoformat(bench.state()["steps"]["1"]["run"]["since"].replace("Z", "+00:00"))
    now += timedelta(minutes=minutes)
    bench.client["TEST_NOW"] = now.isoformat()
    return now


def mark(bench: Workbench) -> str:
    """Return the mark of the step in flight."""
    (line,) = re.findall(r"(\S) +1 Incident Detection", bench.run("status").out)
    return str(line)


def shown(bench: Workbench) -> tuple[str, str, str]:
    """Return what `status` says of the step in flight, what is next, and what programs read."""
    lines = bench.run("status").out.splitlines()
    flight = lines[lines.index("In flight") + 1].strip()
    after = " ".join(line.strip() for line in lines[lines.index("Next") + 1 :])
    (running,) = json.loads(bench.run("status", "--json").out)["running"]
    return flight.partition("UTC")[2], after, running["client"]


def test_a_client_that_is_there_is_waited_for(at: Callable[[str], Story]) -> None:
    """Its process runs, and its agent was heard of."""
    bench = launched(at, 1)
    later(bench, 14)
    assert shown(bench) == ("", WAIT, "there")
    assert mark(bench) == "▶"


def test_of_a_client_that_is_gone_it_says_so_and_what_to_type(at: Callable[[str], Story]) -> None:
    """It was interrupted; nothing ends by itself, and nobody is told to wait."""
    client = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    bench = launched(at, client.pid)
    later(bench, 5)
    assert shown(bench)[1] == WAIT
    client.communicate(b"\n")
    told = "Step 1 has nobody at work on it: its client is gone."
    assert shown(bench) == ("; its client is gone", f"{told} {TYPED}", "gone")
    assert mark(bench) == "?"
    assert "fail 1" not in bench.run("status").out
    assert "Step 1 for 5 min" in (brief := bench.run("handoff").out)
    assert "; its client is gone" in brief
    page = bench.run("report", "--output", "-").out
    assert "its client is gone" in page
    assert "at work, " not in page


def test_one_that_was_not_heard_of_for_long_is_to_be_looked_at(at: Callable[[str], Story]) -> None:
    """The agent's own transcript tells when it last did something."""
    bench = launched(at, 1)
    now = later(bench, 52)
    told = "Step 1 may have nobody at work on it: nothing heard of it for 52 min."
    look = "Where its client is still open, look there first (/tasks). Else:"
    assert shown(bench) == ("; nothing heard of it for 52 min", f"{told} {look} {TYPED}", "silent")
    own = bench.folder / "s1" / "subagents" / "agent-a1.jsonl"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("{}\n", encoding="utf-8")
    heard = (now - timedelta(minutes=2)).timestamp()
    os.utime(own, (heard, heard))
    assert shown(bench) == ("", WAIT, "there")


def test_where_it_cannot_be_known_it_says_so(at: Callable[[str], Story]) -> None:
    """The client told no process; what was just launched is at work all the same."""
    bench = launched(at, 0)
    assert shown(bench)[1] == WAIT
    later(bench, 20)
    flight, after, kind = shown(bench)
    assert (flight, kind) == ("; whether its client still runs cannot be told here", "unknown")
    assert after.startswith("Step 1 may have nobody at work on it: whether its client still runs")
    assert after.endswith(TYPED)


def test_a_process_is_known_again_by_more_than_its_id() -> None:
    """An id is given again, and another machine gives the same ones."""
    name = processes.named(os.getpid())
    assert name is not None
    process, start, machine = name.split("@")
    assert processes.lives(name) is True
    assert processes.lives(f"{process}@{int(start) + 1}@{machine}") is False
    assert processes.lives(f"{process}@{start}@elsewhere") is None
    assert processes.named(0) is None


@pytest.mark.parametrize("found", [ProcessLookupError, PermissionError, None])
def test_without_proc_a_signal_tells(
    monkeypatch: pytest.MonkeyPatch, found: type[OSError] | None
) -> None:
    """MacOS has no /proc: whether a process is there is asked of the system."""

    def kill(_process: int, _signal: int) -> None:
        if found is not None:
            raise found

    def absent(path: object) -> bytes:
        raise FileNotFoundError(path)

    monkeypatch.setattr("pathlib.Path.read_bytes", absent)
    monkeypatch.setattr("pathlib.Path.read_text", absent)
    monkeypatch.setattr("pathlib.Path.exists", lambda _: False)
    monkeypatch.setattr("os.kill", kill)
    name = f"17@0@{os.uname().nodename}"
    gone = found is ProcessLookupError
    assert processes.named(17) == (None if gone else name)
    assert processes.lives(name) is not gone
