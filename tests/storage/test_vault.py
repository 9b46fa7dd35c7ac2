"""The record is sealed outside the project: whatever a tool call does to it is put back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.attack_cases import RECORD
from tests.support.stopped_line_cases import SWEEPING
from tests.support.thinned import thinned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.story import Story
    from tests.support.workbench import Workbench

READY = "owned, cp1 asked"
# Lines that change the record in ways that no look at them tells, each with what is named.
LINES = {
    "a program's file object": (
        "python3 -c \"from pathlib import Path; Path('.incident-response/state.json').open('w')\"",
        "state.json",
    ),
    "an option of an interpreter": (
        "perl -pi -e 's/in_progress/complete/' .incident-response/state.json",
        "state.json",
    ),
    "a redirection": ("env > .incident-response/state.json", "state.json"),
    "a pattern": ("for f in .inc*/st*; do : > $f; done", "state.json"),
    "the times as they were": (
        (
            "cd .incident-response; touch -r state.json ../t; tr a b < state.json > ../x; "
            "cat ../x > state.json; touch -r ../t state.json"
        ),
        "state.json",
    ),
    "the version before": ("rm .incident-response/state.json.bak .incident-response/open", "open"),
    "the marker": ("rm .incident-response/open", "open"),
    "the folder": ("rm -rf .incident-response", ".incident-response/"),
    "a sweep": ("git init -q . && git clean -fdxq", ".incident-response/"),
    "a rename": ("mv .incident-response elsewhere", ".incident-response/"),
    "a file in its place": (
        "rm -rf .incident-response; echo > .incident-response",
        ".incident-response/",
    ),
    "a link in its place": (
        "mv .incident-response ../else; ln -s ../else .incident-response",
        ".incident-response/",
    ),
    "a folder in the state's place": (
        "cd .incident-response; rm state.json; mkdir state.json; echo > state.json/x",
        "state.json",
    ),
    "a document gone": ("rm .incident-response/01*", "01-classification.md"),
    "a document changed": (
        "sed -i s/P1/P3/ .incident-response/01-classification.md",
        "01-classification.md",
    ),
    "a document that is a link": (
        "cd .incident-response; mv 01-classification.md ..; ln -s ../01-classification.md .",
        "01-classification.md",
    ),
    "a forged session in the archive": (
        (
            "mkdir -p .incident-response/archive/INC-20260101-000000-abcd; "
            "cp .incident-response/state.json .incident-response/archive/INC-20260101-000000-abcd"
        ),
        "archive/INC-20260101-000000-abcd/state.json",
    ),
    "a forged revision": (
        "mkdir -p .incident-response/revisions/1; echo x > .incident-response/revisions/1/x.md",
        "revisions/1/x.md",
    ),
}


def record(bench: Workbench) -> dict[str, bytes]:
    """Return what the helper wrote: all files but the lock, and what was put away."""
    return {
        str(file.relative_to(bench.session_folder)): file.read_bytes()
        for file in sorted(bench.session_folder.rglob("*"))
        if file.is_file() and file.name != "lock" and "put-back-" not in str(file)
    }


def told_apart(files: dict[str, bytes]) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    """Return the files without what a line more in the timeline changes, and the timeline."""
    state = json.loads(files["state.json"])
    timeline = state.pop("timeline")
    for moving in ("last_updated", "sealed"):
        state.pop(moving)
    rest = {name: data for name, data in files.items() if not name.startswith("state.json")}
    return rest | {"state": json.dumps(state).encode()}, timeline


class Calls:
    """Tool calls of a client session around the project."""

    def __init__(self, bench: Workbench, session: str = "s1") -> None:
        """Take the project's workbench."""
        self.bench = bench
        self.session = session

    def begins(self, tool: str = "Bash", use: str = "t1", **given: str) -> tuple[int, Any, str]:
        """Ask the gates about a call, whatever they say."""
        payload = {"tool_name": tool, "tool_input": given, "tool_use_id": use}
        return self.bench.hook("PreToolUse", payload, self.session)

    def returns(self, tool: str = "Bash", use: str = "t1", **given: str) -> tuple[int, Any, str]:
        """Tell that the call came back."""
        payload = {
            "tool_name": tool,
            "tool_input": given,
            "tool_use_id": use,
            "tool_response": {"stdout": ""},
        }
        return self.bench.hook("PostToolUse", payload, self.session)

    def runs(self, line: str, seen: str = "make check") -> Any:  # noqa: ANN401 - a hook's JSON
        """Run a line while a call that looked harmless is at work; what the model is told."""
        assert self.begins(command=seen)[0] == 0
        # What a line says beside its doing is nobody's business here.
        subprocess.run(
            ["bash", "-c", line], cwd=self.bench.project, check=True, capture_output=True
        )
        code, said, err = self.returns(command=seen)
        assert (code, err) == (0, "")
        return said["hookSpecificOutput"]["additionalContext"] if said else None


