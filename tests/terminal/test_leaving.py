"""Who leaves an incident at a terminal sees what is live because of it, and is asked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.client.terminal_ui import squeezed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story
    from tests.support.workbench import Workbench

LIVE = "2 pods more (undo: kubectl scale deploy/checkout --replicas=4)"
CASES = [
    ("8 due", ["close", "--reason", "over already"], "Close"),
    ("8 due", ["archive"], "Archive"),
    ("8 due", ["start", "Search is slow", "--fresh"], "Start fresh"),
    ("cp3 undeployed", ["close", "--reason", "over already"], "Close"),
    ("complete", ["archive"], "Archive"),
    ("archived complete", ["restore", "ID"], "Restore"),
]


def changed(story: Story) -> Story:
    """Put a change that is live into what documents list, where there are any."""
    for name in ("03-mitigation.md", "07-deployment.md"):
        for file in story.bench.session_folder.rglob(name):
            text = file.read_text(encoding="utf-8")
            listed = "Unknown; tried `tool ACTIVE_CHANGES`."
            file.write_text(text.replace(listed, f"- {LIVE}"), encoding="utf-8")
    return story


def happened(bench: Workbench) -> object:
    """Return the timeline of what is at hand; None where nothing is."""
    return bench.state()["timeline"] if bench.state_bytes() else None


@pytest.mark.parametrize(("state", "words", "asked"), CASES)
def test_it_is_shown_with_what_undoes_it_and_a_no_changes_nothing(
    at: Callable[[str], Story], state: str, words: list[str], asked: str
) -> None:
    """A no is the default; nothing is recorded, and no command says that it was done."""
    story = changed(at(state))
    bench = story.bench
    words = [story.archived() if word == "ID" else word for word in words]
    bench.unseal()
    before = happened(bench)
    for answer in ("n\n", "\n"):
        seen = bench.person(*words, answers=answer)
        assert (seen.code, happened(bench)) == (1, before)
        assert squeezed(f"{asked}? [y/N]") in squeezed(seen.out)
        assert squeezed("Nothing was decided.") in squeezed(seen.out)
        if "restore" not in words:
            assert squeezed("Changed in production") in squeezed(seen.out)
            assert squeezed(LIVE) in squeezed(seen.out)
    done = bench.person(*words)
    assert done.code == 0
    assert happened(bench) != before


def test_what_is_known_of_no_change_is_said(at: Callable[[str], Story]) -> None:
    """Before step 3 nothing was changed by the incident's own steps; what runs is told."""
    seen = at("2 in flight").bench.person("close", "--reason", "over already", answers="n\n")
    assert "Nothing is known to be live in production because of it." in seen.out
    assert squeezed("Step 2 is in flight for ") in squeezed(seen.out)


def test_what_would_do_nothing_asks_nothing(at: Callable[[str], Story]) -> None:
    """A repeated command, and one that is refused, end at once."""
    for state, given, code in (
        ("closed at cp1", ["close", "--reason", "a false alarm"], 0),
        ("complete", ["close", "--reason", "over already"], 1),
        ("none", ["archive"], 66),
        ("none", ["start", "It is down", "--fresh"], 0),
        ("restored", ["restore", "ID"], 0),
        ("4 due", ["close", "--reason", " "], 1),
    ):
        story = at(state)
        words = [story.archived() if word == "ID" else word for word in given]
        seen = story.bench.person(*words, answers="")
        assert (seen.code, "[y/N]" in seen.out) == (code, False), (state, words, seen)


def test_in_the_client_the_choice_tells_it_too(at: Callable[[str], Story]) -> None:
    """Whoever may start fresh there reads what they leave behind."""
    story = changed(at("8 due"))
    story.bench.unseal()
    story.tell('s1 types "Search is slow"')
    (asked,) = story.bench.next("s1")["question"]["questions"]
    assert f"\nLive in production: {LIVE}\n" in asked["question"]


def test_a_closed_incident_goes_on_where_it_was(at: Callable[[str], Story]) -> None:
    """`status` says how; the time between is no part of how long it lasted."""
    bench = at("closed before the rollback").bench
    assert "reopen" in bench.run("status").out
    done = bench.person("reopen", "--note", "it is back")
    assert done.code == 0
    newest = bench.state()["timeline"][-1]
    assert (newest["kind"], newest["text"]) == ("reopened", "Reopened: it is back")
    assert "The rollback is due" in bench.run("status").out
