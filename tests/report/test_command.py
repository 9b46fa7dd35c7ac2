"""`incident-state report`: where it puts the page, and what it refuses."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from incident_state.session import archiving
from tests.report.html_page import read
from tests.support.told_incident import Told
from tests.support.workbench import Result, Workbench

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def told(bench: Workbench) -> Told:
    """The workbench's incident, at checkpoint 1."""
    return Told(bench.project).triaged()


def title(text: str) -> str:
    """The page's title."""
    return next(read(text).all("title")).text


def test_the_page_is_written_here_under_the_incident_s_id(bench: Workbench, told: Told) -> None:
    """Its path is all that stands on standard output; only its owner may read it."""
    incident_id = told.session.load().incident_id
    file = bench.project / f"{incident_id}.html"
    assert bench.run("report") == Result(0, f"{file}\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert title(file.read_text("utf-8")).startswith("P0 Sites worldwide")
    told.note("a later line")
    assert bench.run("report", incident_id) == Result(0, f"{file}\n")
    assert "a later line" in file.read_text("utf-8")


def test_a_person_is_told_what_to_do_with_it(bench: Workbench, told: Told) -> None:
    """After the path, in a terminal alone."""
    assert told.now
    result = bench.person("report", "--output", "r.html")
    assert result.code == 0
    assert (
        result.out.splitlines()[-1] == "Open it in a browser; it is one file, to mail or to print."
    )


def test_the_page_goes_to_a_file_named_or_to_standard_output(
    bench: Workbench, told: Told, tmp_path: Path
) -> None:
    """`--output FILE`, or `-`; nothing else is written anywhere."""
    assert told.now
    before = sorted(path.name for path in bench.project.iterdir())
    file = tmp_path / "incident.html"
    assert bench.run("report", "--output", str(file)) == Result(0, f"{file}\n")
    printed = bench.run("report", "--output", "-")
    assert (printed.code, printed.err) == (0, "")
    assert title(printed.out) == title(file.read_text("utf-8"))
    assert sorted(path.name for path in bench.project.iterdir()) == before


def test_nothing_but_a_file_of_one_s_own_is_written(bench: Workbench, told: Told) -> None:
    """Not the record, no link, no folder, no device, no other file: exit code 2."""
    assert told.now
    folder = bench.session_folder
    (bench.project / "way").symlink_to(folder)
    (bench.project / "link.html").symlink_to(bench.project / "target.html")
    (bench.project / "index.html").write_text("<!DOCTYPE html>\n<html>mine</html>", "utf-8")
    before = sorted(path.name for path in folder.iterdir())
    refused = {
        ".incident-response/report.html": "is in .incident-response",
        "way/report.html": "is in .incident-response",
        ".incident-response/state.json": "is in .incident-response",
        ".incident-response/archive/../x.html": "is not a folder that can be used: make it.",
        "link.html": "is a symbolic link: name a file.",
        ".": "is not a file: name one.",
        "index.html": "is not an earlier report: name another file, or remove it.",
        "README.md": "does not end in .html: name a file that does.",
        "/dev/null": "is not a file: name one.",
        "missing/report.html": "is not a folder that can be used: make it.",
    }
    for output, words in refused.items():
        result = bench.run("report", "--output", output)
        assert (result.code, result.out) == (2, ""), output
        assert words in result.err, output
    assert sorted(path.name for path in folder.iterdir()) == before
    assert not (bench.project / "target.html").exists()
    assert (bench.project / "index.html").read_text("utf-8").endswith("mine</html>")


def test_an_archived_session_is_reported_by_its_id(bench: Workbench, told: Told) -> None:
    """Its page says that it was archived before its end; an unknown id is refused."""
    incident_id = told.session.load().incident_id
    archiving.archive(told.session)
    assert bench.run("report").code == 66
    printed = bench.run("report", incident_id, "--output", "-")
    (head,) = read(printed.out).all("header")
    assert head.text.startswith("P0 Archived unfinished ")
    assert "archived 14:06 UTC" in head.text
    assert bench.run("report", "INC-20190702-134200-0000").code == 1


def test_what_cannot_be_read_or_written_has_its_exit_code(bench: Workbench, told: Told) -> None:
    """66 without a session, 65 with a damaged one, 74 where the disk refuses."""
    assert bench.run("report", "--output", "/proc/report.html").code == 74
    assert told.now
    (bench.session_folder / "state.json").write_text("{", "utf-8")
    assert bench.run("report", "--output", "-").code == 65
    (bench.session_folder / "state.json").unlink()
    (bench.session_folder / "open").unlink()
    assert bench.run("report", "--output", "-").code == 66
