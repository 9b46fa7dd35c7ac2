"""An event that could not be recorded is kept, told by `verify`, and recorded at the next event."""

from __future__ import annotations

import contextlib
import fcntl
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.story import Story
    from tests.support.workbench import Workbench

READ = {"tool_name": "Read", "tool_use_id": "t1", "tool_input": {"file_path": "README.md"}}


@contextlib.contextmanager
def held(bench: Workbench) -> Iterator[None]:
    """Hold the session's lock for longer than a hook waits for it."""
    with (bench.session_folder / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def wrong(bench: Workbench) -> list[str]:
    """Return what `verify` says does not fit, without the times."""
    found = json.loads(bench.run("verify", "--json").out)["wrong"]
    return [str(each).partition(" of 20")[0] for each in found]


def newest(bench: Workbench) -> Any:  # noqa: ANN401 - JSON
    """Return the timeline's last event."""
    return bench.state()["timeline"][-1]


@pytest.mark.system
def test_an_answer_that_met_a_held_lock_is_recorded_at_the_next_event(
    at: Callable[[str], Story],
) -> None:
    """The model is told not to ask again; the user does not decide twice."""
    story = at("owned, cp1 asked")
    bench = story.bench
    with held(bench):
        said = story.tell("s1 answers Approve")
    assert said.code == 0
    assert (newest(bench)["kind"], wrong(bench)) == (
        "completed",
        ["PostToolUse AskUserQuestion"],
    )
    bench.hook("PreToolUse", READ)
    assert newest(bench)["decision"]["label"] == "Approve"
    assert "PostToolUse AskUserQuestion" not in wrong(bench)
    assert bench.next("s1")["kind"] == "launch"
    assert not (bench.vault / "missed").exists()


@pytest.mark.system
@pytest.mark.parametrize("event", [("PreToolUse", READ), ("Stop", {"background_tasks": []})])
def test_an_agent_that_failed_while_the_lock_was_held(
    at: Callable[[str], Story], event: tuple[str, dict[str, Any]]
) -> None:
    """Its step failed with the client's own words, whichever event comes next."""
    bench = at("owned, in flight").bench
    use = bench.state()["steps"]["1"]["run"]["tool_use_id"]
    call = {"tool_name": "Agent", "tool_use_id": use, "tool_input": {}, "error": "out of credit"}
    with held(bench):
        _, _, err = bench.hook("PostToolUseFailure", call)
    assert "tried again at the next event" in err
    bench.hook(*event)
    assert bench.state()["steps"]["1"]["failure"] == "agent failed: out of credit"
    assert wrong(bench) == []


def test_an_event_that_ends_each_hook_is_given_up(at: Callable[[str], Story]) -> None:
    """A hook is ended at it without a word: no gate stays shut for ever."""
    bench = at("owned, in flight").bench
    folder = bench.vault / "missed"
    folder.mkdir()
    payload = {"hook_event_name": "SessionEnd", "reason": "clear", "cwd": "/"}
    kept = {"at": 4e9, "opened": False, "payload": payload | {"session_id": "s1"}}
    (folder / "1-1~~~").write_text(json.dumps(kept))
    assert bench.hook("PreToolUse", READ)[0] == 0
    assert [path.name for path in folder.iterdir()] == ["1-1~~~"]
    assert wrong(bench) == ["SessionEnd"]


def test_a_held_lock_is_not_waited_for_again(at: Callable[[str], Story]) -> None:
    """A kept event is left for later, and none of its tries is used up."""
    bench = at("owned, in flight").bench
    folder = bench.vault / "missed"
    folder.mkdir()
    payload = {"hook_event_name": "SessionEnd", "reason": "clear", "session_id": "s1"}
    kept = {"at": 4e9, "opened": False, "payload": payload | {"cwd": str(bench.project)}}
    (folder / "1-1").write_text(json.dumps(kept))
    with held(bench):
        assert bench.hook("PreToolUse", READ)[0] == 0
    assert [path.name for path in folder.iterdir()] == ["1-1"]
    assert bench.hook("PreToolUse", READ)[0] == 0
    assert (folder.exists(), bench.state()["handing_over"]) == (False, True)


def test_what_cannot_be_recorded_is_given_up_and_told(at: Callable[[str], Story]) -> None:
    """An event that nobody can handle is not tried for ever; `verify` goes on telling it."""
    bench = at("owned, in flight").bench
    folder = bench.vault / "missed"
    folder.mkdir()
    payload = {"hook_event_name": "PostToolUse", "tool_name": "TaskStop", "session_id": "s1"}
    kept = {"at": 4e9, "opened": False, "payload": payload}
    (folder / "1-1").write_text(json.dumps(kept))
    (folder / "2-1").write_text("{")
    for _ in range(2):
        assert bench.hook("PreToolUse", READ)[0] == 0
    assert sorted(path.name for path in folder.iterdir()) == ["1-1~~~", "2-1"]
    assert wrong(bench) == ["PostToolUse TaskStop"]
