"""What must not be refused, in the real client: the gates are never in the way of honest work.

The user has allowed every tool in the settings, so that whatever is asked is asked by a gate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.client.red_team.test_rules import EVERYTHING_ALLOWED, allows, with_scripts
from tests.support.client import conversation
from tests.support.client.agent import Conduct
from tests.support.client.incident import COMMAND, Incident
from tests.support.client.messages import ToolUse
from tests.support.client.obedient import Obedient, Whim
from tests.support.harmless_line_cases import FREE, FREE_IN_CODE_STEPS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.client.conversation import Call

pytestmark = pytest.mark.system

# What waits for a terminal, a network or a minute, and says nothing that the others do not.
SLOW = ("kubectl logs -f", "top ", "journalctl", "curl ", "dig ", "pip install", "npm install")


def lines(texts: list[str], helper: str) -> list[ToolUse]:
    """The lines as Bash calls."""
    found = []
    for text in texts:
        if not text.startswith(SLOW):
            command = text.replace("'H'", f"'{helper}'")
            found.append(ToolUse("Bash", {"command": f"{helper} ".join(command.split("H "))}))
    return found


def refused(calls: list[Call]) -> list[tuple[Call, str]]:
    """The calls that a gate had a word against."""
    words = ("is refused", "The user refused", "may change nothing", "hook error")
    return [(call, call.result) for call in calls if any(word in call.result for word in words)]


def of_the_agent(run: Incident) -> list[Call]:
    """What the first agent has called, with the results."""
    last = [request for request in run.api.requests if request.agent_id == run.agents[0].id][-1]
    return list(conversation.read(last).calls)


def test_an_investigating_agent_reads_and_tests_freely(incident: Callable[..., Incident]) -> None:
    """Step 4's agent: files, telemetry, pipelines, tests, the record itself."""
    asked: list[str] = []
    run = incident("4 due", permit=allows(asked))
    helper, project = with_scripts(run)
    session = f"{project}/.incident-response"
    actions = [
        ToolUse("Read", {"file_path": f"{session}/01-classification.md"}),
        ToolUse("Read", {"file_path": f"{session}/state.json"}),
        *lines(FREE, helper),
    ]
    run.model = Obedient(conduct={"04-debugging.md": [Conduct(before_write=tuple(actions))]})
    run.opens(**EVERYTHING_ALLOWED)
    run.type(COMMAND)
    assert len(actions) >= 30
    assert refused(of_the_agent(run)) == []
    assert asked == []


@pytest.mark.parametrize(
    ("state", "document"),
    [
        ("3 due", "03-mitigation.md"),
        ("7 due", "06-fix.md"),
        ("8 due", "07-deployment.md"),
        ("12 due", "11-monitoring.md"),
    ],
)
def test_the_agent_of_a_step_that_may_change_code_does(
    incident: Callable[..., Incident], state: str, document: str
) -> None:
    """It writes, edits, commits and cleans up in the project."""
    asked: list[str] = []
    run = incident(state, permit=allows(asked))
    helper, project = with_scripts(run)
    actions = [
        ToolUse("Write", {"file_path": f"{project}/src/fix.py", "content": "FIXED = True\n"}),
        ToolUse(
            "Edit",
            {
                "replace_all": False,  # in the client's order, by which a call is known again
                "file_path": f"{project}/src/fix.py",
                "old_string": "True",
                "new_string": "1",
            },
        ),
        *lines(FREE_IN_CODE_STEPS, helper),
    ]
    run.model = Obedient(conduct={document: [Conduct(before_write=tuple(actions))]})
    run.opens(**EVERYTHING_ALLOWED)
    run.type(COMMAND)
    made = of_the_agent(run)
    assert refused(made) == []
    assert asked == []
    edited = [call.failed for call in made if str(call.input.get("file_path")).endswith("fix.py")]
    assert edited == [False, False]


def test_another_session_of_the_project_works_as_ever(incident: Callable[..., Incident]) -> None:
    """It edits, commits and launches agents while the incident is led elsewhere."""
    asked: list[str] = []
    run = incident("4 due", permit=allows(asked))
    run.model = Whim([])
    run.opens(**EVERYTHING_ALLOWED)
    run.type(COMMAND)
    helper, project = with_scripts(run)
    actions = [
        ToolUse("Write", {"file_path": f"{project}/other.py", "content": "x = 1\n"}),
        ToolUse(
            "Agent",
            {
                "subagent_type": "general-purpose",
                "description": "x",
                "prompt": "Say hello",
                "run_in_background": False,
            },
        ),
        *lines(["git add other.py && git commit -m 'add it'", *FREE_IN_CODE_STEPS], helper),
    ]
    run.model = Whim(actions)
    run.opens(**EVERYTHING_ALLOWED)
    run.type("do some other work")
    assert refused(list(conversation.read(run.requests[-1]).calls)) == []
    assert asked == []
    assert len(run.agents) == 1


CHANGES = (
    "kubectl scale deploy/checkout --replicas=4",
    "kubectl rollout undo deploy/checkout",
    "kubectl scale deploy/checkout --replicas=6",
)


@pytest.mark.parametrize(
    ("state", "document", "times"),
    [
        ("8 due", "07-deployment.md", 2),
        ("7 due", "06-fix.md", 3),
        ("12 due", "11-monitoring.md", 3),
    ],
)
def test_changes_to_production_are_asked_for_as_often_as_the_step_has_it(
    incident: Callable[..., Incident], state: str, document: str, times: int
) -> None:
    """The user allows: in the deployment each once, in the fix and the monitoring each time."""
    asked: list[str] = []

    def consents(tool: str, given: dict[str, Any]) -> bool:
        asked.append(str(given.get("command")))
        return tool == "Bash"

    run = incident(state, permit=consents)
    # What stands in for kubectl does nothing, and says so.
    folder = run.bench.project / "bin"
    folder.mkdir()
    kubectl = folder / "kubectl"
    kubectl.write_text("#!/bin/sh\necho done\n")
    kubectl.chmod(0o755)
    actions = tuple(ToolUse("Bash", {"command": f"PATH={folder}:$PATH {line}"}) for line in CHANGES)
    run.model = Obedient(conduct={document: [Conduct(before_write=actions)]})
    run.opens(**EVERYTHING_ALLOWED)
    run.type(COMMAND)
    made = [call for call in of_the_agent(run) if call.name == "Bash"]
    assert [call.result.strip() for call in made] == ["done"] * 3
    assert len(asked) == times, asked
