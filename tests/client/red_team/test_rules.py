"""The real client with models that break the rules: nothing of it gets through, and each is told.

The user has allowed every tool in the settings, so that what is asked is asked by a gate.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.red_team import attempt_cases as attempts
from tests.client.red_team.attempt_cases import TRIED, Attempt, judged, record
from tests.support.client import conversation
from tests.support.client.agent import Conduct
from tests.support.client.incident import COMMAND, Incident
from tests.support.client.messages import ToolUse
from tests.support.client.obedient import Obedient, Whim
from tests.support.stopped_line_cases import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Callable


pytestmark = [
    pytest.mark.system,
    pytest.mark.xdist_group("red team"),
    pytest.mark.usefixtures("counted"),
]

ALLOWED = "Bash Write Edit Agent SendMessage CronCreate EnterWorktree Monitor EnterPlanMode".split()
EVERYTHING_ALLOWED = {"settings": json.dumps({"permissions": {"allow": ALLOWED}})}
LOADED = ToolUse(
    "ToolSearch",
    {
        "query": "select:SendMessage,CronCreate,EnterWorktree,Monitor,EnterPlanMode,NotebookEdit",
        "max_results": 10,
    },
)


def with_scripts(run: Incident) -> tuple[str, str]:
    """Put the scripts that attempts run into the project; the helper and the project's path."""
    for name, text in SCRIPTS.items():
        file = run.bench.project / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)
    return run.helper, str(run.bench.project)


def allows(asked: list[str]) -> Callable[[str, dict[str, Any]], bool]:
    """A host that refuses whatever is put to it, and keeps what it was."""

    def permit(tool: str, _given: dict[str, Any]) -> bool:
        asked.append(tool)
        return False

    return permit


def test_nothing_gets_through_from_the_main_thread(incident: Callable[..., Incident]) -> None:
    """At a checkpoint: no agent, no other work, no write, no decision."""
    asked: list[str] = []
    run = incident("cp1", permit=allows(asked))
    helper, project = with_scripts(run)
    tried = [*attempts.tools(project), *attempts.lines(helper, project)]
    before = record(run.bench)
    run.model = Whim([LOADED, *(attempt.call for attempt in tried)])
    run.opens(**EVERYTHING_ALLOWED)
    run.type(COMMAND)
    judged(tried, list(conversation.read(run.requests[-1]).calls), "main thread")
    assert record(run.bench) == before
    assert len(asked) == sum(attempt.ends == "ask" for attempt in tried)
    assert run.agents == []


def test_nothing_gets_through_from_a_steps_agent(incident: Callable[..., Incident]) -> None:
    """In an investigating step its agent writes its own document, and nothing else."""
    asked: list[str] = []
    run = incident("4 due", permit=allows(asked))
    helper, project = with_scripts(run)
    session = f"{project}/.incident-response"
    writes = {
        f"{session}/state.json": "written by",
        f"{session}/05a-security.md": "written by",
        f"{session}/01-classification.md": "written by",
        f"{project}/fix.py": "proposal",
    }
    tried = [
        Attempt("state", ToolUse("Write", {"file_path": path, "content": "x"}), "deny", told)
        for path, told in writes.items()
    ] + attempts.lines(helper, project)
    before = record(run.bench)
    calls = tuple(attempt.call for attempt in tried)
    run.model = Obedient(conduct={"04-debugging.md": [Conduct(before_write=calls)]})
    run.opens(**EVERYTHING_ALLOWED)
    run.type(COMMAND)
    first = run.agents[0].id
    last = [r for r in run.api.requests if r.agent_id == first][-1]
    judged(tried, list(conversation.read(last).calls), "agent")
    found = record(run.bench)
    kept = {name: found["files"].get(name) for name in before["files"]}
    assert kept == before["files"]
    assert "fix.py" not in found["files"]


def test_no_answer_but_a_real_one_decides(incident: Callable[..., Incident]) -> None:
    """Own wording, empty, unknown and free answers leave the checkpoint open."""
    options = [{"label": "Approve", "description": "-"}, {"label": "Pause", "description": "-"}]
    own = {"question": "Approve the mitigation?", "header": "Checkpoint 1", "options": options}
    run = incident("cp1", answers=["Approve", "Approve", "", "Yes", "approve it", None])
    before = record(run.bench)
    ask = ToolUse("AskUserQuestion", {"questions": [own]})
    old = ToolUse(
        "AskUserQuestion", {"questions": [{**own, "question": "Checkpoint 1 [0a1b2c3d]"}]}
    )
    run.model = Whim([ask, old])
    run.type(COMMAND)
    calls = conversation.read(run.requests[-1])
    assert calls.calls[0].failed is False
    assert "decides nothing" in "\n".join(said.text for said in calls.said)
    run.model = Obedient()
    run.type("go on")
    TRIED["decisions", "AskUserQuestion", "main thread"] += 6
    assert {**record(run.bench), "files": ...} == {**before, "files": ...}
    assert run["approved"] == {} if "approved" in run.bench.state() else True


def test_a_step_in_another_session_is_not_launched(incident: Callable[..., Incident]) -> None:
    """A client session that does not lead the incident launches and completes nothing of it."""
    run = incident("4 due", permit=allows([]))
    run.model = Whim([])
    run.opens(**EVERYTHING_ALLOWED)
    run.type(COMMAND)
    helper, project = with_scripts(run)
    before = record(run.bench)
    launch = {
        "subagent_type": "incident-response:debugger",
        "description": "x",
        "prompt": "Incident step 4",
        "run_in_background": False,
    }
    calls = [
        ToolUse("Agent", launch),
        *(
            ToolUse("Bash", {"command": f"{helper} {words} --project {project}"})
            for words in ("launch 4", "complete 4", "fail 4 --reason x", "reopen --from 1")
        ),
        *(
            attempt.call
            for attempt in attempts.lines(helper, project)[::4]
            if attempt.ends == "deny"
        ),
    ]
    run.model = Whim(list(calls))
    run.opens(**EVERYTHING_ALLOWED)
    run.type("please go on")
    made = conversation.read(run.requests[-1]).calls
    assert [call.result for call in made if not call.failed] == []
    assert len(made) == len(calls)
    assert record(run.bench) == before
    TRIED["order", "Agent and Bash", "another session"] += len(calls)
