"""A document changed after it was complete: nobody is said to have done it, until one amends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.told_incident import Told
from tests.support.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.story import Story

SECRET = "AKIA" + "Q3EGZ7YBN5MWXKTP"


def change(bench: Workbench, name: str, old: str, new: str) -> None:
    """Change a document in the session folder, as an editor would."""
    file = bench.session_folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def newest(bench: Workbench, kind: str) -> dict[str, str]:
    """The timeline's last event of that kind: who, and what."""
    event = [e for e in bench.state()["timeline"] if e["kind"] == kind][-1]
    return {key: event[key] for key in ("actor", "text")}


def test_a_change_that_nobody_owned_up_to_is_nobodys(at: Callable[[str], Story]) -> None:
    """`next` takes it over and says how many lines, not who."""
    bench = at("5+6 due").bench
    change(bench, "03-mitigation.md", "# What was found\n", "# What was done\n\nBy night.\n")
    assert bench.run("next", session="s1").code == 0
    assert newest(bench, "edited") == {
        "actor": "helper",
        "text": "Step 3: 03-mitigation.md was changed after it was complete "
        "(3 lines added, 1 removed)",
    }


def test_amend_takes_a_change_over_at_once_and_says_what_it_was(
    at: Callable[[str], Story],
) -> None:
    """By whoever runs it, secrets masked; run again it changes nothing."""
    bench = at("5+6 due").bench
    change(bench, "03-mitigation.md", "# What was found\n", f"# What was found\n\nKey {SECRET}\n")
    done = bench.run("amend", "3", session="s1")
    said = "03-mitigation.md was amended (2 lines added, 0 removed)"
    assert (done.code, said in done.out) == (0, True), done
    assert newest(bench, "amended") == {"actor": "model", "text": f"Step 3: {said}"}
    assert SECRET not in (bench.session_folder / "03-mitigation.md").read_text(encoding="utf-8")
    before = bench.state_bytes()
    again = bench.run("amend", "3", session="s1")
    assert (again.code, bench.state_bytes()) == (0, before)
    assert "03-mitigation.md is as it was recorded." in again.out


def test_what_was_decided_upon_and_changed_is_shown_at_the_next_checkpoint(
    at: Callable[[str], Story],
) -> None:
    """Once: at the checkpoint after that it is known."""
    bench = at("to consolidate").bench
    change(bench, "02-observability.md", "# What was found\n", "# What was seen\n")
    assert bench.person("amend", "2").code == 0
    bench.run("consolidate", "-", stdin="As found.", session="s1")
    summary = bench.next("s1")["summary"]
    assert summary["Changed since"] == "02-observability.md was amended (1 line added, 1 removed)"
    assert newest(bench, "amended")["actor"] == "person"


def test_a_complete_incidents_document_is_amended(at: Callable[[str], Story]) -> None:
    """An error found later is mended in the record, whose facts follow it."""
    bench = at("complete").bench
    change(bench, "07-deployment.md", "\nHealthy\n", "\nDegraded\n")
    change(bench, "10-postmortem.md", "# What was found\n", "# What was learnt\n")
    done = bench.person("amend", "8")
    assert done.code == 0
    assert "but not resolved" in re.sub(r"\s+", " ", bench.run("next").out)
    assert "10-postmortem.md was changed after it was found valid" in bench.run("verify").out
    assert bench.run("amend", "11", session="s1").code == 0
    assert bench.run("verify").code == 0


@pytest.mark.system
def test_verify_is_content_with_each_change_that_a_person_owns_up_to(
    at: Callable[[str], Story],
) -> None:
    """It says by which command, for every document; what was assembled goes with its steps."""
    bench = at("complete").bench
    names = bench.nine()["files_created"]
    for name in names:
        with (bench.session_folder / name).open("a", encoding="utf-8") as file:
            file.write("\nSeen once more.\n")
    told = re.findall(
        r"(?m)^Does not fit: (\S+) was changed .*: amend (\d+)$", bench.run("verify").out
    )
    assert [name for name, _ in told] == names
    for _, key in told:
        assert bench.person("amend", key).code == 0
    assert bench.run("verify").code == 0
    made = [e for e in bench.state()["timeline"] if "was amended" in e["text"]]
    assert [event["actor"] for event in made] == ["person"] * len(names)


def test_an_assembled_document_that_was_changed_at_its_checkpoint_is_a_persons(
    at: Callable[[str], Story],
) -> None:
    """It is kept as the person wrote it, and they approve it as it is."""
    bench = at("cp2").bench
    change(bench, "05-investigation.md", "one slow query", "two slow queries")
    assert "05-investigation.md was amended." in bench.person("amend", "4").out
    assert newest(bench, "consolidated") == {
        "actor": "person",
        "text": "05-investigation.md was amended",
    }
    bench.person("resume")
    assert bench.person("approve").code == 0
    assert "two slow queries" in (bench.session_folder / "05-investigation.md").read_text("utf-8")
    assert bench.run("verify").code == 0


def test_an_invalid_change_is_not_taken_over(at: Callable[[str], Story]) -> None:
    """What is wrong is said, and the record stays as it was."""
    bench = at("complete").bench
    before = bench.state_bytes()
    change(bench, "07-deployment.md", "\nHealthy\n", "\nFine\n")
    done = bench.run("amend", "8", session="s1")
    assert (done.code, bench.state_bytes()) == (1, before)
    assert "the first line of SERVICE_HEALTH_POST_DEPLOY is not just Healthy" in done.err


def test_the_severity_that_a_changed_01_sets_is_a_line_of_the_timeline(tmp_path: Path) -> None:
    """Found, declared, or by default: each says which it was."""
    bench = Workbench(tmp_path / "bench")
    Told(bench.project).after(1).done(1)
    assert newest(bench, "classified") == {
        "actor": "person",
        "text": "Severity P0 found in 01-classification.md; as declared",
    }
    change(bench, "01-classification.md", "\nP0\n", "\nP2\n")
    assert bench.person("amend", "1").code == 0
    assert newest(bench, "classified")["text"] == (
        "Severity P2 found in 01-classification.md; declared was P0"
    )


def test_a_default_is_never_called_declared(at: Callable[[str], Story]) -> None:
    """Not in the timeline, and not in a brief."""
    bench = at("2 due").bench
    texts = [event["text"] for event in bench.state()["timeline"]]
    assert texts[0].startswith("Reported, P1 by default: ")
    assert texts[-1] == "Severity P1 found in 01-classification.md; none was declared"
    brief = at("1 due").bench.run("brief", "1", session="s1").out
    assert "severity P1 (the default: nobody has judged it yet)" in brief
    assert "declared" not in brief
