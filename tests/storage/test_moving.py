"""A document that nobody has completed is masked where it is moved to, and where it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.story import Story

SECRET = "AKIA" + "Q3EGZ7YBN5MWXKTP"
LINE = f"\nKey {SECRET} was in the log.\n"


def add_secret(path: Path) -> None:
    """Write the line with the secret at the end of a document."""
    with path.open("a", encoding="utf-8") as file:
        file.write(LINE)


def holding(folder: Path) -> list[str]:
    """Return the files below the folder that hold the secret."""
    return [str(p) for p in folder.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]


@pytest.mark.parametrize(
    ("state", "step", "words"),
    [
        ("8 rolled back", "8", ("decide", "New fix")),
        ("2 in flight", "2", ("archive",)),
        ("2 in flight", "2", ("start", "Search is slow", "--fresh")),
        ("cp1 changes", "3", ("reopen", "--from", "3")),
        ("cp1", "3", ("archive",)),
    ],
)
def test_what_is_moved_holds_no_secret(
    at: Callable[[str], Story], state: str, step: str, words: tuple[str, ...]
) -> None:
    """A failed attempt's, one in flight, one that was changed after it was complete."""
    bench = at(state).bench
    if state.startswith("cp1"):
        add_secret(bench.session_folder / "03-mitigation.md")
    else:
        add_secret(bench.write_document(int(step)))
    told = bench.person(*words)
    assert told.code == 0, told
    moved = [p for p in bench.session_folder.rglob("*/0*.md") if "in the log." in p.read_text()]
    assert (len(moved), holding(bench.session_folder), holding(bench.vault)) == (1, [], [])


def test_bytes_that_are_no_text_are_moved_as_they_are(at: Callable[[str], Story]) -> None:
    """The secret in them is masked all the same."""
    bench = at("2 in flight").bench
    (bench.session_folder / "02-observability.md").write_bytes(b"\xff\xfe\n" + LINE.encode())
    assert bench.person("archive").code == 0
    (moved,) = bench.session_folder.glob("archive/*/02-observability.md")
    assert moved.read_bytes() == b"\xff\xfe\n\nKey [masked: AWS key] was in the log.\n"


def test_what_was_put_away_holds_no_secret(at: Callable[[str], Story]) -> None:
    """A model wrote it over a document of the record, which was put back."""
    bench = at("cp1").bench
    call = {"tool_name": "Bash", "tool_input": {"command": "true"}, "tool_use_id": "t1"}
    bench.hook("PreToolUse", call)
    add_secret(bench.session_folder / "03-mitigation.md")
    bench.hook("PostToolUse", call | {"tool_response": {}})
    (away,) = bench.session_folder.glob("revisions/put-back-1/*.md")
    assert ("was in the log." in away.read_text(), holding(bench.session_folder)) == (True, [])


@pytest.mark.parametrize("words", [("report", "--output", "-"), ("handoff",), ("status",)])
def test_a_document_that_was_changed_is_shown_without_its_secrets(
    at: Callable[[str], Story], words: tuple[str, ...]
) -> None:
    """Also one of an incident that is over, whose documents nobody takes over any more."""
    bench = at("complete").bench
    for name in bench.nine()["files_created"]:
        path = bench.session_folder / name
        text = path.read_text(encoding="utf-8")
        parts = [part.replace("\n\n", f"\n\n{LINE.strip()} ", 1) for part in text.split("\n## ")]
        path.write_text("\n## ".join([parts[0], *parts[1:]]), encoding="utf-8")
    told = bench.run(*words)
    assert (told.code, SECRET in told.out) == (0, False)
