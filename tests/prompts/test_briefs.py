"""A brief names what the step reads and which clock holds, and nothing of the workflow's life."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from incident_state import workflow as flow
from incident_state.session import assignments
from tests.support.told_incident import Told

if TYPE_CHECKING:
    from pathlib import Path

# What each step reads, and no document twice.
READS = {
    1: (),
    2: ("01",),
    3: ("01", "02"),
    4: ("02", "03"),
    5: ("04",),
    6: ("04",),
    7: ("03", "05"),
    8: ("06",),
    9: ("01", "03", "05", "06", "07", "07-rollback"),
    10: ("01", "05", "07"),
    11: ("01", "02", "03", "05", "06", "07", "07-rollback", "08", "09"),
    12: ("05", "06", "10"),
    13: ("05", "06", "10"),
}
# All thirteen together, as long as they were before publications were told apart: no brief grows
# but where another one shrinks.
LONGEST = 54_340
STEPS = [step.key for step in flow.load().steps]


def brief(told: Told, key: flow.StepKey) -> str:
    """The step's assignment as it would be handed out now."""
    return assignments.assignment(told.session, told.session.load(), key, 1)


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The sample incident led to its end."""
    return Told(tmp_path_factory.mktemp("led")).complete()


@pytest.mark.parametrize("key", STEPS)
def test_a_step_reads_what_it_needs(key: int) -> None:
    """The facts that its paper has to name; never 05 and the three that it is made of."""
    names = [name.removesuffix(".md") for name in flow.load().step(key).reads]
    numbers = [n if n == "07-rollback" else n.partition("-")[0] for n in names]
    assert tuple(numbers) == READS[key]


def test_all_briefs_together_are_not_longer_than_they_were(tmp_path: Path) -> None:
    """Each as it is handed out in a project with a path of 14 characters, every document there."""
    told = Told(tmp_path, "Checkout returns 500s since 14:05 UTC")
    for name in set(flow.load().document_order()) - {"07-rollback.md"}:
        (told.session.store.folder / name).write_text("x", encoding="utf-8")
    texts = [brief(told, key).replace(str(tmp_path), "/home/ada/shop") for key in STEPS]
    assert sum(len(text.encode()) for text in texts) <= LONGEST


@pytest.mark.parametrize("key", STEPS)
def test_every_brief_says_which_clock_and_that_a_section_may_not_apply(led: Told, key: int) -> None:
    """Onset, report and how far the evidence reaches; the answer where there is nothing to say."""
    text = brief(led, key)
    clock = (
        "Onset 2019-07-02T13:42:00.000Z; reported 2019-07-02T13:45:00.000Z, typed "
        "2019-07-02T13:42:00.000Z; evidence until 2019-07-12T00:00:00.000Z."
    )
    assert clock in text
    assert "`Evidence until: <time>`" in text
    assert "`Not applicable: <why>`" in text


def test_a_first_brief_knows_neither_onset_nor_evidence(tmp_path: Path) -> None:
    """It says that both are to be found."""
    assert (
        "Onset unknown; reported (typed 2019-07-02T13:42:00.000Z); evidence until: look."
        in brief(Told(tmp_path), 1)
    )


def test_the_evidence_reaches_as_far_as_the_documents_say(tmp_path: Path) -> None:
    """As far as the one that reaches farthest; in bold or in a list; what is no time is passed."""
    told = Told(tmp_path).after(1).done(1).after(1).done(2)
    assert "evidence until 2019-07-02T14:00:00.000Z" in brief(told, 3)
    told = told.after(1)
    step = "**Evidence until:** 2019-07-02 14:31 UTC (last line of the log)"
    told.done(3, STATUS_UPDATE=f"Wait.\n\n- evidence until: soon\n\n{step}")
    # The first such line counts, which is the sample's own.
    assert "evidence until 2019-07-02T14:09:00.000Z" in brief(told, 4)


@pytest.mark.parametrize("key", [9, 11])
def test_who_tells_the_story_hears_of_the_incident_and_not_of_the_workflow(
    tmp_path: Path, key: int
) -> None:
    """What people said, what went out, what they decided that changed its course."""
    told = Told(tmp_path).investigated().decide("Approve").after(1).done(7).after(1).done(8)
    told.decide("Rollback").after(1).done("rollback")
    told.decide("New fix").after(1).note("Vendor says: no attack")
    text = brief(told, key).partition("## What people said and decided")[2]
    lines = [line.partition(" ")[2] for line in text.partition("```\n\n")[0].splitlines() if line]
    assert [line for line in lines if line.startswith(("person", "agent", "helper", "model"))] == [
        "person: public update: Identified: edge CPU, a WAF rule suspected",
        "person: decided: Rollback",
        "person: decided: New fix",
        "person: Vendor says: no attack",
    ]


def test_what_went_out_is_in_every_later_brief(tmp_path: Path) -> None:
    """So that the next text follows it up."""
    told = Told(tmp_path).triaged()
    assert "public update: Identified: edge CPU, a WAF rule suspected" in brief(told, 4)


def test_steps_that_only_read_may_try_things_out(led: Told) -> None:
    """In a place that is thrown away; the others may change more than that."""
    scratch = [key for key in STEPS if "and .incident-response/scratch/ (thrown" in brief(led, key)]
    assert scratch == [key for key in STEPS if not flow.load().step(key).may_change]
