"""A yes of the user's is remembered where they were asked, shown, and can be taken back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.storage.test_vault import Calls

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story

LINE = "acmectl look --region eu"


def asked(calls: Calls, line: str, use: str) -> bool:
    """Whether the user is asked about a line; it is run then, whatever it was."""
    _, said, _ = calls.begins(command=line, use=use)
    decision = said["hookSpecificOutput"]["permissionDecision"] if said else ""
    assert calls.returns(command=line, use=use)[0] == 0
    return bool(decision == "ask")


def test_a_yes_is_remembered_shown_and_taken_back(at: Callable[[str], Story]) -> None:
    """Asked once; in the timeline and in status; after revoke asked anew."""
    bench = at("owned, in flight").bench
    calls = Calls(bench)
    assert [asked(calls, LINE, "a"), asked(calls, LINE, "b")] == [True, False]
    assert json.loads(bench.run("status", "--json").out)["consents"] == ["acmectl look"]
    assert bench.state()["timeline"][-1]["text"] == (
        "Let go ahead, and not asked about again: acmectl look"
    )
    assert bench.run("revoke", "acmectl look", session="s1").code == 1
    assert bench.person("revoke", "acmectl look").code == 0
    assert asked(calls, LINE, "c")


def test_what_nobody_was_asked_about_is_no_consent(at: Callable[[str], Story]) -> None:
    """A call that was refused, read, or is another one's leaves none."""
    bench = at("owned, in flight").bench
    calls = Calls(bench)
    assert not asked(calls, "kubectl get pods", "a")
    assert not asked(calls, "rm .incident-response/open", "b")
    assert bench.state().get("consents", {}) == {}
