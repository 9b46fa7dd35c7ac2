"""A checkpoint is decided on from its question: what it says, whatever documents look like."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_state.documents import headlines, markdown
from incident_state.prompts.fitting import COLUMNS, ROWS, fitted, wrapped
from incident_state.prompts.question import Question
from incident_state.prompts.questions import open_question
from incident_state.prompts.summaries import Shown, proposals
from incident_state.session import people
from incident_state.state.model import State
from tests.support.told_incident import STORIES, Told

if TYPE_CHECKING:
    from tests.support.story import Story

GOLDEN = Path(__file__).parent / "questions"
# Set to write the questions anew: read each as if you knew nothing but it.
RENEW = "RENEW_QUESTIONS"
AT = {1: "triaged", 2: "investigated", 3: "deployed"}
SHOWN = (
    "SEVERITY AFFECTED_SERVICES SERVICE_STATUS_AFTER USER_IMPACT_REDUCTION MITIGATION_ACTIONS "
    "STATUS_UPDATE FIRST_STATUS_UPDATE ROOT_CAUSE CONFIDENCE SECURITY_ASSESSMENT "
    "PERFORMANCE_BOTTLENECKS RELIEF DEPLOYMENT_STATUS SERVICE_HEALTH_POST_DEPLOY "
    "ROLLBACK_PROCEDURES ACTIVE_CHANGES"
).split()
WORDS = {
    "SEVERITY": "P0",
    "SERVICE_STATUS_AFTER": "Improved",
    "CONFIDENCE": "probable",
    "DEPLOYMENT_STATUS": "Deployed",
    "SERVICE_HEALTH_POST_DEPLOY": "Degraded",
}
LONG = "the checkout service answers every second request with 500 because its pool is exhausted, "
PROPOSED = (
    "Done: nothing.\n\n### Proposals\n\n"
    "1. `kubectl rollout undo deploy/checkout`: back to 41, loses the coupon field\n"
    "   more words on it\n"
    "2. Pool 50 to 80: relief in a minute, may exhaust the database\n"
    "3. Turn `express-pay` off: 8 % of orders pay by card instead\n"
    "4. Wait\n"
)
# How documents that were complete before a line had to be written for the question begin.
KINDS: dict[str, Callable[[str], str]] = {
    "as the briefs ask": lambda name: (
        f"{name.replace('_', ' ').capitalize()} in one line.\n\nMore."
    ),
    "long": lambda name: f"{name.lower()}: " + LONG * 4 + "as measured.",
    "a table first": lambda _: (
        "| service | symptom | start (UTC) |\n|---|---|---|\n| checkout | 500s | 14:05 |\n"
    ),
    "heavy with markup": lambda _: (
        "### Findings\n\n---\n\n- [x] **Confirmed:** `pool` of [checkout](https://x.example) is "
        "*exhausted* since __14:05__.\n- more"
    ),
    "empty-handed": lambda _: "Not applicable: a package that users install",
    "not English": lambda _: (
        "数据库连接池已耗尽、结账服务返回五百错误。其他服务正常、监控数据完整。" * 3
    ),
}


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[State, dict[str, str]]]:
    """The sample incident at each checkpoint: its state, and its documents' texts."""
    found = {}
    for number, story in AT.items():
        told = STORIES[story](Told(tmp_path_factory.mktemp(story)))
        state = told.session.load()
        found[number] = (state, told.session.texts(state.files_created))
    return found


def rewritten(text: str, kind: str) -> str:
    """The document, the sections that a checkpoint shows beginning as that kind does."""
    for section in markdown.sections(text):
        if section.name in SHOWN:
            below = KINDS[kind](section.name)
            if section.name == "MITIGATION_ACTIONS" and kind == "as the briefs ask":
                below = PROPOSED
            word = f"{WORDS[section.name]}\n\n" if section.name in WORDS else ""
            text = text.replace(
                f"## {section.name}\n\n{section.text}", f"## {section.name}\n\n{word}{below}"
            )
    return text


