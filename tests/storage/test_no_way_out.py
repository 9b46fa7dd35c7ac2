"""No name in the record, and no link in the session folder, leads out of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.story import Story
    from tests.support.workbench import Workbench

VICTIM = "../../victim.md"
REPLACE = {"kind": "replace", "folder": "1"}
PLANTED: dict[str, Callable[[dict[str, Any]], object]] = {
    "names": lambda s: s.update(unfinished=REPLACE | {"names": [VICTIM]}),
    "staged": lambda s: s.update(unfinished=REPLACE | {"staged": [VICTIM]}),
    "folder": lambda s: s.update(
        unfinished={"kind": "replace", "folder": "../../x", "names": ["01-classification.md"]}
    ),
    "replaces": lambda s: s["steps"]["1"].update(replaces=["../../x"]),
    "a revision that leads up": lambda s: s["steps"]["1"].update(
        replaces=["revisions/1/../../../victim.md"]
    ),
    "a NUL in a name": lambda s: s.update(unfinished=REPLACE | {"names": ["01-a\0.md"]}),
    "an id": lambda s: s.update(incident_id="INC-20260101-000000-0000/../x"),
}


def outside(bench: Workbench) -> Path:
    """Return a file beside the project that nobody may touch."""
    victim = bench.project.parent / "victim.md"
    victim.write_text("whole\n")
    return victim


@pytest.mark.parametrize("how", PLANTED)
def test_a_name_that_is_none_is_corrupt(at: Callable[[str], Story], how: str) -> None:
    """Every command says so, and nothing outside is read, moved or made."""
    bench = at("2 due").bench
    victim = outside(bench)
    before = sorted(victim.parent.iterdir())
    state = bench.state()
    PLANTED[how](state)
    bench.unseal()
    (bench.session_folder / "state.json").write_text(json.dumps(state))
    (bench.session_folder / "state.json.bak").unlink()
    codes = [
        bench.run(*words, session="s1").code
        for words in (["next"], ["status"], ["complete", "2"], ["verify"])
    ]
    assert codes == [65] * 4
    assert (victim.read_text(), sorted(victim.parent.iterdir())) == ("whole\n", before)


@pytest.mark.parametrize("name", ["revisions", "archive"])
def test_a_link_in_place_of_a_folder_is_refused(at: Callable[[str], Story], name: str) -> None:
    """What would be moved there stays where it is."""
    bench = at("cp1").bench
    elsewhere = bench.project.parent / "elsewhere"
    elsewhere.mkdir()
    bench.unseal()
    (bench.session_folder / name).symlink_to(elsewhere)
    line = ("request-changes",) if name == "revisions" else ("archive",)
    told = bench.person(*line)
    if name == "revisions":
        told = bench.run("reopen", "--from", "1", "--note", "look again", session="s1")
    assert (told.code, "is not a folder: move it away" in f"{told.out}{told.err}") == (65, True)
    assert list(elsewhere.iterdir()) == []
    assert (bench.session_folder / "01-classification.md").exists()


def test_an_archive_that_cannot_be_read_is_a_line_of_the_list(at: Callable[[str], Story]) -> None:
    """The others are listed all the same."""
    bench = at("archived complete").bench
    archive = bench.session_folder / "archive"
    (kept,) = [folder.name for folder in archive.iterdir()]
    (archive / "INC-20260101-000000-0001").mkdir()
    (archive / "INC-20260101-000000-0002").symlink_to(bench.project.parent)
    bench.unseal()
    told = bench.run("list")
    assert told.code == 0
    assert kept in told.out
    assert told.out.count("INC-20260101-000000-0001") >= 1
    assert "INC-20260101-000000-0002" in told.out
