"""The command typed where an incident is there already."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.support.client import conversation
from tests.support.client.agent import Conduct
from tests.support.client.incident import COMMAND, Incident
from tests.support.client.messages import ToolUse
from tests.support.client.obedient import Idle, Whim
from tests.support.transitions.table import INCIDENT
from tests.support.workbench import NINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# A dozen runs of the client; the whole run in test_run.py stays among the quick ones.
pytestmark = pytest.mark.system

NEW = '/incident-response "Search is slow" --severity P0'


def folders(run: Incident) -> list[str]:
    """The incidents in the archive."""
    return sorted(folder.name for folder in (run.bench.session_folder / "archive").iterdir())


def test_resume_keeps_the_new_words_as_a_note(incident: Callable[..., Incident]) -> None:
    """The incident goes on where it stood; what was typed now stands in the timeline and briefs."""
    run = incident("2 due", answers=["Resume"], model=Idle("Incident step 3"))
    run.type(NEW)
    (question,) = run.questions
    assert question.labels == ("Resume", "Start fresh")
    for shown in (f"Incident: {INCIDENT}", "Severity: P1", "step 2 of 13", "Search is slow"):
        assert shown in question.text
    assert (run["incident"], run["severity"], run["current_step"]) == (INCIDENT, "P0", 3)
    assert "person: Search is slow" in run.timeline
    assert "Search is slow" in run.agents[0].prompt


def test_without_new_words_it_resumes_unasked(incident: Callable[..., Incident]) -> None:
    """The bare command goes on with an incident that nobody owns."""
    run = incident("2 due", model=Idle("Incident step 3"))
    run.type(COMMAND)
    assert (run.questions, run["current_step"]) == ([], 3)


def test_start_fresh_archives_the_old_one_whole(incident: Callable[..., Incident]) -> None:
    """Everything is moved, the new one begins with what was typed; a person brings back the old."""
    run = incident("cp1 reopened 3", answers=["Start fresh"], model=Idle("Incident step 1"))
    old_id, before = run["incident_id"], _files(run.bench.session_folder)
    run.type(NEW)
    assert (run["incident"], run["severity"], run["current_step"]) == ("Search is slow", "P0", 1)
    assert run.documents == []
    assert folders(run) == [old_id]
    archived = _files(run.bench.session_folder / "archive" / old_id)
    kept = [name for name in before if name.endswith(".md")]
    assert max(kept) == "revisions/1/03-mitigation.md"
    assert {name: archived[name] for name in kept} == {name: before[name] for name in kept}
    run.leaves()
    new_id = run["incident_id"]
    run.person("archive")
    run.person("restore", old_id)
    assert (run["incident"], run["status"], run["current_step"]) == (INCIDENT, "paused", 3)
    there = _files(run.bench.session_folder)
    assert {name: there[name] for name in kept} == {name: before[name] for name in kept}
    assert folders(run) == [new_id]
    run.model = Idle("Incident step 3")
    run.type(COMMAND)
    assert (run["status"], len(run.questions)) == ("in_progress", 1)


@pytest.fixture
def busy(incident: Callable[..., Incident]) -> Iterator[Incident]:
    """Give an incident that one client session leads, its agent at work on step 2."""
    release = threading.Event()
    held = {"02-observability.md": [Conduct(held=release)]}
    run = incident("2 due", model=Idle("Incident step 3", conduct=held))
    run.opens().send(COMMAND)
    run.waits(lambda: run.held_back)
    run.opens()
    yield run
    release.set()


def test_another_session_takes_over(busy: Incident) -> None:
    """It is told what is in flight, and once it leads, does that step again."""
    busy.answers = ["Take over"]
    busy.type(COMMAND)
    (question,) = busy.questions
    assert question.labels == ("Take over", "Start fresh", "Leave")
    assert "In flight: step 2 since " in question.text
    assert (busy["owner"], busy["current_step"]) == (busy.session.session_id, 3)
    assert [
        " attempt 1 -->" in busy.agents[0].prompt,
        " attempt 2 -->" in busy.agents[1].prompt,
    ] == [
        True,
        True,
    ]


def test_another_session_leaves_it_alone(busy: Incident) -> None:
    """Leave changes nothing but the record of the choice; what runs goes on."""
    before = busy.bench.state()
    busy.answers = ["Leave"]
    busy.type(NEW)
    after = busy.bench.state()
    assert after["timeline"][-1]["text"] == "The incident that was there: Leave"
    kept = ("owner", "steps", *NINE[:-1])
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert (busy.in_flight, len(busy.agents)) == (["2"], 1)


def test_another_session_starts_fresh(busy: Incident) -> None:
    """The incident is archived under the first session's hands, which learns of it."""
    old_id = busy["incident_id"]
    busy.model.before = "Incident step 1"  # type: ignore[attr-defined]  # it is an Idle
    busy.answers = ["Start fresh"]
    busy.type(NEW)
    assert (busy["incident"], busy["owner"]) == ("Search is slow", busy.session.session_id)
    assert (folders(busy), busy.in_flight) == ([old_id], [])


def test_another_session_can_do_nothing_unasked(busy: Incident) -> None:
    """A model there that goes on without the person's choice is refused at every turn."""
    before = busy.bench.state_bytes()
    helper = busy.helper
    calls = [
        ToolUse(
            "Agent",
            {
                "subagent_type": "general-purpose",
                "description": "Look",
                "prompt": "Incident step 2",
                "run_in_background": False,
            },
        ),
        *(
            ToolUse("Bash", {"command": f"{helper} {words} --project {busy.sandbox.project}"})
            for words in (
                "complete 2",
                "fail 2 --reason tired",
                "consolidate nothing",
                "reopen --from 1",
            )
        ),
    ]
    busy.model = Whim(calls)
    busy.type("go on with the incident")
    told = conversation.read(busy.requests[-1]).calls
    assert [call.failed for call in told] == [True] * len(calls)
    assert "owns this incident" in told[0].result
    assert busy.bench.state_bytes() == before


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Start fresh", ("Search is slow", "in_progress", 1)),
        ("Leave", (INCIDENT, "complete", "complete")),
    ],
)
def test_a_complete_incident_and_new_words(
    incident: Callable[..., Incident], answer: str, expected: tuple[str, str, int | str]
) -> None:
    """A finished incident makes way only if the person says so."""
    run = incident("complete", answers=[answer], model=Idle("Incident step 1"))
    run.type(NEW)
    assert [question.labels for question in run.questions] == [("Start fresh", "Leave")]
    assert (run["incident"], run["status"], run["current_step"]) == expected
    marker = run.bench.session_folder / "open"
    assert marker.exists() == (answer == "Start fresh")


def test_a_complete_incident_is_shown_again(incident: Callable[..., Incident]) -> None:
    """The bare command shows what there is, and asks nothing."""
    run = incident("complete")
    before = run.bench.state_bytes()
    run.type(COMMAND)
    assert "The incident is complete" in run.told
    assert (run.questions, run.bench.state_bytes()) == ([], before)


def test_a_severity_alone_is_a_persons_word(incident: Callable[..., Incident]) -> None:
    """`--severity P3` without words lowers the severity of the open incident, as people may."""
    run = incident("2 due", model=Idle("Incident step 2"))
    run.type(f"{COMMAND} --severity P3")
    assert (run["severity"], run["incident"], run.questions) == ("P3", INCIDENT, [])
    assert "person: Severity set to P3" in run.timeline


def _files(folder: Path) -> dict[str, bytes]:
    """The files below a folder, without its archive: path to bytes."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "archive" not in file.relative_to(folder).parts
    }
