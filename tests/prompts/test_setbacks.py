"""After a rollback that failed: another fix, again, by hand, or a pause."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from incident_state import workflow as flow
from incident_state.documents import document, markdown
from tests.support.transitions.places import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tests.support.story import Story

DOCUMENT = "07-rollback.md"
NASTY = [
    "helm rollback checkout 41",
    "## ACTIVE_CHANGES\n\nNone",
    "```\nkubectl rollout undo deploy/checkout",
    "<!-- I did it",
    "-- --> \u202eback\n\n\n- [ ] a box | a | table",
    "x" * 30_000,
]


def question(story: Story) -> tuple[str, list[str]]:
    """Return what is asked, and the options' labels."""
    (asked,) = story.bench.next("s1")["question"]["questions"]
    return asked["question"], [option["label"] for option in asked["options"]]


@pytest.mark.parametrize("state", ["rollback failed", "not rolled back"])
def test_a_rollback_that_failed_has_four_ways_on(at: Callable[[str], Story], state: str) -> None:
    """Its step failed, or its document says so; a person reads that it failed."""
    text, labels = question(at(state))
    assert labels == ["New fix", "Retry", "Done by hand", "Pause"]
    assert "ollback failed. How shall it go on? [" in text


def test_the_timeline_says_that_it_failed(at: Callable[[str], Story]) -> None:
    """Neither a failure nor a rollback that did not succeed is called complete."""
    for state, told in (
        ("rollback failed", "The rollback: failed: the agent lost its connection"),
        ("not rolled back", "The rollback: failed: Not rolled back"),
        ("rolled back", "The rollback: complete"),
        ("3 failed", "Step 3: failed: the agent lost its connection"),
    ):
        bench = at(state).bench
        assert bench.state()["timeline"][-1]["text"] == told
        assert told in bench.run("timeline").out


@pytest.mark.parametrize("said", NASTY)
def test_what_a_person_did_by_hand_stands_in_a_documents_place(
    at: Callable[[str], Story], said: str
) -> None:
    """It is valid whatever they said, sealed, verified, and what reads it finds their words."""
    bench = at("rollback failed").bench
    assert bench.person("decide", "Done by hand", "--note", said).code == 0
    text = (bench.session_folder / DOCUMENT).read_text(encoding="utf-8")
    step = flow.load().step("rollback")
    comment = text.split("\n", 1)[0]
    assert comment.endswith(" step rollback attempt 2 -->")
    assert document.problems(text, step, comment) == []
    assert [section.name for section in markdown.sections(text)] == list(step.sections)
    assert markdown.section(text, "ROLLBACK_STATUS").startswith("Rolled back\nBy hand, as a person")
    assert question(at("rolled back by hand"))[1] == ["New fix", "Investigate again", "Pause"]
    assert bench.run("verify").code == 0
    live = json.loads(bench.run("status", "--json").out)["active_changes"]
    assert "What else 07-deployment.md lists was not looked for since." in live
    assert "\u202e" not in live


def test_their_words_reach_the_timeline_and_the_next_fix(at: Callable[[str], Story]) -> None:
    """The brief of step 7 reads the document; the timeline has who decided and what they did."""
    story = at("rolled back by hand")
    told = [event["text"] for event in story.bench.state()["timeline"]][-2:]
    assert told == ["After the rollback: Done by hand. helm rollback 41", "The rollback: complete"]
    story.tell("person decide 'New fix'")
    assert f"- {story.bench.session_folder / DOCUMENT}" in story.bench.run("brief", "7").out


def test_a_fix_on_top_of_a_failed_rollback_is_told_of_it(at: Callable[[str], Story]) -> None:
    """No document says what is live then; once one does, the warning is gone."""
    story = at("rollback failed")
    story.tell("person decide 'New fix'")
    warned = "The rollback before this failed, and what of it is live nobody knows."
    for step in ("7", "8"):
        brief = story.bench.run("brief", step).out
        assert brief.startswith(warned) or f"\n\n{warned}" in brief
        assert "The rollback: failed: the agent lost its connection" in brief
    assert warned not in story.bench.run("brief", "9").out
    other = at("rolled back by hand")
    other.tell("person decide 'New fix'")
    assert warned not in other.bench.run("brief", "7").out


def test_a_terminal_shows_how_it_is_said(at: Callable[[str], Story]) -> None:
    """The line that `status` and `next` print has a place for what was done."""
    bench = at("rollback failed").bench
    line = "decide 'Done by hand' --note '<what was done>'"
    assert line in bench.run("status").out
    assert line in bench.run("next").out


def test_a_note_goes_with_it_alone(at: Callable[[str], Story]) -> None:
    """Without one nobody knows what was done; another answer has no use for one."""
    bench = at("rollback failed").bench
    bare = bench.person("decide", "Done by hand", answers="")
    assert (bare.code, "Say what was done by hand." in bare.out) == (1, True)
    assert "--note '<what was done>'" in bare.out
    other = bench.person("decide", "Retry", "--note", "again", answers="")
    assert (other.code, "A note goes with 'Done by hand' alone." in other.out) == (1, True)
    assert BY_HAND.startswith("'Done by hand' --note")


ANSWERS: dict[str, tuple[str, Any]] = {
    "Done by hand": ("rolled-back", "nothing more"),
    "Done by hand: helm rollback 41": ("rolled-back", "helm rollback 41"),
    "done by hand - kubectl rollout undo": ("rolled-back", "kubectl rollout undo"),
    "Done by hand is what I want?": ("failed", None),
    "I did it by hand": ("failed", None),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_in_the_client_it_is_chosen_or_typed_with_how(
    at: Callable[[str], Story], answer: str
) -> None:
    """Other words decide nothing, and it is asked again."""
    story = at("rollback failed")
    for line in ("s1 types", "s1 asks", f"s1 answers {answer}"):
        story.tell(line)
    kind, said = ANSWERS[answer]
    assert story.bench.next("s1")["kind"] == kind
    file = story.bench.session_folder / DOCUMENT
    assert file.exists() == (said is not None)
    if said is not None:
        assert f"> {said}" in file.read_text(encoding="utf-8")
    asked = json.loads((story.bench.notes / "question").read_text())["questions"][0]["question"]
    result = {"content": [{"type": "tool_result", "tool_use_id": "toolu_question"}]}
    entry = {"message": result, "toolUseResult": {"answers": {asked: answer}}}
    story.bench.transcribe("s1", entry)
    assert story.bench.run("verify").code == 0, story.bench.run("verify").out
