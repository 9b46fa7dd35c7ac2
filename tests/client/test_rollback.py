"""Checkpoint 3 in the real client: approval, rollback, and each way on after a rollback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.client.agent import Conduct
from tests.support.client.incident import COMMAND, Incident, edits
from tests.support.client.messages import ApiError
from tests.support.client.obedient import Idle, Obedient

if TYPE_CHECKING:
    from collections.abc import Callable

# A dozen runs of the client; the whole run in test_run.py stays among the quick ones.
pytestmark = pytest.mark.system

FIX = ["06-fix.md", "07-deployment.md"]
INVESTIGATION = ["04-debugging.md", "05-investigation.md", "05a-security.md", "05b-performance.md"]
DEPLOYED = ("Approve", "Rollback", "Check again", "Pause")
UNDEPLOYED = ("Approve", "Check again", "Pause", "Close")
AFTER = ("New fix", "Investigate again", "Pause")


def test_an_approved_deployment_leads_to_communication(
    incident: Callable[..., Incident],
) -> None:
    """Checkpoint 3 approved: phase 4."""
    run = incident("cp3", answers=["Approve"], model=Idle("Incident step 9"))
    run.type(COMMAND)
    assert [question.labels for question in run.questions] == [DEPLOYED]
    assert (run["current_step"], run["current_phase"]) == (9, 4)


def test_what_was_deployed_by_hand_is_checked_and_resolves_the_incident(
    incident: Callable[..., Incident],
) -> None:
    """Nothing is deployed; the user says that they did it, step 8 looks, and it is approved."""
    run = incident("cp3 undeployed", answers=["Check again", "Approve"])
    old = run.document("07-deployment.md")
    run.type(COMMAND)
    (first,) = run.questions
    assert first.labels == UNDEPLOYED
    assert "Nothing is deployed. " in first.text
    assert (run["current_step"], run.agents) == ("checkpoint-3", [])
    shown = run.type("deployed by hand: I merged it and ran the pipeline")
    assert run.document("revisions/1/07-deployment.md") == old
    assert "deployed by hand: I merged it and ran the pipeline" in run.agents[0].prompt
    assert [question.labels for question in run.questions] == [UNDEPLOYED, DEPLOYED]
    assert "and resolved: " in shown
    seen = json.loads(run.bench.run("status", "--json").out)
    assert (seen["status"], seen["outcome"]) == ("complete", "resolved")
    (approved,) = [e for e in run["timeline"] if e["text"] == "Checkpoint 3: Approve"]
    assert seen["resolved_at"][:19] == approved["at"][:19]
    assert seen["resolve_seconds"] is not None


def test_a_rollback_and_a_new_fix(incident: Callable[..., Incident]) -> None:
    """The rollback runs, the person chooses, the fix is planned anew and knows what happened."""
    run = incident("cp3", answers=["Rollback", "New fix"])
    old = {name: run.document(name) for name in FIX}
    run.type(COMMAND)
    assert [question.labels for question in run.questions] == [
        DEPLOYED,
        AFTER,
        DEPLOYED,
    ]
    rollback, fix, deployment = run.agents
    assert run.agent_type(rollback) == "incident-response:devops-troubleshooter"
    assert "ROLLBACK_PROCEDURES" in rollback.prompt
    folder = run.bench.session_folder
    assert f"- {folder}/06-fix.md" in rollback.prompt
    assert {name: run.document(f"revisions/1/{name}") for name in FIX} == old
    for name in ("07-rollback.md", "revisions/1/06-fix.md", "revisions/1/07-deployment.md"):
        assert f"- {folder}/{name}" in fix.prompt
    assert fix.prompt.startswith("An earlier attempt at step 7 began")
    assert deployment.prompt.startswith("An earlier attempt at step 8 began")
    assert (run["current_step"], run["current_phase"]) == ("checkpoint-3", 3)
    assert run["completed_steps"] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert run["files_created"][-2:] == ["07-deployment.md", "07-rollback.md"]


def test_after_a_rollback_the_investigation_begins_again(
    incident: Callable[..., Incident],
) -> None:
    """Steps 4 to 8 are reopened at once, their documents kept aside, phase 2 begins anew."""
    run = incident("cp3", answers=["Rollback", "Investigate again"], model=Idle("Incident step 4"))
    run.type(COMMAND)
    assert (run["current_step"], run["current_phase"]) == (4, 2)
    assert run["completed_steps"] == [1, 2, 3]
    assert run.replaced("revisions/1") == sorted([*INVESTIGATION, *FIX])
    assert run["files_created"][3:] == ["07-rollback.md"]
    assert len(run.agents) == 1


def test_after_a_rollback_a_pause_comes_back_to_the_question(
    incident: Callable[..., Incident],
) -> None:
    """Whoever resumes, in a new session, chooses how to go on; nothing is deployed unasked."""
    run = incident("cp3", answers=["Rollback", "Pause"])
    run.type(COMMAND)
    assert (run["status"], run["current_step"]) == ("paused", "rollback")
    run.leaves()
    run.type(COMMAND)
    assert [question.labels for question in run.questions[1:]] == [AFTER, AFTER]
    assert (run["status"], run["current_step"]) == ("in_progress", "rollback")
    assert len(run.agents) == 1


def test_a_deployment_edited_while_it_is_shown_is_not_approved(
    incident: Callable[..., Incident],
) -> None:
    """The readiness for a rollback that is shown anew is the one that was approved then."""
    run = incident("cp3", model=Idle("Incident step 9"))
    file = run.bench.session_folder / "07-deployment.md"
    run.answers += [edits(file, "\nYes\n", "\nNo\n", "Approve"), "Approve"]
    run.type(COMMAND)
    ready = [question.text.split("Rollback ready: ")[1][:3].strip() for question in run.questions]
    assert ready == ["Yes", "No"]
    assert [line for line in run.timeline if "Checkpoint 3" in line] == [
        "person: Checkpoint 3: Approve"
    ]
    assert run["current_step"] == 9


@pytest.mark.parametrize("conduct", [Conduct(error=ApiError()), Conduct(writes=False)])
def test_a_failed_deployment_can_be_rolled_back(
    incident: Callable[..., Incident], conduct: Conduct
) -> None:
    """A step 8 that fails offers the rollback, which then runs without a 07-deployment.md."""
    model = Obedient(conduct={"07-deployment.md": [conduct]})
    run = incident("8 due", answers=["Rollback"], model=model)
    run.type(COMMAND)
    assert [question.labels for question in run.questions] == [
        ("Retry", "Rollback", "Pause"),
        AFTER,
    ]
    assert [run.agent_type(agent) for agent in run.agents] == [
        "incident-response:devops-troubleshooter"
    ] * 2
    assert run["files_created"][-1] == "07-rollback.md"
    assert (run["current_step"], run["completed_steps"][-1]) == ("rollback", 7)
