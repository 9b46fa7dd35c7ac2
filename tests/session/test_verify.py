"""`verify` holds documents, steps and answers against what attests them, and changes nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.patience import HANG
from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story
    from tests.support.workbench import Workbench

Json = dict[str, Any]
CALL = "toolu_question"


def answered(bench: Workbench, label: str) -> Json:
    """A transcript's line: the user's answer to the question that was asked."""
    asked = json.loads((bench.notes / "question").read_text())
    answers = {asked["questions"][0]["question"]: label}
    result = {"type": "tool_result", "tool_use_id": CALL, "content": "answered"}
    message = {"role": "user", "content": [result]}
    return {"type": "user", "message": message, "toolUseResult": {**asked, "answers": answers}}


def consent(decision: str) -> Json:
    """A transcript's line: what some hook said of the call that asks."""
    said = {"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": decision}}
    hook = {"type": "hook_success", "hookEvent": "PreToolUse", "stdout": json.dumps(said)}
    return {"type": "attachment", "attachment": {**hook, "toolUseID": CALL}}


def test_a_document_changed_or_gone_does_not_fit(at: Callable[[str], Story]) -> None:
    """What is recorded of a document must still be true of the file."""
    bench = at("cp1").bench
    folder = bench.session_folder
    (folder / "01-classification.md").unlink()
    with (folder / "02-observability.md").open("a") as file:
        file.write("x")
    (folder / "07-rollback.md").write_text("x")
    before = bench.state_bytes()
    result = bench.run("verify", "--json")
    found = json.loads(result.out)
    assert (result.code, found["wrong"], found["untold"]) == (
        1,
        [
            "01-classification.md is recorded, and it is not there",
            (
                "02-observability.md was changed after it was found valid; whoever means the "
                "change has it taken over: amend 2"
            ),
            "07-rollback.md is there, and the rollback was not completed",
        ],
        [],
    )
    assert bench.state_bytes() == before


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ([], "Does not fit: {}: its transcript holds no such question ({})"),
        (["Pause"], "Does not fit: {}: its transcript holds another answer (Pause)"),
        (["Approve", "allow"], "Does not fit: {}: a hook answered, by its transcript ({})"),
        (["Approve", "deny"], ""),
        (["Approve"], ""),
    ],
)
def test_an_approval_is_held_against_its_transcript(
    at: Callable[[str], Story], lines: list[str], verdict: str
) -> None:
    """The transcript must hold that question and that answer, given by nobody's hook."""
    story = at("owned, cp1 asked")
    story.tell("s1 answers Approve")
    bench = story.bench
    entries = [
        consent(line) if line in {"allow", "deny"} else answered(bench, line) for line in lines
    ]
    transcript = bench.folder / "s1.jsonl"
    transcript.write_text("no JSON\n" + "".join(json.dumps(each) + "\n" for each in entries))
    result = bench.run("verify")
    decided = bench.state()["timeline"][-1]
    at_ = decided["at"][:19].replace("T", " ")
    what = f"'Checkpoint 1: Approve' of {at_} UTC"
    first = result.out.splitlines()[0] if verdict else ""
    assert (result.code, first) == (int(bool(verdict)), verdict.format(what, transcript))


def test_what_cannot_be_told_is_said(at: Callable[[str], Story]) -> None:
    """An answer in a terminal has no other witness, nor has one whose transcript is gone."""
    story = at("owned, cp1 asked")
    story.tell("s1 answers Approve")
    (story.bench.folder / "s1.jsonl").unlink()
    asked = story.bench.run("verify")
    typed = at("4 due").bench.run("verify")
    assert (asked.code, typed.code) == (0, 0)
    assert "its transcript cannot be read" in asked.out
    assert re.search(
        r"was given in a terminal by \S+ \(/dev/pts/\d+, below .+\); nothing", typed.out
    )


@pytest.mark.system
def test_an_answer_that_no_transcript_attests_decides_nothing(at: Callable[[str], Story]) -> None:
    """A program that records one on its own finds no question of the client's to point at."""
    story = at("owned, cp1 asked")
    transcript = story.bench.folder / "s1.jsonl"
    transcript.write_text(transcript.read_text().replace("AskUserQuestion", "Bash"))
    before = story.bench.nine()
    assert story.tell("s1 answers Approve").code == 0
    assert story.bench.nine() == before


# A model's program: it makes a terminal, and runs the helper in it as nobody's child.
OWN_TERMINAL = """
import os, sys
terminal, inside = os.openpty()
ended, lives = os.pipe()
child = os.fork()
if child == 0:
    if os.fork():
        os._exit(0)
    os.close(lives)
    os.read(ended, 1)  # until the process above is gone
    for stream in range(3):
        os.dup2(inside, stream)
    os.execve(sys.executable, [sys.executable, "-m", "incident_state", *sys.argv[1:]],
        {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ["PYTHONPATH"], "HOME": "/nowhere"})
os.close(inside)
os.close(lives)
os.waitpid(child, 0)
os.write(terminal, b"y\\n")
try:
    while os.read(terminal, 1000):
        pass
except OSError:
    pass
"""


def test_a_decision_in_a_terminal_that_a_clients_session_made_is_doubtful(
    at: Callable[[str], Story],
) -> None:
    """Whoever holds the terminal's other end types in it."""
    bench = at("cp1").bench
    assert bench.run("note", "one", session="s1").code == 0  # this copy's vault is recorded
    client = {"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": "s9"}
    subprocess.run(
        [sys.executable, "-c", OWN_TERMINAL, "approve", "--project", str(bench.project)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **client},
        cwd=bench.project,
        timeout=HANG,
        check=True,
    )
    assert bench.nine()["current_step"] == 4
    seen = bench.run("verify", "--json")
    found = json.loads(seen.out)
    (doubtful,) = found["doubtful"]
    assert (seen.code, found["wrong"], found["untold"]) == (0, [], [])
    assert re.search(r"/dev/pts/\d+.*; process \d+, of a client session, holds", doubtful)
    assert "1 doubtful" in bench.run("verify").out
