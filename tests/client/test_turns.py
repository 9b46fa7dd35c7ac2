"""How a turn of the real client ends: sent on once where work is due, left alone elsewhere."""

from __future__ import annotations

import fcntl
import json
from typing import TYPE_CHECKING

import pytest

from incident_state.storage.lock import SECONDS_IN_HOOKS
from tests.support.client.incident import COMMAND, Incident
from tests.support.client.obedient import Obedient, Whim
from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story

pytestmark = pytest.mark.system

SENT_ON = "The incident is not done."


@pytest.mark.parametrize(
    ("state", "times"), [("1 due", 1), ("to consolidate", 1), ("9 due", 1), ("cp1", 0), ("cp2", 0)]
)
def test_a_model_that_stops_half_way_is_sent_on_once(
    incident: Callable[..., Incident], state: str, times: int
) -> None:
    """Where something is due, it is told what; a second time it may stop. At a checkpoint never."""
    run = incident(state, model=Whim([]))
    run.type(COMMAND)
    assert (len(run.requests), SENT_ON in run.told) == (1 + times, bool(times))
    # A new turn of the user's is a new occasion.
    run.type("what is up?")
    assert len(run.requests) == 2 * (1 + times)


@pytest.mark.parametrize("state", ["4 due", "3 failed"])
def test_nobody_is_sent_on_in_a_pause_or_after_a_failure(
    incident: Callable[..., Incident], state: str
) -> None:
    """There a person decides, and the turn ends."""
    run = incident(state, model=Whim([]))
    run.type(COMMAND)
    if state == "4 due":
        run.person("pause")
    before = len(run.requests)
    run.type("what is up?")
    assert len(run.requests) == before + 1


def test_a_question_turned_away_ends_the_turn(incident: Callable[..., Incident]) -> None:
    """Who does not want to decide now is not asked again at once."""
    run = incident("cp1", answers=[None])
    run.type(COMMAND)
    assert (len(run.questions), SENT_ON in run.told) == (1, False)


def test_after_compaction_the_model_knows_where_it_is(incident: Callable[..., Incident]) -> None:
    """The compacted session is told of the incident and of the call to make, and goes on."""
    run = incident("2 due", model=Whim([]))
    run.type(COMMAND)
    run.type("/compact")
    run.model = Obedient()
    run.type("go on")
    first = json.dumps(run.requests[-1].messages, ensure_ascii=False)
    assert "An incident is open and this session leads it" in first
    assert run.bench.nine()["current_step"] == "checkpoint-1"


def test_a_held_lock_ends_in_a_refusal_well_before_the_hooks_time_out(
    at: Callable[[str], Story],
) -> None:
    """A gate that cannot look does not let through, and does not wait until the client gives up."""
    manifest = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text())
    (entry,) = manifest["hooks"]["PreToolUse"]
    assert entry["hooks"][0]["timeout"] > 2 * SECONDS_IN_HOOKS
    story = at("owned")
    with (story.bench.session_folder / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = story.tell("s1 calls 1")
    assert refused.out == "deny"
    assert story.bench.nine()["current_step"] == 1