@pytest.mark.parametrize("how", thinned(LINES, 4))
def test_what_a_call_changed_is_put_back(at: Callable[[str], Story], how: str) -> None:
    """The record is byte for byte as it was; the timeline and the model are told what changed."""
    bench = at(READY).bench
    before, told = told_apart(record(bench))
    line, named = LINES[how]
    said = Calls(bench).runs(line)
    after, timeline = told_apart(record(bench))
    assert after == before
    assert timeline[:-1] == told
    assert (timeline[-1]["kind"], timeline[-1]["actor"]) == ("healed", "helper")
    assert named in timeline[-1]["text"].partition(": ")[0]
    assert "changed by Bash (make check), and put back" in timeline[-1]["text"]
    assert named in said
    assert bench.run("verify").code == 0


@pytest.mark.parametrize("line", thinned([*RECORD, *SWEEPING], 5))
def test_an_attack_on_the_record_is_undone(at: Callable[[str], Story], line: str) -> None:
    """Whichever way: after the call it is as the helper wrote it, and it still verifies."""
    bench = at(READY).bench
    before, told = told_apart(record(bench))
    beside = line.replace("/tmp", "..")  # noqa: S108 - not the system's, in a test
    Calls(bench).runs(f"({beside}) || true")
    after, timeline = told_apart(record(bench))
    assert (after, [e for e in timeline if e["kind"] != "healed"]) == (before, told)
    assert (bench.session_folder / "open").exists()
    assert bench.run("verify").code == 0


def test_what_stood_there_is_kept(at: Callable[[str], Story]) -> None:
    """Nothing is lost: the changed file is in the revisions, as the timeline says."""
    bench = at(READY).bench
    Calls(bench).runs("echo mine > .incident-response/01-classification.md")
    kept = bench.session_folder / "revisions" / "put-back-1" / "01-classification.md"
    assert kept.read_text() == "mine\n"
    assert "in revisions/put-back-1/" in bench.state()["timeline"][-1]["text"]


def test_it_is_put_back_before_a_command_too(at: Callable[[str], Story]) -> None:
    """Where no hook sees a call, the helper's next command does; nobody is named."""
    bench = at(READY).bench
    before, _ = told_apart(record(bench))
    (bench.session_folder / "state.json").write_text("{}")
    assert bench.run("status").code == 0
    after, timeline = told_apart(record(bench))
    assert (after, timeline[-1]["text"]) == (
        before,
        (
            "state.json: changed by something else than the helper, and put back; what stood there "
            "is in revisions/put-back-1/"
        ),
    )


def test_a_persons_edit_between_calls_is_theirs(at: Callable[[str], Story]) -> None:
    """It is taken over as ever, and a call that comes after it undoes nothing."""
    bench = at(READY).bench
    document = bench.session_folder / "01-classification.md"
    edited = document.read_text() + "\nA line by hand.\n"
    document.write_text(edited)
    assert Calls(bench).runs("true") is None
    assert document.read_text() == edited
    assert bench.run("next").code == 0
    assert bench.state()["timeline"][-1]["kind"] == "edited"


def test_a_call_that_changes_an_edited_document_brings_the_edit_back(
    at: Callable[[str], Story],
) -> None:
    """What a person wrote just before the call is not lost by what the call did."""
    bench = at(READY).bench
    document = bench.session_folder / "01-classification.md"
    edited = document.read_text() + "\nA line by hand.\n"
    document.write_text(edited)
    assert "01-classification.md" in Calls(bench).runs(f": > {document}")
    assert document.read_text() == edited


def test_what_one_call_changed_is_not_anothers_edit(at: Callable[[str], Story]) -> None:
    """A document that changes while two calls are at work was not changed by a person."""
    bench = at(READY).bench
    before = record(bench)["01-classification.md"]
    one, other = Calls(bench), Calls(bench, "s2")
    one.begins(command="make", use="a")
    (bench.session_folder / "01-classification.md").write_text("gone")
    other.begins(command="make", use="b")
    assert record(bench)["01-classification.md"] == before


