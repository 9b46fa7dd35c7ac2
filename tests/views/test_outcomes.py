"""Figures, outcome and last words follow from what is recorded, in every combination of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from incident_state.session import people, statements
from incident_state.session.next import what_is_next
from incident_state.state import facts
from incident_state.views import work
from incident_state.views.response_times import measured
from tests.support.thinned import thinned
from tests.support.told_incident import Told
from tests.views.outcome_cases import (
    APPROVED,
    CLOSED,
    HEALTH,
    ONSET,
    REASONS,
    ROLLBACK,
    TRIAGED,
    WHOLE,
    Ending,
    at,
    ending,
)

if TYPE_CHECKING:
    from pathlib import Path


def said(word: str) -> str:
    """A section that states the word in its first line."""
    return f"{word}\n\nSo it is, by the record."


def triaged(told: Told, mitigation: str) -> Told:
    """Up to checkpoint 1, with that status after step 3."""
    told.after(1).done(1).after(1).done(2)
    return told.after(1).done(3, SERVICE_STATUS_AFTER=said(mitigation))


def deployed(told: Told, deployment: str, health: str) -> Told:
    """Steps 7 and 8, with those statements."""
    return (
        told.after(1)
        .done(7)
        .after(1)
        .done(
            8,
            DEPLOYMENT_STATUS=said(deployment),
            SERVICE_HEALTH_POST_DEPLOY=said(health),
        )
    )


def at_the_third(told: Told, mitigation: str, deployment: str, health: str) -> Told:
    """Up to checkpoint 3, with those statements."""
    triaged(told, mitigation).decide("Approve").done(4).done(5, 6)
    told.synthesised().decide("Approve")
    return deployed(told, deployment, health)


def to_the_end(told: Told) -> Told:
    """Steps 9 to 13."""
    for number in range(9, 14):
        told.done(number)
    return told


def found(told: Told) -> Ending:
    """What is said of the incident, and that the figures say the same."""
    state = told.session.load()
    ended = Ending(
        facts.mitigated_at(state),
        facts.resolved_at(state),
        str(facts.outcome(state)),
        what_is_next(told.session).text.splitlines()[0],
    )
    times = measured(state, told.now)
    lengths = [moment and moment - ONSET for moment in ended[:2]]
    assert [times.mitigate, times.resolve] == lengths
    assert (times.since, times.counts) == ("onset", ended.outcome != "no-incident")
    return ended


def expected(told: Told, ended: Ending) -> Ending:
    """What the table says, the last words whole."""
    title = told.session.load().incident
    lead = "The incident is complete in the workflow, "
    return ended._replace(words=f"{lead}{ended.words}{title}")


@pytest.mark.parametrize("stated", thinned(WHOLE, 9), ids=" - ".join)
def test_an_incident_led_to_its_end(tmp_path: Path, stated: tuple[str, str, str]) -> None:
    """Nothing is called mitigated or resolved that no document and no person says is."""
    told = to_the_end(at_the_third(Told(tmp_path), *stated).decide("Approve"))
    assert found(told) == expected(told, WHOLE[stated])


@pytest.mark.parametrize("status", ROLLBACK)
@pytest.mark.parametrize("health", thinned(HEALTH, 4))
def test_an_incident_whose_deployment_was_rolled_back(
    tmp_path: Path, status: str, health: str
) -> None:
    """The rollback resolves it where it was carried out and step 8 then finds service healthy."""
    told = at_the_third(Told(tmp_path), "Unchanged", "Deployed", "Down").decide("Rollback")
    told.done(
        "rollback",
        ROLLBACK_STATUS=said(status),
        SERVICE_HEALTH_POST_ROLLBACK=said(health),
    )
    better = told.now if health == "Healthy" else None
    deployed(told.decide("New fix"), "Nothing to deploy", health)
    to_the_end(told.decide("Approve"))
    state = told.session.load()
    resolved = state.approved[3] if (status, health) == ("Rolled back", "Healthy") else None
    outcome = "resolved" if resolved else "mitigated" if better else "unresolved"
    assert found(told) == expected(told, ending(better, resolved, outcome))


@pytest.mark.parametrize("given", thinned(CLOSED, 5), ids=" - ".join)
def test_an_incident_closed_at_its_first_checkpoint(tmp_path: Path, given: tuple[str, str]) -> None:
    """The reason tells whether there was one; the rest follows from what was stated."""
    mitigation, reason = given
    told = triaged(Told(tmp_path), mitigation).decide("Close").decide(reason)
    assert found(told) == expected(told, CLOSED[given])


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_in_words_of_ones_own(tmp_path: Path, reason: str) -> None:
    """A usual reason counts at the beginning of the words, and not inside of them."""
    told = triaged(Told(tmp_path), "Unchanged")
    people.close(told.session, reason)
    assert facts.outcome(told.session.load()) == REASONS[reason]


def test_a_person_goes_before_the_documents(tmp_path: Path) -> None:
    """What was done by hand is a fact from the moment that the person names."""
    told = at_the_third(Told(tmp_path), "Worse", "Not deployed", "Down")
    statements.fact(told.session, "mitigated", at(14, 20), "traffic moved by the vendor")
    statements.fact(told.session, "resolved", at(14, 40), "")
    to_the_end(told.decide("Approve"))
    assert found(told) == expected(told, ending(at(14, 20), at(14, 40), "resolved"))


def test_what_was_over_earlier_was_mitigated_no_later(tmp_path: Path) -> None:
    """A document that comes after the resolution does not make it look slower."""
    told = Told(tmp_path)
    statements.fact(told.session, "resolved", at(13, 42), "by itself")
    triaged(told, "Stable")
    state = told.session.load()
    assert (facts.mitigated_at(state), facts.resolved_at(state)) == (at(13, 42), at(13, 42))


def test_a_step_done_anew_takes_its_word_back(tmp_path: Path) -> None:
    """Improved, then redone and Unchanged: nobody says any more that users are better off."""
    told = triaged(Told(tmp_path), "Improved")
    assert facts.mitigated_at(told.session.load()) == TRIAGED
    told.decide("Request changes")
    people.reopen(told.session, 3, "it did not help anybody in Asia")
    told.done(3, SERVICE_STATUS_AFTER=said("Unchanged"))
    assert facts.mitigated_at(told.session.load()) is None


def test_an_amended_word_counts_from_then_on(tmp_path: Path) -> None:
    """07 corrected from Deployed to Partly deployed: it is not resolved any more."""
    told = at_the_third(Told(tmp_path), "Unchanged", "Deployed", "Healthy").decide("Approve")
    assert facts.resolved_at(told.session.load()) == APPROVED
    file = told.session.store.folder / "07-deployment.md"
    text = file.read_text(encoding="utf-8").replace("\nDeployed\n", "\nPartly deployed\n")
    file.write_text(text, encoding="utf-8")
    what_is_next(told.session)
    assert facts.resolved_at(told.session.load()) is None


ONSETS: dict[str, tuple[str | None, str, str | None, datetime | None]] = {
    # declared by a model at start, in 01, by a person; what counts
    "nobody knows": (None, "unknown", None, None),
    "declared": ("2019-07-02T13:10Z", "unknown", None, at(13, 10)),
    "found": ("2019-07-02T13:10Z", "2019-07-02 15:20:00+02:00", None, at(13, 20)),
    "said": ("2019-07-02T13:10Z", "2019-07-02T13:20Z", "2019-07-02T13:30Z", at(13, 30)),
    "days before": (None, "2019-06-28T09:00Z", None, at(9, 0).replace(month=6, day=28)),
}


@pytest.mark.parametrize("case", ONSETS)
def test_the_onset_is_a_persons_else_the_documents(tmp_path: Path, case: str) -> None:
    """And the time to detect is from there until it was reported; without it, unknown."""
    declared, documented, person, counts = ONSETS[case]
    told = Told(tmp_path, onset=declared)
    told.done(1, ONSET=f"{documented}\n\nFirst errors at the edge.")
    if person is not None:
        statements.onset(told.session, datetime.fromisoformat(person.replace("Z", "+00:00")))
    state = told.session.load()
    times = measured(state, told.now)
    assert facts.onset(state) == counts
    assert times.detect == (counts and ONSET - counts)
    assert times.since == ("onset" if counts else "report")


def test_an_approval_without_a_deployment_says_so(tmp_path: Path) -> None:
    """Whoever reads the timeline later sees what was approved."""
    told = at_the_third(Told(tmp_path / "a"), "Stable", "Not deployed", "Healthy").decide("Approve")
    assert told.session.load().newest.text == "Checkpoint 3: Approve, going on without a fix"
    told = at_the_third(Told(tmp_path / "b"), "Stable", "Deployed", "Healthy").decide("Approve")
    assert told.session.load().newest.text == "Checkpoint 3: Approve"


def test_a_checkpoint_waits_again_for_who_does_not_close_after_all(tmp_path: Path) -> None:
    """Both waits are there, each to its end."""
    told = triaged(Told(tmp_path), "Stable").decide("Close").decide("back")
    told.decide("Approve")
    waits = [
        (wait.label, wait.span.began, wait.span.ended) for wait in work.waits(told.session.load())
    ]
    assert waits == [("Close", TRIAGED, at(14, 8)), ("Approve", at(14, 10), at(14, 12))]


def test_relief_from_checkpoint_2_waits_there_and_not_at_checkpoint_1(tmp_path: Path) -> None:
    """The mitigation is redone, and the wait that follows is the second checkpoint's."""
    told = Told(tmp_path).investigated().decide("Request changes")
    people.reopen(told.session, 3, "raise the pool's limit")
    told.after(1).done(3).decide("Approve")
    found = [(each.checkpoint, each.label) for each in work.waits(told.session.load())]
    assert found == [(1, "Approve"), (2, "Request changes"), (2, "Approve")]
