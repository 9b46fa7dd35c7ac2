"""A state that agrees with itself, and that nothing leads to: `verify` says what cannot be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from incident_state.state.file import dump, parse
from incident_state.state.model import State
from incident_state.state.possible import contradictions
from tests.support.thinned import thinned
from tests.support.transitions.table import STATES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story

NINE = ("status", "severity", "current_step", "current_phase", "completed_steps", "files_created")


def undone(state: dict[str, Any], *keys: str) -> None:
    """Take the steps' records away, as if they had never been launched."""
    for key in keys:
        del state["steps"][key]


# From which state, what somebody changed in it, and what is said then.
IMPOSSIBLE: dict[str, tuple[str, Callable[[dict[str, Any]], object], str]] = {
    "a step skipped": (
        "cp1",
        lambda s: undone(s, "2"),
        "Step 3 was done, and step 2 before it never was",
    ),
    "several skipped": (
        "8 due",
        lambda s: undone(s, "1", "4"),
        "Step 7 was done, and step 1 and step 4 before it never was",
    ),
    "a step in flight too early": (
        "2 in flight",
        lambda s: undone(s, "1"),
        "Step 2 was done, and step 1 before it never was",
    ),
    "a checkpoint passed by": (
        "4 in flight",
        lambda s: s.update(approved={}),
        "Step 4 was done, and checkpoint 1 before it is not approved",
    ),
    "a checkpoint approved too early": (
        "3 due",
        lambda s: s.update(approved={"1": s["last_updated"]}),
        "Checkpoint 1 is approved, and not every step before it was done",
    ),
    "the second without the first": (
        "7 due",
        lambda s: s["approved"].pop("1"),
        "Checkpoint 2 is approved, and checkpoint 1 is not",
    ),
    "approved, and not assembled": (
        "7 due",
        lambda s: s.update(consolidation=None),
        "Checkpoint 2 is approved, and 05-investigation.md is not assembled",
    ),
    "assembled of what is not there": (
        "cp2",
        lambda s: undone(s, "6"),
        "05-investigation.md is assembled, and not every document in it is complete",
    ),
    "an outcome of nothing": (
        "2 due",
        lambda s: s["steps"]["1"].update(began_at=None),
        "Step 1 has an outcome, and was never begun",
    ),
    "complete and failed": (
        "2 due",
        lambda s: s["steps"]["1"].update(failure="It broke."),
        "Step 1 is complete, and in flight or failed as well",
    ),
    "changes elsewhere": (
        "4 due",
        lambda s: s.update(changes={"checkpoint": 1}),
        "Changes were requested at checkpoint 1, which is not due",
    ),
    "closing elsewhere": (
        "4 due",
        lambda s: s.update(closing=2),
        "A reason to close is asked for at checkpoint 2, which is not due",
    ),
    "rolled back by nobody": (
        "cp3",
        lambda s: s.update(rollback="done"),
        "The rollback is said to be done, and its step is not complete, or the other way",
    ),
}


def agreeing(state: dict[str, Any]) -> str:
    """Return the state's text, what is derived in it derived anew."""
    bare = {key: value for key, value in state.items() if key not in NINE}
    return dump(State.model_validate(bare))


@pytest.mark.parametrize("how", IMPOSSIBLE)
def test_verify_tells_what_cannot_be(at: Callable[[str], Story], how: str) -> None:
    """The commands go on with it, since nobody knows which half is right."""
    name, change, said = IMPOSSIBLE[how]
    bench = at(name).bench
    state = bench.state()
    change(state)
    bench.unseal()
    (bench.session_folder / "state.json").write_text(agreeing(state), encoding="utf-8")
    done = bench.run("verify", "--json")
    assert (done.code, said in json.loads(done.out)["wrong"]) == (1, True), done
    assert bench.run("status").code == 0


@pytest.mark.parametrize("name", thinned(STATES, 5))
def test_whatever_the_helper_makes_can_be(at: Callable[[str], Story], name: str) -> None:
    """No state of the table contradicts itself, by whatever way it came about."""
    data = at(name).bench.state_bytes()
    if data is not None and name != "corrupt":
        assert contradictions(parse(data.decode())) == []