def test_a_document_edited_while_a_question_stands_is_a_persons(
    at: Callable[[str], Story],
) -> None:
    """A dialog is a call that lasts as long as a person reads, and edits."""
    bench = at(READY).bench
    document = bench.session_folder / "01-classification.md"
    calls = Calls(bench)
    calls.begins("AskUserQuestion", use="q")
    edited = document.read_text() + "\nA line by hand.\n"
    document.write_text(edited)
    calls.returns("AskUserQuestion", use="q")
    assert document.read_text() == edited


def test_a_call_that_was_never_made_holds_nobodys_edits_up(at: Callable[[str], Story]) -> None:
    """When a message's calls are over, none of them is at work any more."""
    bench = at(READY).bench
    Calls(bench).begins(command="make", use="a")
    assert (bench.vault / "calls" / "s1.main.a").exists()
    bench.hook("PostToolBatch", {"tool_calls": []})
    assert list((bench.vault / "calls").iterdir()) == []


def test_hooks_find_the_incident_by_the_vault_alone(at: Callable[[str], Story]) -> None:
    """With the folder gone the gates are as shut as ever, and the folder is back."""
    bench = at(READY).bench
    shutil.rmtree(bench.session_folder)
    code, said, _ = Calls(bench).begins("Write", file_path=str(bench.session_folder / "open"))
    assert (code, said["hookSpecificOutput"]["permissionDecision"]) == (0, "deny")
    assert (bench.session_folder / "state.json").exists()


def test_a_session_that_was_archived_comes_back_from_the_vault(at: Callable[[str], Story]) -> None:
    """`restore` finds what is gone from the project."""
    bench = at("archived").bench
    (archived,) = (bench.session_folder / "archive").iterdir()
    before = record(bench)
    shutil.rmtree(bench.session_folder)
    assert bench.run("status").code == 66
    assert bench.person("restore", archived.name).code == 0
    assert bench.state()["incident_id"] == archived.name
    assert len(record(bench)) >= len(before)


def test_without_a_place_it_is_said_once_and_all_else_goes_on(bench: Workbench) -> None:
    """The timeline says that the record is not sealed, and why; then that it is again."""
    bench.state_home.parent.mkdir(parents=True)
    bench.state_home.write_text("not a folder")
    assert bench.run("start", "Checkout is down", session="s1").code == 0
    assert bench.run("note", "one", session="s1").code == 0
    told = [event["text"] for event in bench.state()["timeline"] if event["kind"] == "unsealed"]
    assert told == [f"The record is not sealed outside the project: {bench.vault}: Not a directory"]
    assert bench.run("verify").out.count("not sealed") == 1
    bench.state_home.unlink()
    assert bench.run("note", "two", session="s1").code == 0
    assert [e["kind"] for e in bench.state()["timeline"]][-1] == "sealed"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")
def test_a_vault_that_may_not_be_written_is_said(bench: Workbench) -> None:
    """The same, where the permission is what is missing."""
    bench.state_home.mkdir(parents=True, mode=0o500)
    assert bench.run("start", "Checkout is down", session="s1").code == 0
    assert [e["kind"] for e in bench.state()["timeline"]][-1] == "unsealed"


def test_a_terminal_with_another_state_home_goes_on_with_the_same_vault(
    at: Callable[[str], Story], tmp_path: Path
) -> None:
    """What a person does there is not undone where the client's variables are others."""
    bench = at("2 due").bench
    assert bench.run("note", "one", session="s1").code == 0  # the copy's own place is recorded
    elsewhere = str(tmp_path / "elsewhere")
    assert bench.person("severity", "P3", XDG_STATE_HOME=elsewhere).code == 0
    assert bench.run("status").code == 0
    assert [e["kind"] for e in bench.state()["timeline"]][-1] == "severity"


def test_a_damaged_vault_attests_nothing(at: Callable[[str], Story]) -> None:
    """What it says is not believed; the next change seals the record anew."""
    bench = at("2 due").bench
    before = record(bench)["state.json"]
    sealed = bench.vault / "record"
    sealed.write_bytes(sealed.read_bytes().replace(b'"status": "in_progress"', b'"status": "x"'))
    assert bench.run("status").code == 0
    assert record(bench)["state.json"] == before
    assert bench.run("note", "one", session="s1").code == 0
    assert sealed.read_bytes().partition(b"\n")[2] == record(bench)["state.json"]
