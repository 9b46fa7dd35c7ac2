"""Checkpoints 1 and 2 in the real client: every answer, and what is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.client.incident import COMMAND, Incident, edits
from tests.support.client.obedient import Idle

if TYPE_CHECKING:
    from collections.abc import Callable

# A dozen runs of the client; the whole run in test_run.py stays among the quick ones.
pytestmark = pytest.mark.system

PHASE_1 = ["01-classification.md", "02-observability.md", "03-mitigation.md"]
PHASE_2 = ["04-debugging.md", "05-investigation.md", "05a-security.md", "05b-performance.md"]


def decisions(run: Incident) -> list[str]:
    """What people decided, as the timeline has it."""
    return [event["text"] for event in run["timeline"] if event["kind"] == "decided"]


def test_a_request_in_words_has_the_steps_done_anew(incident: Callable[..., Incident]) -> None:
    """The steps from the named one on run again, and their briefs say what the user wants."""
    run = incident("cp1", answers=["Request changes"])
    old = {name: run.document(name) for name in PHASE_1}
    assert "What should be changed" in run.type(COMMAND)
    words = "From step 2 on: the payment provider's status page was not looked at"
    run.type(words)
    assert (run["current_step"], run["completed_steps"]) == ("checkpoint-1", [1, 2, 3])
    assert run.replaced("revisions/1") == PHASE_1[1:]
    assert [run.document(f"revisions/1/{name}") for name in PHASE_1[1:]] == [
        old[name] for name in PHASE_1[1:]
    ]
    assert [run.document(name) == old[name] for name in PHASE_1] == [True, False, False]
    for agent, name in zip(run.agents, PHASE_1[1:], strict=True):
        assert words in agent.prompt
        assert str(run.bench.session_folder / "revisions" / "1" / name) in agent.prompt
        assert " attempt 2 -->" in agent.prompt
    assert "are live in production" in run.agents[1].prompt
    first, second = run.questions
    assert first.labels == second.labels
    assert first.text != second.text
    assert decisions(run) == ["Checkpoint 1: Request changes"]


@pytest.mark.parametrize("wanted", ["P0", "P3"])
def test_a_severity_alone_answers_the_request(
    incident: Callable[..., Incident], wanted: str
) -> None:
    """Nothing is done anew: the severity changes, and the checkpoint is put again with it."""
    run = incident("cp1", answers=["Request changes", "Approve"], model=Idle("Incident step 4"))
    run.type(COMMAND)
    run.type(wanted)
    assert [
        f"\nSeverity: {level}\n" in q.text
        for level, q in zip(("P1", wanted), run.questions, strict=True)
    ]
    assert (run["severity"], run["current_step"], run["current_phase"]) == (wanted, 4, 2)
    assert run.agents == []
    assert decisions(run) == ["Checkpoint 1: Request changes", "Checkpoint 1: Approve"]


def test_a_paused_checkpoint_is_put_again_in_a_new_session(
    incident: Callable[..., Incident],
) -> None:
    """Pause holds the incident; whoever types the command next is asked the same."""
    run = incident("cp1", answers=["Pause"])
    shown = run.type(COMMAND)
    assert run["status"] == "paused"
    assert "resume" in shown
    run.leaves()
    run.answers.append("Approve")
    run.model = Idle("Incident step 4")
    run.type(COMMAND)
    first, second = (question.text.rsplit("[", 1)[0] for question in run.questions)
    assert first == second
    assert (run["status"], run["current_step"]) == ("in_progress", 4)
    assert len({session.session_id for session in run.sessions}) == 2


def test_an_incident_is_closed_at_checkpoint_1(incident: Callable[..., Incident]) -> None:
    """Close asks why, then ends it; the user is shown what there is and only what still applies."""
    run = incident("cp1", answers=["Close", "False alarm"])
    shown = run.type(COMMAND)
    assert [question.labels for question in run.questions] == [
        ("Approve", "Request changes", "Pause", "Close"),
        ("False alarm", "Duplicate", "Resolved outside", "Handed over"),
    ]
    assert (run["status"], run["current_step"], run["current_phase"]) == ("complete", "complete", 1)
    assert decisions(run) == ["Checkpoint 1: Close", "Closed: False alarm"]
    seen = json.loads(run.bench.run("status", "--json").out)
    assert (seen["outcome"], seen["closed"]) == ("no-incident", "False alarm")
    assert "since there was no incident" in shown
    assert "closed early: False alarm" in shown
    assert [name for name in PHASE_1 if str(run.bench.session_folder / name) in shown] == PHASE_1
    assert [words for words in ("24 hours", "stability", "hardening") if words in shown] == []
    assert json.loads(run.bench.run("list", "--json").out)["no_incident"] == 1
    assert run.bench.run("verify").code == 0
    assert not (run.bench.session_folder / "open").exists()


def test_free_text_is_recorded_answered_and_asked_again(incident: Callable[..., Incident]) -> None:
    """Words instead of a choice stand in the timeline, decide nothing, and get an answer."""
    run = incident("cp1", answers=["is the ledger ok? it's odd"])
    shown = run.type(COMMAND)
    assert "person: is the ledger ok? it's odd" in run.timeline
    assert "noted" in shown
    assert "They wrote: is the ledger ok? it's odd" in run.told
    first, second = run.questions
    assert first == second
    assert (run["current_step"], decisions(run)) == ("checkpoint-1", [])


def test_an_empty_answer_and_a_refusal_decide_nothing(incident: Callable[..., Incident]) -> None:
    """No choice is asked again, a question turned away ends the turn; both leave no trace."""
    run = incident("cp1", answers=["", None])
    run.type(COMMAND)
    first, second = run.questions
    assert first == second
    assert (run["current_step"], decisions(run)) == ("checkpoint-1", [])
    assert not any(event["kind"] == "remark" for event in run["timeline"])


def test_a_document_edited_while_it_is_shown_is_not_approved(
    incident: Callable[..., Incident],
) -> None:
    """The answer was to something else: the checkpoint is shown anew, as the document is now."""
    run = incident("cp1")
    file = run.bench.session_folder / "03-mitigation.md"
    run.answers += [edits(file, "`tool USER_IMPACT_REDUCTION`", "`curl /health`", "Approve")]
    run.type(COMMAND)
    assert (run["current_step"], decisions(run)) == ("checkpoint-1", [])
    first, second = run.questions
    assert "tool USER_IMPACT_REDUCTION" in first.text
    assert "curl /health" in second.text
    assert "changed after it was shown" in run.told


def test_a_severity_edited_into_01_counts(incident: Callable[..., Incident]) -> None:
    """The checkpoint that is shown anew has the severity that the document has now."""
    run = incident("cp1")
    file = run.bench.session_folder / "01-classification.md"
    run.answers += [edits(file, "P1", "P0", "Approve"), "Approve"]
    run.model = Idle("Incident step 4")
    run.type(COMMAND)
    assert ["Severity: P1" in run.questions[0].text, "Severity: P0" in run.questions[1].text] == [
        True,
        True,
    ]
    assert (run["severity"], run["current_step"]) == ("P0", 4)
    assert decisions(run) == ["Checkpoint 1: Approve"]


def test_a_document_edited_into_nonsense_says_what_to_mend(
    incident: Callable[..., Incident],
) -> None:
    """An approval of a document that is not valid any more is not recorded."""
    run = incident("cp1")
    file = run.bench.session_folder / "02-observability.md"
    run.answers += [edits(file, "## LOG_PATTERNS", "## LOGS", "Approve")]
    run.type(COMMAND)
    assert (run["current_step"], decisions(run)) == ("checkpoint-1", [])
    assert "section LOG_PATTERNS is missing" in run.told


@pytest.mark.parametrize(
    ("step", "moved"),
    [(4, PHASE_2), (5, PHASE_2[1:3]), (6, [PHASE_2[1], PHASE_2[3]])],
)
def test_an_investigation_goes_on_from_the_named_step(
    incident: Callable[..., Incident], step: int, moved: list[str]
) -> None:
    """Request changes at checkpoint 2 redoes a step and its readers; 05 is always made anew."""
    run = incident("cp2", answers=["Request changes"])
    run.type(COMMAND)
    words = f"Step {step}: the audit trail of the load balancer is missing"
    run.type(words)
    assert run.replaced("revisions/1") == moved
    assert run["current_step"] == "checkpoint-2"
    assert run.documents == PHASE_1 + PHASE_2
    assert len(run.agents) == len(moved) - 1
    assert [words in agent.prompt for agent in run.agents] == [True] * len(run.agents)
    assert run.document(PHASE_2[1]) != run.document(f"revisions/1/{PHASE_2[1]}")
    assert [len(run.questions), run["current_phase"]] == [2, 2]


def test_relief_is_carried_out_from_checkpoint_2_with_the_investigation_kept(
    incident: Callable[..., Incident],
) -> None:
    """Step 3 alone is done anew, knows the investigation, and comes back to the checkpoint."""
    run = incident("cp2", answers=["Request changes", "Approve"])
    before = {name: run.document(name) for name in PHASE_2}
    run.model = Idle("Incident step 7")
    run.type(COMMAND)
    words = "Step 3: raise the pool's limit, as the performance analysis found"
    run.type(words)
    assert run.replaced("revisions/1") == ["03-mitigation.md"]
    assert {name: run.document(name) for name in PHASE_2} == before
    (agent,) = [each for each in run.agents if "03-mitigation.md\n" in each.prompt]
    assert words in agent.prompt
    assert str(run.bench.session_folder / "05-investigation.md") in agent.prompt
    first, second = run.questions
    assert "Mitigation status" not in first.text
    assert "Mitigation status: " in second.text
    assert (run["current_step"], run["current_phase"]) == (7, 3)
    assert decisions(run)[1:] == ["Checkpoint 2: Request changes", "Checkpoint 2: Approve"]


def test_a_part_of_the_investigation_edited_while_it_is_shown(
    incident: Callable[..., Incident],
) -> None:
    """05 is assembled anew, and its findings are marked as older than the edit."""
    run = incident("cp2")
    file = run.bench.session_folder / "05a-security.md"
    edit = edits(file, "`tool SECURITY_ASSESSMENT`", "`waf-log --denied`", "Approve")
    run.answers += [edit, "Approve"]
    run.model = Idle("Incident step 7")
    run.type(COMMAND)
    combined = run.document("05-investigation.md")
    assert "`waf-log --denied`" in combined
    assert "Written before 05a-security.md changed." in combined
    assert "waf-log --denied" in run.questions[1].text
    assert (run["current_step"], run["current_phase"]) == (7, 3)
    assert decisions(run) == ["Checkpoint 1: Approve", "Checkpoint 2: Approve"]


def test_an_investigation_edited_by_hand_is_kept(incident: Callable[..., Incident]) -> None:
    """A 05 that a person mended while it was shown is shown anew and stays as they left it."""
    run = incident("cp2")
    file = run.bench.session_folder / "05-investigation.md"
    run.answers += [edits(file, "one slow query", "two slow queries", "Approve")]
    run.type(COMMAND)
    assert "two slow queries" in run.document("05-investigation.md")
    assert (run["current_step"], len(run.questions)) == ("checkpoint-2", 2)
    assert decisions(run) == ["Checkpoint 1: Approve"]
