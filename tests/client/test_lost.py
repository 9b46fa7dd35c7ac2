"""Agents that come late, are stopped, interrupted, or die with their client."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from tests.support.client.agent import Conduct
from tests.support.client.incident import COMMAND, Incident
from tests.support.client.messages import Reply, ToolUse, reply
from tests.support.client.obedient import Obedient
from tests.support.client.terminal_ui import TerminalUi
from tests.support.patience import HANG
from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.client.conversation import Conversation

# A dozen runs of the client; the whole run in test_run.py stays among the quick ones.
pytestmark = pytest.mark.system

MITIGATION = "03-mitigation.md"
WARNING = "An earlier attempt at step {} began"
DEPLOYMENT = "07-deployment.md"
DEPLOY = ToolUse("Bash", {"command": "echo deployed >> ../deployments"})


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """Give what a held agent waits for; it is set at the test's end."""
    event = threading.Event()
    yield event
    event.set()


def test_an_agent_that_comes_late_is_not_heard(
    incident: Callable[..., Incident], release: threading.Event
) -> None:
    """While a second attempt is at work, the first one's document is refused and not recorded."""
    second = threading.Event()
    held = [Conduct(held=release), Conduct(held=second)]
    run = incident("3 due", answers=["Take over"], model=Obedient(conduct={MITIGATION: held}))
    first = run.opens()
    first.send(COMMAND)
    run.waits(lambda: run.held_back)
    run.opens().send(COMMAND)
    run.waits(lambda: len(run.agents) == 2)
    before = run.bench.state_bytes()
    late, current = run.agents
    release.set()
    run.waits(lambda: first.turns == 1)
    assert run.bench.state_bytes() == before
    assert run.documents == ["01-classification.md", "02-observability.md"]
    heard = [request for request in run.api.requests if request.agent_id == late.id][-1]
    assert "written by incident-state" in "\n".join(heard.last_tool_results)
    second.set()
    run.waits(lambda: run.session.turns == 1)
    assert run.document(MITIGATION).split("\n")[0].endswith("attempt 2 -->")
    assert current.prompt.startswith(WARNING.format(3))
    assert run["current_step"] == "checkpoint-1"


def test_an_interrupted_agents_step_is_due_again(
    incident: Callable[..., Incident], release: threading.Event
) -> None:
    """After an interrupt nothing is in flight for ever: the next turn launches the step anew."""
    run = incident("3 due", model=Obedient(conduct={MITIGATION: [Conduct(held=release)]}))
    run.opens().send(COMMAND)
    run.waits(lambda: run.held_back)
    run.session.interrupt()
    run.waits(lambda: run.session.turns == 1)
    run.type("go on")
    assert [agent.prompt.startswith(WARNING.format(3)) for agent in run.agents] == [False, True]
    assert run["current_step"] == "checkpoint-1"


def test_an_agent_that_its_host_stops_is_due_again(
    incident: Callable[..., Incident], release: threading.Event
) -> None:
    """Its step has not failed; the model is told that nobody is at work on it, and goes on."""
    run = incident("3 due", model=Obedient(conduct={MITIGATION: [Conduct(held=release)]}))
    run.opens().send(COMMAND)
    run.waits(lambda: run.held_back)
    run.session.stop_task(run.agents[0].id)
    run.waits(lambda: run.session.turns == 1)
    assert run["current_step"] == "checkpoint-1"
    assert [agent.prompt.startswith(WARNING.format(3)) for agent in run.agents] == [False, True]
    assert [question.labels[0] for question in run.questions] == ["Approve"]


class Stopper(Obedient):
    """A model that stops the first agent it has launched instead of waiting for it."""

    def orchestrator(self, talk: Conversation) -> Reply:
        """Load the tool, stop the agent, and do as it is told from then on."""
        launched = [call.launched for call in talk.calls if call.launched]
        made = [call.name for call in talk.calls]
        if launched and "ToolSearch" not in made:
            return reply(ToolUse("ToolSearch", {"query": "select:TaskStop"}))
        if launched and "TaskStop" not in made:
            return reply(ToolUse("TaskStop", {"task_id": launched[0]}))
        return super().orchestrator(talk)


def test_an_agent_that_the_model_stops_is_due_again(
    incident: Callable[..., Incident], release: threading.Event
) -> None:
    """In the terminal UI, where agents are in the background, TaskStop makes a step due again."""
    run = incident("3 due", model=Stopper(conduct={MITIGATION: [Conduct(held=release)]}))
    with TerminalUi(run.sandbox, ROOT) as screen:
        screen.submit(COMMAND)
        screen.wait_for("Checkpoint 1", HANG)
    assert "helper: Step 3: agent stopped" in run.timeline
    assert run["current_step"] == "checkpoint-1"
    assert [agent.prompt.startswith(WARNING.format(3)) for agent in run.agents] == [False, True]


@pytest.fixture
def killed(incident: Callable[..., Incident], release: threading.Event) -> Incident:
    """Give an incident whose client was killed while step 8's agent, having acted, worked."""
    conduct = {DEPLOYMENT: [Conduct(before_write=(DEPLOY,), held=release)]}
    run = incident("8 due", model=Obedient(conduct=conduct), permit=lambda tool, _: tool == "Bash")
    run.opens().send(COMMAND)
    run.waits((run.sandbox.root / "deployments").exists)
    assert whose(run) == "there"
    run.session.kill()
    return run


def whose(run: Incident) -> str:
    """Return what programs read of the client whose agent is in flight."""
    (running,) = json.loads(run.bench.run("status", "--json").out)["running"]
    return str(running["client"])


def test_a_person_is_not_told_to_wait_for_a_killed_client(killed: Incident) -> None:
    """Status says that nobody is at work, and what to type."""
    killed.waits(lambda: whose(killed) == "gone")
    shown = " ".join(killed.bench.run("status").out.split())
    assert "Step 8 has nobody at work on it: its client is gone." in shown
    assert shown.endswith("Go on in Claude Code, in this project: /incident-response")


def test_a_new_session_is_told_what_a_killed_client_had_in_flight(killed: Incident) -> None:
    """It asks before it does anything; the next agent is warned and nothing is deployed twice."""
    killed.type(COMMAND)
    (question,) = killed.questions
    assert question.labels == ("Take over", "Start fresh", "Leave")
    assert "In flight: step 8 since " in question.text
    assert (killed.in_flight, len(killed.agents)) == (["8"], 1)
    killed.answers = ["Take over"]
    killed.type(COMMAND)
    assert killed.agents[1].prompt.startswith(WARNING.format(8))
    assert (killed.sandbox.root / "deployments").read_text() == "deployed\n"
    assert killed["current_step"] == "checkpoint-3"


@pytest.mark.parametrize("typed", [COMMAND, "go on"])
def test_the_killed_session_itself_goes_on(killed: Incident, typed: str) -> None:
    """Continued under its own id it finds nothing in flight, and its new agent is warned."""
    old_id = killed.sessions[0].session_id
    killed.opens(continue_conversation=True)
    killed.type(typed)
    assert killed.session.session_id == old_id
    assert killed.agents[1].prompt.startswith(WARNING.format(8))
    assert (killed.sandbox.root / "deployments").read_text() == "deployed\n"
    assert (killed["current_step"], len(killed.questions)) == ("checkpoint-3", 1)
