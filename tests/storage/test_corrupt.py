"""A state that cannot be read and has no copy: a person sets it aside, and goes on."""

from __future__ import annotations

import os
import shlex
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.thinned import thinned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.story import Story
    from tests.support.workbench import Workbench

BROKEN = {
    "empty": b"",
    "cut off": b'{"incident_id": "INC-2026',
    "another thing": b"[1, 2]",
    "no text": b"\xff\xfe\x00",
    "contradicting": b'{"status": "complete"}',
}


TOLD_BY = ("state.json", "open")  # what tells a session, in the order in which it is moved


def utc(seconds: float) -> str:
    """The time as names have it."""
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime(seconds))


def broken(bench: Workbench, data: bytes | None) -> dict[str, bytes]:
    """Break the state, leave no copy of it anywhere; all that is there, by its path."""
    bench.unseal()
    (bench.session_folder / "state.json.bak").unlink(missing_ok=True)
    state = bench.session_folder / "state.json"
    state.unlink()
    if data is not None:
        state.write_bytes(data)
    return files(bench.session_folder)


def files(folder: Path) -> dict[str, bytes]:
    """What the folder holds but the lock, .gitignore and the archive, by path."""
    found = [file for file in folder.rglob("*") if file.is_file()]
    names = {str(file.relative_to(folder)): file for file in found}
    return {
        name: file.read_bytes()
        for name, file in names.items()
        if name not in {"lock", ".gitignore"} and not name.startswith("archive/")
    }


@pytest.mark.parametrize("how", thinned([*BROKEN, "missing"], 3))
@pytest.mark.parametrize("state", thinned(["owned, cp1", "cp1 reopened 3", "4 due"], 3))
def test_it_is_set_aside_whole_and_a_new_one_begins(
    at: Callable[[str], Story], state: str, how: str
) -> None:
    """The refusal names the command; all is kept as it was, and nothing is in the way any more."""
    bench = at(state).bench
    before = broken(bench, BROKEN.get(how))
    refused = bench.person("status")
    assert (refused.code, "archive --corrupt --project" in refused.out) == (65, True)
    assert bench.person("archive").code == 65
    assert files(bench.session_folder) == before
    done = bench.person("archive", "--corrupt")
    assert done.code == 0, done
    (kept,) = (bench.session_folder / "archive").glob("corrupt-*")
    assert f"Set aside, whole and unread: {kept}" in done.out.replace("\n", "")
    assert files(kept) == before
    assert files(bench.session_folder) == {}
    assert bench.run("next").out.startswith("No incident session is open.")
    assert kept.name in bench.run("list").out
    code, said, _ = bench.hook("PreToolUse", {"tool_name": "EnterPlanMode", "tool_input": {}})
    assert (code, said) == (0, "")
    (begin,) = [line for line in done.out.splitlines() if line.startswith("To begin anew: ")]
    words = shlex.split(begin.removeprefix("To begin anew: "))
    assert words[words.index("start") :][:2] == ["start", "<what is wrong>"]
    assert bench.person("start", "Search is slow").code == 0
    assert files(kept) == before


@pytest.mark.parametrize("moved", [1, 2, 3, 4])
def test_what_was_cut_short_goes_on_to_the_same_place(
    at: Callable[[str], Story], moved: int
) -> None:
    """Killed after any of its moves, it is run again: all is in one folder, and nothing twice."""
    bench = at("owned, cp1").bench
    before = broken(bench, b"{}")
    documents = sorted(name for name in before if name not in TOLD_BY)
    changed = (bench.session_folder / TOLD_BY[-1]).stat().st_mtime
    kept = bench.session_folder / "archive" / f"corrupt-{utc(changed)}"
    kept.mkdir(parents=True)
    for name in [*documents, *TOLD_BY][:moved]:
        (bench.session_folder / name).rename(kept / name)
    assert bench.person("archive", "--corrupt").code == 0
    assert [each.name for each in kept.parent.iterdir()] == [kept.name]
    assert (files(kept), files(bench.session_folder)) == (before, {})


def test_two_of_the_same_second_are_kept_apart(at: Callable[[str], Story]) -> None:
    """The second has a number; none takes the other's place."""
    bench = at("owned, cp1").bench
    kept = []
    for data in (b"{}", b"[]"):
        kept.append(broken(bench, data))
        for name in TOLD_BY:
            os.utime(bench.session_folder / name, (1, 1))
        assert bench.person("archive", "--corrupt").code == 0
        assert bench.person("start", "Search is slow").code == 0
    names = ["corrupt-19700101-000001", "corrupt-19700101-000001-1"]
    archive = bench.session_folder / "archive"
    assert sorted(each.name for each in archive.iterdir()) == names
    assert [files(archive / name) for name in names] == kept


def test_an_earlier_one_can_be_restored_then(at: Callable[[str], Story]) -> None:
    """The archive stays where it is."""
    bench = at("owned, cp1").bench
    first = bench.state()["incident_id"]
    assert bench.person("start", "--fresh", "Search is slow").code == 0
    broken(bench, b"{}")
    assert bench.person("archive", "--corrupt").code == 0
    assert bench.person("restore", first).code == 0
    assert bench.state()["incident_id"] == first


def test_what_can_be_read_is_archived_as_it_is(at: Callable[[str], Story]) -> None:
    """It is no way around the record; and it is a person's, with nothing there too."""
    story = at("owned, cp1")
    bench = story.bench
    refused = bench.person("archive", "--corrupt")
    assert (refused.code, "can be read: archive it as it is." in refused.out) == (1, True)
    broken(bench, b"{}")
    before = files(bench.session_folder)
    assert bench.run("archive", "--corrupt", session="s1").code == 1
    assert files(bench.session_folder) == before
    assert at("none").bench.person("archive", "--corrupt").code == 66


def test_a_state_whose_copy_is_good_is_put_back(at: Callable[[str], Story]) -> None:
    """What is sealed is as good as read."""
    bench = at("owned, cp1").bench
    before = bench.state()["incident_id"]
    (bench.session_folder / "state.json").write_text("{}")
    assert bench.person("archive", "--corrupt").code == 1
    assert bench.state()["incident_id"] == before
