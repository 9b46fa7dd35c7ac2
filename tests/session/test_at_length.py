"""What is said at length: whole in a file of the session, quoted by its first kilobyte."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.support.story import LOG, Story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.workbench import Workbench

LIMIT = 20 * 1024
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2


def sized(size: int, beginning: str = "") -> str:
    """Return text of that many bytes of UTF-8, of which no two lines are alike."""
    lines = "".join(f"{n}: überlastet\n" for n in range(size // 10))
    text = (beginning + lines).encode()[: size - 2].decode("utf-8", "ignore")
    return text + "." * (size - len(text.encode()))


def said(bench: Workbench) -> dict[str, str]:
    """Return the files that have what was said, by name."""
    files = [*bench.session_folder.glob("description.txt"), *bench.session_folder.glob("note-*")]
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def name_of(text: str) -> str:
    """Return the name of the file that has that note."""
    return f"note-{sha256(text.encode()).hexdigest()[:8]}.txt"


def test_a_long_description_is_to_the_letter_in_the_state_and_begun_in_briefs(
    bench: Workbench,
) -> None:
    """The brief has its first kilobyte and where the whole is; the timeline does not repeat it."""
    assert bench.run("start", "-", "--severity", "P0", stdin=LOG).code == 0
    assert bench.state()["incident"] == LOG
    assert said(bench) == {"description.txt": LOG}
    brief = bench.run("brief", "1").out
    size = round(len(LOG) / 1024)
    assert f"```text\n{LOG[:1024]} … ({size} KB, whole in description.txt)\n```" in brief
    assert f"\n- {bench.session_folder / 'description.txt'}\n" in brief
    assert len(brief) < 8_000
    (begun,) = json.loads(bench.run("timeline", "--json").out)["events"][:1]
    assert begun["text"] == f"Reported as P0: {LOG[:1024]} … ({size} KB, whole in description.txt)"
    assert bench.run("verify").code == 0


def test_a_long_note_reaches_briefs_by_its_beginning(at: Callable[[str], Story]) -> None:
    """Its secrets are masked in the file as in the record; said again, it is the same."""
    bench = at("2 due").bench
    text = sized(30_000, f"token {SECRET}, then\n")
    masked = text.replace(SECRET, "[masked: a GitHub token]")
    for _ in range(2):
        assert bench.run("note", "-", stdin=text).code == 0
    (whole,) = said(bench).values()
    assert SECRET not in whole
    assert whole.split("\n")[1:] == masked.split("\n")[1:]
    assert said(bench) == {name_of(whole): whole}
    (note,) = (e for e in json.loads(bench.run("timeline", "--json").out)["events"] if e["note"])
    beginning = whole.encode()[:1024].decode("utf-8", "ignore")
    size = round(len(whole.encode()) / 1024)
    assert note["text"] == f"{beginning} … ({size} KB, whole in {name_of(whole)})"
    brief = bench.run("brief", "2").out
    assert (note["text"] in brief, whole[2000:2100] in brief) == (True, False)
    assert f"\n- {bench.session_folder / name_of(whole)}\n" in brief
    assert SECRET not in bench.state_bytes().decode()  # type: ignore[union-attr]


@pytest.mark.parametrize(("size", "files"), [(LIMIT, 0), (LIMIT + 1, 1)])
def test_twenty_kilobytes_stay_in_the_record(
    at: Callable[[str], Story], size: int, files: int
) -> None:
    """What is not longer is quoted whole, as it was said."""
    bench = at("2 due").bench
    text = sized(size)
    assert len(text.encode()) == size
    assert bench.run("note", "-", stdin=text).code == 0
    assert (len(said(bench)), text in bench.run("brief", "2").out) == (files, files == 0)


@pytest.mark.parametrize(
    ("state", "line", "step"),
    [
        ("cp1 changes", "model reopen --from 1 --note '{}'", "1"),
        ("owned, cp1 asked", "s1 answers {}", None),
        ("owned, new description, asked", "s1 answers Resume", None),
        ("3 in flight", "model fail 3 --reason '{}'", None),
        ("cp1", "person close --reason '{}'", None),
        ("2 due", "person resolved --note '{}'", "2"),
    ],
)
def test_whatever_is_said_at_length_is_kept_so(
    at: Callable[[str], Story], state: str, line: str, step: str | None
) -> None:
    """The words of a request, an answer, a reason, a fact; a brief that has them names the file."""
    story = at(state)
    if "Resume" in line:
        assert story.tell(f's1 types "{LOG}"').code == 0
        assert story.tell("s1 asks ").code == 0
    assert story.tell(line.format(LOG.rstrip("\n"))).code == 0
    whole = LOG.rstrip("\n")
    assert said(story.bench) == {name_of(whole): whole}
    recorded = json.dumps(story.bench.state()["timeline"])
    assert (name_of(whole) in recorded, whole[2000:2100] in recorded) == (True, False)
    if step:
        brief = story.bench.run("brief", step).out
        assert f"{story.bench.session_folder / name_of(whole)}\n" in brief
        assert whole[2000:2100] not in brief


def test_a_brief_names_only_what_it_quotes(at: Callable[[str], Story]) -> None:
    """A reason is in no brief, so its file is in none; a brief repeated is the same."""
    story = at("3 in flight")
    first = story.bench.run("brief", "3").out
    assert story.bench.run("note", LOG).code == 0
    assert story.bench.run("brief", "3").out == first
    assert story.bench.run("fail", "3", "--reason", f"again {LOG}").code == 0
    assert story.bench.person("retry").code == 0
    brief = story.bench.run("brief", "3").out
    reason = f"again {LOG}".strip()
    assert (name_of(LOG.strip()) in brief, name_of(reason) in brief) == (True, False)


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_the_files_are_part_of_the_record(bench: Workbench, harm: str) -> None:
    """What something else does to one is put back, and the timeline says so; unsealed, verify."""
    bench.run("start", LOG)
    file = bench.session_folder / "description.txt"

    def harmed() -> None:
        file.write_text("nothing is wrong") if harm == "changed" else file.unlink()

    harmed()
    assert bench.run("verify").code == 1
    assert bench.run("next").code == 0
    assert file.read_text(encoding="utf-8") == LOG
    assert "description.txt: changed by something else" in bench.state()["timeline"][-1]["text"]
    assert bench.run("verify").code == 0
    bench.unseal()
    harmed()
    told = bench.run("verify")
    how = "was changed after it was recorded" if harm == "changed" else "is recorded, and it is not"
    assert (told.code, f"description.txt {how}" in told.out) == (1, True)


def test_the_files_go_where_the_session_goes(bench: Workbench) -> None:
    """Into the archive with it, a new long description in their place, and back."""
    bench.run("start", LOG)
    bench.run("note", LOG)
    archived = bench.state()["incident_id"]
    other = f"Another.\n{LOG}"
    assert bench.person("start", "-", "--fresh", answers=f"{other}\x04y\n").code == 0
    assert said(bench) == {"description.txt": bench.state()["incident"]}
    folder = bench.session_folder / "archive" / archived
    names = {"description.txt", name_of(LOG.strip())}
    assert {file.name for file in folder.glob("*.txt")} == names
    assert bench.person("close", "--reason", "a false alarm").code == 0
    assert bench.person("restore", archived).code == 0
    assert said(bench) == {"description.txt": LOG, name_of(LOG.strip()): LOG.strip()}
    assert bench.run("verify").code == 0


@pytest.mark.system
def test_what_is_too_large_is_refused_and_nothing_recorded(at: Callable[[str], Story]) -> None:
    """The refusal says what to do with it."""
    bench = at("2 due").bench
    before = bench.state_bytes()
    refused = bench.run("note", "-", stdin="x" * 5_000_001)
    told = "It is larger than 5 MB: keep it in a file, and say which."
    assert (refused.code, told in refused.err) == (1, True), refused.err
    assert bench.state_bytes() == before
    shutil.rmtree(bench.session_folder)
    bench.unseal()
    assert bench.run("start", "-", stdin="x" * 5_000_001).code == 1
    assert not (bench.session_folder / "state.json").exists()


def test_a_session_of_an_older_version_is_quoted_as_it_is(at: Callable[[str], Story]) -> None:
    """It has no such file, so none is named."""
    bench = at("1 due").bench
    bench.unseal()
    file: Path = bench.session_folder / "state.json"
    state = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(state | {"incident": LOG}), encoding="utf-8")
    brief = bench.run("brief", "1").out
    assert (LOG in brief, "description.txt" in brief) == (True, False)