def asked(states: dict[int, tuple[State, dict[str, str]]], number: int, kind: str) -> Question:
    """The question of that checkpoint for documents of that kind."""
    state, texts = states[number]
    relief = f"\n## RELIEF\n\n{KINDS[kind]('RELIEF')}\n"
    written = {name: rewritten(text, kind) for name, text in texts.items()}
    written["05b-performance.md"] = written.get("05b-performance.md", "") + relief
    question = open_question(state, written)
    assert question is not None
    return question


@pytest.mark.parametrize("number", AT)
def test_a_question_is_as_it_was_approved(
    states: dict[int, tuple[State, dict[str, str]]], number: int
) -> None:
    """At 80 columns, for every kind of document, with its options."""
    parts = []
    for kind in KINDS:
        question = asked(states, number, kind)
        rows = wrapped(question.shown.replace(question.digest, "00000000"))
        assert len(rows) <= ROWS
        options = [f"- {label}: {text}" for label, text in question.options]
        parts.append("\n".join([f"== {kind}", *rows, *options]))
    file = GOLDEN / f"checkpoint-{number}.txt"
    seen = "\n\n".join(parts) + "\n"
    if RENEW in os.environ:
        file.write_text(seen, encoding="utf-8")
    assert seen == file.read_text(encoding="utf-8")


def test_where_triage_sees_no_incident_closing_comes_first(
    states: dict[int, tuple[State, dict[str, str]]],
) -> None:
    """The question says so, and the digest is the same as before: it binds the documents."""
    state, texts = states[1]
    name = "01-classification.md"
    section = markdown.section(texts[name], "USER_IMPACT")
    none = texts[name].replace(section, "No incident: the alert fires on each nightly job.")
    question = open_question(state, {**texts, name: none})
    assert question is not None
    assert question.text.startswith("This looks like no incident. ")
    assert question.labels == ("Close", "Approve", "Request changes", "Pause")


def test_an_incident_is_shortened_in_its_middle(tmp_path: Path) -> None:
    """What is said last may be what tells most."""
    words = "Alert: latency of the API is above its threshold since two hours, cause unknown. " * 3
    told = STORIES["triaged"](Told(tmp_path, f"{words}\nCustomers say that one site is down"))
    question = told.session.question(told.session.load())
    assert question is not None
    first = dict(question.summary)["Incident"]
    assert first.startswith("Alert: latency of the API")
    assert first.endswith("one site is down")
    assert len(first) <= 130


BELOW = {
    "a list under a heading": (
        "Done.\n\n### Proposals\n\n- a\n  - b\n- c\n\n### Notes\n\n- d",
        ["a", "c"],
    ),
    "a label in bold": ("Done.\n\n**Proposals:**\n\n1. a\n2. b", ["a", "b"]),
    "a line that begins so": ("Proposals for a person: none is urgent\n\n- a", ["a"]),
    "none": ("Done.\n\n### Proposals\n\nNone.", []),
    "no such line": ("- done this\n- and that", []),
}


@pytest.mark.parametrize("how", BELOW)
def test_proposals_are_found_where_the_brief_has_them(how: str) -> None:
    """The list below the line that names them, its own items, up to the next heading."""
    section, expected = BELOW[how]
    assert proposals(section) == expected


