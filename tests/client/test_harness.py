"""The harness that drives the real client: what it promises, shown with a plugin of one hook."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.support.client.agent import Conduct
from tests.support.client.environment import Sandbox, leave_network, loopback_only, make_sandbox
from tests.support.client.headless import Headless, choose
from tests.support.client.messages import Answer, ApiError, Held, Request, ToolUse, reply
from tests.support.client.obedient import Obedient
from tests.support.client.scripted_api import Brain, ScriptedApi
from tests.support.client.terminal_ui import TerminalUi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUESTION: dict[str, Any] = {
    "question": "Go on?",
    "header": "Go on",
    "options": [
        {"label": "Approve", "description": "go on"},
        {"label": "Pause", "description": "wait"},
    ],
}
NEXT_QUESTION = f"AskUserQuestion {json.dumps({'questions': [QUESTION]})}"
BRIEF = """\
Write the document to {path}
Its first line is exactly the comment below. \
The first line of SEVERITY is P1 or P2, and nothing else.

~~~markdown
<!-- one -->
# Title

## SEVERITY

## IMPACT
~~~
"""

Open: TypeAlias = Callable[[Brain], Sandbox]


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """Make a plugin without anything in it."""
    root = tmp_path / "plugin"
    (root / ".claude-plugin").mkdir(parents=True)
    manifest = {"name": "empty", "version": "0.0.1", "description": "Nothing"}
    (root / ".claude-plugin" / "plugin.json").write_text(json.dumps(manifest))
    return root


@pytest.fixture
def sandbox_for(tmp_path: Path) -> Iterator[Open]:
    """Give sandboxes whose client asks the given brain; a failure of the brain fails the test."""
    apis = []

    def open_sandbox(brain: Brain) -> Sandbox:
        api = ScriptedApi(brain)
        apis.append(api.__enter__())
        return make_sandbox(tmp_path, api.url, {"CLAUDE_CODE_MAX_RETRIES": "0"})

    yield open_sandbox
    for api in apis:
        api.__exit__()
        api.check()


def launches(prompt: str) -> ToolUse:
    """Call for a general-purpose agent that the turn waits for."""
    given = {"subagent_type": "general-purpose", "description": "Work", "prompt": prompt}
    return ToolUse("Agent", {**given, "run_in_background": False})


def test_the_client_has_no_network() -> None:
    """Where the system allows it, nothing but loopback is there, and a server on it answers."""
    with ScriptedApi(lambda _: reply("")) as api:
        if not leave_network():
            pytest.skip("the system gives no network namespace")
        connection = HTTPConnection(api.url.removeprefix("http://"))
        connection.request("HEAD", "/")
        assert (loopback_only(), connection.getresponse().status) == (True, 200)
        connection.close()


def test_the_environment_holds_nothing_of_ours(
    sandbox_for: Open, plugin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client sees the harness's variables and none of the process that runs the tests."""
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "stray")
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", "/stray")
    calls = iter([reply(ToolUse("Bash", {"command": "env"}))])
    sandbox = sandbox_for(lambda _: next(calls, reply("done")))
    with Headless(sandbox, plugin, permit=lambda *_: True) as session:
        session.prompt("go")
    assert [asked.tool for asked in session.asked] == ["Bash"]
    assert "stray" not in repr(session.messages)
    assert str(sandbox.home) in repr(session.messages)


def test_headless_answers_a_question(sandbox_for: Open, plugin: Path) -> None:
    """The host's answer comes back to the model under the question's text."""
    told: list[str] = []

    def brain(request: Request) -> Answer:
        told.extend(request.last_tool_results)
        return (
            reply("done") if told else reply(ToolUse("AskUserQuestion", {"questions": [QUESTION]}))
        )

    with Headless(sandbox_for(brain), plugin, answer=choose("Approve")) as session:
        session.prompt("go")
    assert session.texts == ["done"]
    assert '"Go on?"="Approve"' in told[0]


def test_a_killed_session_goes_on(sandbox_for: Open, plugin: Path) -> None:
    """A client that was killed while the model was held up is continued under its session id."""
    release = threading.Event()
    answers: Iterator[Answer] = iter([Held(release, reply("never heard")), reply("here again")])
    sandbox = sandbox_for(lambda _: next(answers))
    with Headless(sandbox, plugin) as session:
        session.send("first")
        session.wait_until(lambda: bool(session.messages) and session.session_id != "")
        written = sandbox.home / ".claude" / "projects"
        session.wait_until(
            lambda: any('"first"' in f.read_text() for f in written.rglob("*.jsonl"))
        )
        session.kill()
    release.set()
    with Headless(sandbox, plugin, options={"continue_conversation": True}) as again:
        again.prompt("second")
    assert (again.texts, again.session_id) == (["here again"], session.session_id)


def test_the_obedient_model_works(sandbox_for: Open, plugin: Path, tmp_path: Path) -> None:
    """It launches what it is told to, the agent writes, it runs what comes then, it asks."""
    path = tmp_path / "01-note.md"
    agent = launches(BRIEF.format(path=path))
    done = ToolUse("Bash", {"command": f"cat > {tmp_path}/asked <<'EOF'\n{NEXT_QUESTION}\nEOF\n"})
    then = ToolUse("Bash", {"command": f"{done.input['command']}cat {tmp_path}/asked"})
    sandbox = sandbox_for(Obedient({"01-note.md": {"IMPACT": "None, see README.md:1"}}))
    typed = f"Agent {json.dumps(agent.input)}\nThen: Bash {json.dumps(then.input)}"
    with Headless(sandbox, plugin, answer=choose("Pause"), permit=lambda *_: True) as session:
        session.prompt(typed)
    lines = [line for line in path.read_text().splitlines() if line]
    assert lines[0] == "<!-- one -->"
    assert lines[2:4] == ["## SEVERITY", "P1"]
    assert lines[-2:] == ["## IMPACT", "None, see README.md:1"]
    assert [asked["questions"][0]["question"] for asked in session.questions] == ["Go on?"]


@pytest.mark.parametrize(
    ("conduct", "told"),
    [
        (Conduct(error=ApiError()), "API Error"),
        (Conduct(writes=False, report="Failed: no access"), "Failed: no access"),
    ],
)
@pytest.mark.system
def test_an_agent_can_go_wrong(
    sandbox_for: Open, plugin: Path, tmp_path: Path, conduct: Conduct, told: str
) -> None:
    """An agent fails as the test says, writes nothing, and the orchestrator is told so."""
    path = tmp_path / "01-note.md"
    brain = Obedient(conduct={"01-note.md": [conduct]})
    typed = f"Agent {json.dumps(launches(BRIEF.format(path=path)).input)}"
    with Headless(sandbox_for(brain), plugin, permit=lambda *_: True) as session:
        session.prompt(typed)
    assert told in repr(session.messages)
    assert not path.exists()


@pytest.mark.system
def test_the_terminal_ui_is_read_and_typed_into(sandbox_for: Open, plugin: Path) -> None:
    """A line is typed, a dialog comes up, an option is chosen by its label."""
    with TerminalUi(sandbox_for(Obedient()), plugin, columns=80) as screen:
        screen.submit(NEXT_QUESTION)
        screen.wait_for("☐ Go on")
        assert list(screen.options())[:2] == ["Approve", "Pause"]
        screen.choose("Pause")
        screen.wait_for("→ Pause")
        screen.wait_for("Nothing asks for anything")
