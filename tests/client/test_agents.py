"""Agents that fail, write nothing, write too little, or report a failure, in the real client."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.client.agent import Conduct
from tests.support.client.incident import COMMAND, Incident
from tests.support.client.messages import ApiError, ToolUse
from tests.support.client.obedient import Obedient

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.client.conversation import Conversation

# A dozen runs of the client; the whole run in test_run.py stays among the quick ones.
pytestmark = pytest.mark.system

RETRY = ("Retry", "Pause")
MITIGATION = "03-mitigation.md"


def events(run: Incident, step: int) -> list[str]:
    """What happened to a step, by kind, oldest first."""
    return [event["kind"] for event in run["timeline"] if event.get("step") == step]


def test_an_api_error_halts_until_a_person_says_retry(incident: Callable[..., Incident]) -> None:
    """The failure is recorded once and shown; the next attempt knows of the first."""
    model = Obedient(conduct={MITIGATION: [Conduct(error=ApiError(message="no such luck"))]})
    run = incident("3 due", answers=["Retry"], model=model)
    run.type(COMMAND)
    failed, checkpoint = run.questions
    assert failed.labels == RETRY
    assert "Step 3" in failed.text
    assert "API" in failed.text
    assert checkpoint.labels[0] == "Approve"
    again = ["launched", "agent-started"]
    assert events(run, 3) == [*again, "failed", *again, "agent-ended", "completed"]
    assert run.agents[1].prompt.startswith("An earlier attempt at step 3 began")
    assert run.document(MITIGATION).split("\n")[0].endswith("step 3 attempt 2 -->")


def test_an_agent_that_writes_nothing_is_sent_back_once(
    incident: Callable[..., Incident],
) -> None:
    """The second time its step has failed; a pause and a new session come back to the question."""
    model = Obedient(conduct={MITIGATION: [Conduct(writes=False)]})
    run = incident("3 due", answers=["Pause"], model=model)
    run.type(COMMAND)
    assert events(run, 3) == ["launched", "agent-started", "sent-back", "failed"]
    assert run["steps"]["3"]["failure"].startswith("its agent stopped twice")
    assert (run["status"], run.documents) == (
        "paused",
        ["01-classification.md", "02-observability.md"],
    )
    run.leaves()
    run.type(COMMAND)
    assert [question.labels for question in run.questions] == [RETRY, RETRY]
    assert len(run.agents) == 1


def test_a_table_where_a_person_looks_for_a_line_is_mended(
    incident: Callable[..., Incident],
) -> None:
    """The agent is sent back once and told which line; the question has the line, no table."""
    table = "| service | symptom |\n|---|---|\n| checkout | 500s |"
    model = Obedient(conduct={MITIGATION: [Conduct(first={"USER_IMPACT_REDUCTION": table})]})
    run = incident("3 due", model=model)
    run.type(COMMAND)
    assert events(run, 3)[2:] == ["sent-back", "agent-ended", "completed"]
    heard = [request for request in run.api.requests if request.is_subagent][-1]
    wrong = "the first line of USER_IMPACT_REDUCTION, which a person decides on, is a table"
    assert wrong in str(heard.messages)
    (question,) = run.questions
    assert "User impact reduction: The user impact reduction of this incident" in question.text


class Embellishing(Obedient):
    """A model that puts more into an Agent call than is printed."""

    def fill(self, call: ToolUse, text: str, talk: Conversation) -> ToolUse | None:
        """The call as it is printed, and more."""
        more = {"isolation": "worktree", "mode": "plan", "model": "haiku", "name": "first"}
        filled = super().fill(call, text, talk)
        return ToolUse("Agent", call.input | more) if call.name == "Agent" else filled


def test_what_keeps_a_step_from_writing_is_left_out(incident: Callable[..., Incident]) -> None:
    """Its agent writes its document in the project, and the model is told; the rest is kept."""
    run = incident("3 due", model=Embellishing())
    run.type(COMMAND)
    assert run["current_step"] == "checkpoint-1"
    assert "Step 3 was launched without isolation, mode, which would keep" in json.dumps(
        run.requests[-1].messages
    )
    agents = [request for request in run.api.requests if request.is_subagent]
    assert str(agents[0].body["model"]).startswith("claude-haiku")


def test_an_empty_section_is_mended(incident: Callable[..., Incident]) -> None:
    """The agent is told which section is wanting, mends its document, and the step is done."""
    model = Obedient(conduct={MITIGATION: [Conduct(omits=("TEMPORARY_FIXES",))]})
    run = incident("3 due", model=model)
    run.type(COMMAND)
    assert events(run, 3)[2:] == ["sent-back", "agent-ended", "completed"]
    heard = [request for request in run.api.requests if request.is_subagent][-1]
    assert "section TEMPORARY_FIXES is empty" in "\n".join(heard.last_user_texts) or any(
        "section TEMPORARY_FIXES is empty" in str(message) for message in heard.messages
    )
    assert run["current_step"] == "checkpoint-1"


def test_a_section_that_stays_empty_fails_the_step(incident: Callable[..., Incident]) -> None:
    """A stubborn agent is not sent back for ever, and its document is not taken."""
    conduct = Conduct(omits=("TEMPORARY_FIXES",), stubborn=True)
    run = incident("3 due", model=Obedient(conduct={MITIGATION: [conduct]}))
    run.type(COMMAND)
    assert events(run, 3)[2:] == ["sent-back", "failed"]
    assert "TEMPORARY_FIXES" in run.questions[0].text
    assert (run["current_step"], run["files_created"][-1]) == (3, "02-observability.md")


def test_a_failing_test_halts_though_the_document_is_there(
    incident: Callable[..., Incident],
) -> None:
    """What the agent reports as failed is not complete: the person is asked, told why."""
    conduct = Conduct(report="Failed: the health check of stage 2 answers 503")
    run = incident("8 due", model=Obedient(conduct={"07-deployment.md": [conduct]}))
    run.type(COMMAND)
    (question,) = run.questions
    assert question.labels == ("Retry", "Rollback", "Pause")
    assert "the health check of stage 2 answers 503" in question.text
    assert (run["current_step"], events(run, 8)[-1]) == (8, "failed")


@pytest.mark.parametrize(
    "failing", [("05a-security.md", "05b-performance.md"), ("05a-security.md",)]
)
def test_a_failure_among_two_at_once(
    incident: Callable[..., Incident], failing: tuple[str, ...]
) -> None:
    """Both failures stand in one question and Retry clears both; the other one completes."""
    model = Obedient(conduct={name: [Conduct(error=ApiError())] for name in failing})
    run = incident("5+6 due", answers=["Retry"], model=model)
    run.type(COMMAND)
    failed, checkpoint = run.questions
    assert ["Step 5 (" in failed.text, "Step 6 (" in failed.text] == [True, len(failing) == 2]
    assert failed.labels == RETRY
    assert checkpoint.labels == ("Approve", "Request changes", "Pause", "Close")
    assert [events(run, step).count("launched") for step in (5, 6)] == [2, len(failing)]
    assert run["current_step"] == "checkpoint-2"
