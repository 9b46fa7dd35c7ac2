"""Signs that nobody sees, or that change how others are shown, whoever wrote them."""

from __future__ import annotations

import json
import os
import subprocess
import unicodedata
from typing import TYPE_CHECKING

import pytest

from incident_state.documents import signs
from incident_state.helper import quoted
from incident_state.hooks.shell.words import unescaped
from tests.support.thinned import thinned
from tests.support.told_incident import Told
from tests.support.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.story import Story

# Joiners make Persian words and emoji; what is left of the category is seen.
JOINERS = "\u200c\u200d"
SEEN = "\u0600\u06dd\u070f\u0890\u08e2\U000110bd\U00013430"
HIDDEN = "\x1b\x07\x7f\x85\x9b\u00ad\u061c\u200b\u200e\u2028\u202e\u2066\u2060\ufeff\U000e0041"
EVIL = f"Down{HIDDEN} again 👩‍🚒 می‌شود"
READ = ["status", "timeline", "list", "handoff", "verify", "next", "doctor"]
# Bytes that are no UTF-8 stand beside the signs.
NAME = os.fsdecode(b"pr\xff'\\ ") + HIDDEN.replace("\ufeff", "")


def hidden(text: str) -> set[str]:
    """Return the signs of a text that are not shown as themselves."""
    kinds = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return {s for s in text if unicodedata.category(s) in kinds} - {*"\n\t", *JOINERS, *SEEN}


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """Give a project with such a path, and an incident with such words and such a document."""
    bench = Workbench(tmp_path / NAME)
    told = Told(bench.project, EVIL)
    told.done(1).done(2).done(3, ACTIVE_CHANGES=f"- {EVIL}", USER_IMPACT_REDUCTION=EVIL)
    told.note(EVIL)
    return bench


def test_what_is_left_out_is_what_is_not_seen() -> None:
    """All that Unicode calls a control, a format sign, a line end or half of a pair."""
    every = map(chr, range(0x110000))
    left = {sign for sign in every if hidden(sign) and not signs.HIDDEN.match(sign)}
    names = {unicodedata.name(sign, "") for sign in left}
    assert all("HIEROGLYPH" in n or "ARABIC" in n or "KAITHI" in n for n in names), names


SAYING = [*READ, "brief 4", "timeline --json", "status --json"]


@pytest.mark.parametrize("words", thinned(SAYING, 4))
def test_whatever_a_command_says_is_inert(bench: Workbench, words: str) -> None:
    """In a pipe and at a terminal: descriptions, notes, documents, the account, the path."""
    line = words.split()
    if words == "brief 4":
        assert bench.person("approve", LOGNAME=NAME).code == 0
    done = bench.run(*line, session="s1")
    seen = bench.person(*line, LOGNAME=NAME)
    assert (done.code in {0, 1}, hidden(done.out + done.err), hidden(seen.out)) == (
        True,
        set(),
        set(),
    )


def test_an_account_is_recorded_inert(bench: Workbench) -> None:
    """With the replacement sign for what is no text, whatever LOGNAME holds."""
    assert bench.person("approve", LOGNAME=NAME).code == 0
    by = bench.state()["timeline"][-1]["decision"]["user"]
    assert by == "pr\ufffd'\\"


@pytest.mark.system
@pytest.mark.parametrize("half", ["\ud83d", "\ude92\ud83d"])
def test_half_an_emoji_in_an_answer_is_recorded_as_a_replacement_sign(
    at: Callable[[str], Story], half: str
) -> None:
    """Nothing else of the answer is lost, and `verify` finds it in the transcript."""
    story = at("owned, cp1 asked")
    said = story.tell(f"s1 answers Is it warm {half} again?")
    assert said.code == 0
    newest = story.bench.state()["timeline"][-1]
    assert (newest["kind"], newest["text"]) == (
        "remark",
        "Is it warm " + "\ufffd" * len(half) + " again?",
    )
    assert story.bench.run("verify").code == 0


def test_half_an_emoji_in_any_field_of_an_event_is_none_to_a_gate(
    at: Callable[[str], Story],
) -> None:
    """An event is answered as it would be without it."""
    bench = at("owned, cp1").bench
    call = {"tool_name": "Bash", "tool_input": {"command": "kubectl delete pod \ud83d"}}
    code, said, _ = bench.hook("PreToolUse", call | {"tool_use_id": "t\udc00"})
    assert (code, said["hookSpecificOutput"]["permissionDecision"]) == (0, "ask")
    typed = {"prompt": "x \ud83d", "command_name": "incident-response:incident-response"}
    code, _, _ = bench.hook("UserPromptExpansion", typed | {"command_args": "\ud83d is down"})
    assert code == 0


def test_json_escapes_what_a_text_leaves_out(bench: Workbench) -> None:
    """So nothing of it is lost, and nothing of it is seen."""
    done = bench.run("status", "--json")
    assert json.loads(done.out)["incident"] == EVIL
    assert ("\\u202e" in done.out, "👩‍🚒 می‌شود" in done.out) == (True, True)


def test_an_unknown_key_is_told_inert(bench: Workbench) -> None:
    """Of a state that somebody changed, by commands and by hooks."""
    bench.unseal()
    state = bench.state() | {f"x{EVIL}": 1, "status": "complete", "sealed": None}
    (bench.session_folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
    told = bench.run("next")
    call = {"tool_name": "Bash", "tool_input": {"command": "kubectl delete pod x"}}
    code, _, refused = bench.hook("PreToolUse", call | {"tool_use_id": "t1"})
    assert (told.code, code, hidden(told.err + refused)) == (65, 2, set())


def test_a_command_line_runs_as_printed(bench: Workbench) -> None:
    """Also with a project whose path has such signs."""
    told = bench.run("resume").out
    line = next(line for line in told.splitlines() if "--project" in line and "approve" in line)
    word = line.partition("--project ")[2].strip()
    seen = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True)
    assert seen.stdout == os.fsencode(bench.project)


@pytest.mark.parametrize("word", ["a b", EVIL, NAME, "a\nb'c\\d", "\x1b1", "é\udcff\U000e0041f"])
def test_a_word_is_read_by_a_shell_as_it_was(word: str) -> None:
    """By a real one, and by the gates that look through lines."""
    line = quoted(word)
    seen = subprocess.run(["bash", "-c", f"printf %s {line}"], capture_output=True, check=True)
    assert (seen.stdout, hidden(line)) == (os.fsencode(word), set())
    if line.startswith("$'"):
        assert unescaped(line[2:-1]) == word


@pytest.mark.parametrize(
    "body",
    [r"\x2drf \055rf", r"caf\u00e9", r"\u72\u6d", r"\\u0041", r"\U0001F600", r"\xff\xc3\xa9"],
)
def test_an_escaped_word_is_what_bash_makes_of_it(body: str) -> None:
    """Letters by name, bytes by number."""
    done = subprocess.run(
        ["bash", "-c", f"printf %s $'{body}'"],
        capture_output=True,
        check=True,
        env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
    )
    assert os.fsencode(unescaped(body)) == done.stdout
