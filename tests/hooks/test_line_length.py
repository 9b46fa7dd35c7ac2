"""A gate is never late: its work grows as the line does, and a line that is too long is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from incident_state.hooks import respond, touching
from incident_state.hooks.helper_calls import is_helper_call
from incident_state.hooks.known.places import Places
from incident_state.hooks.line import Line
from incident_state.hooks.shell.syntax import MAX_LENGTH, take_apart

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def query(fields: int) -> str:
    """An Elasticsearch query of that many fields."""
    must = [{"match": {f"field{number}": "a,b"}} for number in range(fields)]
    return json.dumps({"query": {"bool": {"must": must}}})


LINES: dict[str, Callable[[int], str]] = {
    "a quoted query": lambda n: f"curl -s http://es:9200/_search -d '{query(n)}'",
    "a query in double quotes": lambda n: (
        f"curl -s http://es:9200/_search -d {json.dumps(query(n))}"
    ),
    "an unquoted query": lambda n: f"echo {query(n).replace(' ', '')}",
    "braces in a row": lambda n: "echo " + "{a,b}" * n,
    "braces in braces": lambda n: "echo " + "{a," * n + "b" + "}" * n,
    "braces that nothing closes": lambda n: "echo " + "{a," * n,
    "one brace of many words": lambda n: "echo {" + "a," * n + "}",
    "a heredoc": lambda n: "cat <<'END'\n" + "a {line}, here\n" * n + "END",
    "blanks": lambda n: "echo a" + " " * n + "b",
    "pipes": lambda n: "cat a" + " | grep b" * n,
    "commands": lambda n: "echo a; " * n,
    "substitutions": lambda n: "echo " + "$(echo a) " * n,
}


def work(command: str) -> int:
    """Count the calls, of Python and of C, that judging a line takes."""
    count = 0

    def counted(_frame: object, event: str, _what: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counted)
    try:
        is_helper_call(command)
        line = Line(command, "/srv", Places("/srv/shop"))
        line.decides()
        line.writes_record()
        touching.touched(line, "/srv/shop")
        touching.starts_client(line)
        line.findings()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", LINES)
def test_twice_the_line_is_twice_the_work(name: str) -> None:
    """Whatever is in it: no more than two and a half times the calls for a line twice as long."""
    once, twice = work(LINES[name](60)), work(LINES[name](120))
    assert twice < 2.5 * once + 200, (name, once, twice)


EXPANDED = ["{a,b}", "x{a,b}y{c,d}", "{1..3}", "$x", "$(echo a)", "`echo a`", '"$x"b', "${x:-a}"]
TEXTS = [
    *("{a}", "{}", "a,b", "'{a,b}'", '"{a,b}"c', "a..b", "'$x'", "\\$x"),
    """'{"a": 1, "b": [2, 3]}'""",
]


@pytest.mark.parametrize("word", TEXTS)
def test_what_a_shell_leaves_as_it_is_is_text(word: str) -> None:
    """Braces and commas in quotes are text, as bash itself says."""
    shell = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {word}"], capture_output=True, text=True, check=True
    )
    (simple,) = take_apart(f"echo {word}", "/srv", {})
    assert simple.texts == shell.stdout.splitlines()
    assert not simple.words[1].unseen


@pytest.mark.parametrize("word", EXPANDED)
def test_what_only_a_shell_knows_is_not_guessed(word: str) -> None:
    """What it makes of the word is marked as unseen."""
    *_, simple = take_apart(f"echo {word}", "/srv", {})
    assert simple.words[1].unseen


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """Give a function from a Bash line to the gate's answer while an agent of step 2 is at work."""
    monkeypatch.setenv("CLAUDE_PROJECT_DIR", str(tmp_path))
    run = {"by": "hook", "agent_id": "a1", "since": "2026-01-01T00:00:00.000Z"}
    state = {
        "incident_id": "INC-20260101-000000-abcd",
        "incident": "Search is slow",
        "status": "in_progress",
        "owner": "s1",
        "timeline": [],
        "steps": {"2": {"attempt": 1, "run": run}},
    }
    (tmp_path / ".incident-response").mkdir()
    (tmp_path / ".incident-response" / "state.json").write_text(json.dumps(state), "utf-8")

    def asked(command: str) -> dict[str, Any]:
        payload = {
            "hook_event_name": "PreToolUse",
            "tool_name": "Bash",
            "session_id": "s1",
            "tool_input": {"command": command},
            "cwd": str(tmp_path),
            "agent_id": "a1",
        }
        inner: dict[str, Any] = respond(payload).get("hookSpecificOutput", {})
        return inner

    return asked


def test_a_query_goes_through_and_a_line_behind_it_does_not(
    ask: Callable[[str], dict[str, Any]],
) -> None:
    """What is quoted is data, and what follows it is looked at all the same."""
    assert ask(f"curl -s http://es:9200/_search -G -d '{query(30)}' | head") == {}
    behind = ask(f"echo '{query(30)}' > /dev/null; rm -rf .incident-response")
    assert behind["permissionDecision"] == "deny"
    braced = ask("rm -rf {.incident-response,build}")
    assert braced["permissionDecision"] == "deny"


def test_a_line_that_is_too_long_is_refused_with_the_way_round(
    ask: Callable[[str], dict[str, Any]],
) -> None:
    """It is not taken apart; a script or a file does the same."""
    said = ask("echo " + "a" * MAX_LENGTH)
    assert said["permissionDecision"] == "deny"
    assert said["permissionDecisionReason"] == (
        "This line cannot be checked: it has more than 32,000 characters. "
        "Put it into a script file, or write a file with the Write tool."
    )
