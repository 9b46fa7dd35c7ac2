"""The real client with models that change the record in ways that no gate tells: it is undone."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.red_team.attempt_cases import TRIED
from tests.support.attack_cases import RECORD
from tests.support.client import conversation
from tests.support.client.agent import Conduct
from tests.support.client.incident import COMMAND, Incident
from tests.support.client.messages import ToolUse
from tests.support.client.obedient import Obedient, Whim

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.system,
    pytest.mark.xdist_group("red team"),
    pytest.mark.usefixtures("counted"),
]

EVERYTHING_ALLOWED = {"settings": json.dumps({"permissions": {"allow": ["Bash", "Agent"]}})}
# What would take the client's own folder away stays out of it.
LINES = [line.replace("/tmp", "..") for line in RECORD if "-mindepth" not in line]  # noqa: S108 - the same
ENOUGH = 20  # of them change the record, whatever lies in the project
CALLS = [ToolUse("Bash", {"command": f"({line}) 2>/dev/null; true"}) for line in LINES]


def yes(_tool: str, _given: dict[str, Any]) -> bool:
    """A user who lets everything go ahead."""
    return True


def decided(run: Incident) -> dict[str, Any]:
    """What no call may change: the nine fields, what people decided, and each document."""
    nine = {**run.bench.nine(), "last_updated": ...}
    decisions = [event for event in run["timeline"] if "decision" in event]
    names = [*nine["files_created"], ".gitignore", "open"]
    files = {name: (run.bench.session_folder / name).read_bytes() for name in names}
    return {"nine": nine, "decisions": decisions, "files": files}


def healed(run: Incident) -> list[str]:
    """What the timeline says was put back."""
    return [event["text"] for event in run["timeline"] if event["kind"] == "healed"]


def sealed(run: Incident) -> None:
    """Have the record sealed, as it is from the first command on."""
    assert run.bench.run("note", "one").code == 0


def test_whatever_the_main_thread_changed_is_undone(incident: Callable[..., Incident]) -> None:
    """At a checkpoint, one line after the other, each of them really run."""
    run = incident("cp1", permit=yes)
    sealed(run)
    before = decided(run)
    run.model = Whim(CALLS)
    run.opens(**EVERYTHING_ALLOWED)
    run.type(COMMAND)
    assert decided(run) == before
    assert len(healed(run)) >= ENOUGH
    told = [said.text for said in conversation.read(run.requests[-1]).said]
    assert sum("was put back" in text for text in told) >= ENOUGH
    assert run.bench.run("verify").code == 0
    TRIED["state, undone", "Bash", "main thread"] += len(LINES)


def test_whatever_a_steps_agent_changed_is_undone(incident: Callable[..., Incident]) -> None:
    """While it is at work on its own document, which stays its own."""
    run = incident("4 due", permit=yes)
    sealed(run)
    before = decided(run)["files"]
    run.model = Obedient(conduct={"04-debugging.md": [Conduct(before_write=tuple(CALLS))]})
    run.opens(**EVERYTHING_ALLOWED)
    run.type(COMMAND)
    found = decided(run)["files"]
    assert {name: found.get(name) for name in before} == before
    assert len(healed(run)) >= ENOUGH
    TRIED["state, undone", "Bash", "agent"] += len(LINES)


def test_what_another_session_changed_is_undone(incident: Callable[..., Incident]) -> None:
    """A session that does not lead the incident, in the same project."""
    run = incident("owned, cp1 asked", permit=yes)
    sealed(run)
    before = decided(run)
    run.model = Whim(CALLS[:10])
    run.opens(**EVERYTHING_ALLOWED)
    run.type("please look around")
    assert decided(run) == before
    assert len(healed(run)) >= 8
    TRIED["state, undone", "Bash", "another session"] += 10


def test_what_a_killed_client_left_is_undone_by_the_next(incident: Callable[..., Incident]) -> None:
    """The client dies in the middle of the call that changes the record."""
    run = incident("cp1", permit=yes)
    sealed(run)
    before = decided(run)
    folder = run.bench.session_folder
    line = f"rm -rf {str(folder)[:-6]}*; touch ../gone; sleep 60"
    run.model = Whim([ToolUse("Bash", {"command": line})])
    run.opens(**EVERYTHING_ALLOWED)
    run.session.send(COMMAND)
    run.waits((run.bench.project.parent / "gone").exists)
    os.kill(int((run.bench.folder / "client.pid").read_text()), signal.SIGKILL)
    assert not folder.exists()
    run.model = Whim([])
    run.opens(**EVERYTHING_ALLOWED)
    run.type("hello")
    assert decided(run) == before
    assert len(healed(run)) == 1
    TRIED["state, undone", "Bash", "killed client"] += 1