FAULTS = {
    "x" * 111: "has 111 characters, 110 are shown",
    "| a | b |\n|---|---|\n| 1 | 2 |": "is a table",
    "a | b\n--|--\n1 | 2": "is a table",
    "### What broke": "is a heading",
    "```\nstack\n```": "is a code block",
    "--- 12:05 ---": "has no words",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_first_line_that_nobody_can_decide_on_is_refused(text: str) -> None:
    """In a section that a checkpoint shows, and in no other."""
    said = f"the first line of ROOT_CAUSE, which a person decides on, {FAULTS[text]}"
    assert headlines.problems("ROOT_CAUSE", text) == [said]
    assert headlines.problems("FIVE_WHYS_ANALYSIS", text) == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab .|-#*`>\n:_[]()1数。", max_size=200), st.integers(20, 110))
def test_a_headline_is_one_line_that_has_room(text: str, limit: int) -> None:
    """Whatever stands there: no line end, no more than the limit, words or nothing."""
    said = headlines.headline(text, limit)
    assert len(said) <= limit
    assert "\n" not in said
    assert said == "" or any(map(str.isalpha, said))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([-1, 0, 1]), st.text(alphabet="ab 数\n", max_size=150)),
        min_size=1,
        max_size=9,
    )
)
def test_what_is_shown_has_room_in_a_terminal(given: list[tuple[int, str]]) -> None:
    """Lines are shortened from the least important on, and never more than it takes."""
    lines = [Shown(f"Label {at}", text, "", matters) for at, (matters, text) in enumerate(given)]
    kept = fitted(lines, "Is it good enough? [00000000]")
    rows = [row for each in kept for row in wrapped(each.line)]
    whole = sum(len(wrapped(each.line)) for each in lines)
    assert kept == lines or whole + 1 > ROWS
    assert len(rows) + 1 <= ROWS
    assert [each.label for each in lines if each.matters >= 0] == [
        each.label for each in kept if each.matters >= 0
    ]
    assert all(len(row) <= COLUMNS for row in rows)


@pytest.mark.parametrize("sign", ["-", "[", "|", "*", "_", "- ", "| ", "[]("])
def test_an_endless_line_is_looked_at_in_no_time(sign: str) -> None:
    """A megabyte of any sign: the test's own limit of time would end it."""
    text = sign * (1_000_000 // len(sign)) + "x"
    assert len(headlines.headline(f"a | b\n{text}\n{text}")) <= headlines.LENGTH
    assert len(headlines.problems("ROOT_CAUSE", f"a | b\n{text}")) <= 1
    assert all(len(each) <= headlines.LENGTH for each in headlines.items(text))


OTHERS = ("3 failed", "8 failed", "rolled back", "cp1 closing", "cp3 undeployed")


def test_the_other_questions_are_as_they_were_approved(at: Callable[[str], Story]) -> None:
    """A failure, the end of a rollback, why it is closed, a deployment that was none."""
    parts = []
    for place in OTHERS:
        (question,) = at(place).bench.next()["question"]["questions"]
        rows = wrapped(re.sub(r"\[[0-9a-f]{8}\]", "[00000000]", question["question"]))
        assert len(rows) <= ROWS
        options = [f"- {each['label']}: {each['description']}" for each in question["options"]]
        parts.append("\n".join([f"== {place}", *rows, *options]))
    file = GOLDEN / "others.txt"
    seen = "\n\n".join(parts) + "\n"
    if RENEW in os.environ:
        file.write_text(seen, encoding="utf-8")
    assert seen == file.read_text(encoding="utf-8")


def test_a_checkpoint_shows_what_was_asked_and_what_it_changed(tmp_path: Path) -> None:
    """After `Request changes`: the words, and by how much each document that was redone differs."""
    told = Told(tmp_path).triaged().decide("Request changes")
    people.reopen(told.session, 2, "look at the cache, too")
    told.after(1).done(2).after(1)
    told.done(3, STATUS_UPDATE="Sites load again.\nSome pages are slow.")
    question = told.session.question(told.session.load())
    assert question is not None
    summary = dict(question.summary)
    assert summary["You asked"] == "look at the cache, too"
    assert summary["Done again"].startswith("Step 2: no line changed; Step 3: ")
    assert re.search(r"Step 3: \d lines? added, \d removed$", summary["Done again"])
    told.decide("Approve")
    told.after(1).done(4).after(1).done(5, 6).after(3).synthesised()
    later = told.session.question(told.session.load())
    assert later is not None
    assert not {"You asked", "Done again"} & dict(later.summary).keys()
