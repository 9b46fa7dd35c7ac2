"""Action items are gathered from a postmortem however its author laid them out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_state.report.action_items import ActionItem, action_items, gathered

LAID_OUT = {
    "a table": (
        "|Action|Owner|Deadline|\n|---|---|---|\n|Fix it|SRE|2026-12-01|\n|Drill it| | - |\n",
        [ActionItem("Fix it", "SRE", "2026-12-01"), ActionItem("Drill it")],
    ),
    "other words, another order": (
        "|#|DUE DATE|Assignee|Task|Priority|\n|-|-|-|-|-|\n|1|Friday|*Ada*|Fix `x`|P1|\n",
        [ActionItem("Fix x", "Ada", "Friday", priority="P1")],
    ),
    "a table of outcomes": (
        (
            "|#|Outcome|Done when|Owner|Due|Kind|\n|-|-|-|-|-|-|\n"
            "|A1|It is bounded|`make check` fails without|SRE|review + 14 days|prevent|\n"
        ),
        [
            ActionItem(
                "It is bounded",
                "SRE",
                "review + 14 days",
                "make check fails without",
                "prevent",
                "A1",
            )
        ],
    ),
    "a table that names no action": (
        "|#|Improvement|Owner|\n|-|-|-|\n|1|Fix it|Ada|\n",
        [ActionItem("Fix it", "Ada")],
    ),
    "a table without owner and deadline": (
        "|Action item|\n|-|\n|Fix it|\n",
        [ActionItem("Fix it")],
    ),
    "a row with a cell too few, and an empty one": (
        "|Action|Owner|Deadline|\n|-|-|-|\n|Fix it|\n||||\n",
        [ActionItem("Fix it")],
    ),
    "a list": (
        "- Fix it (owner: SRE, deadline: 2026-12-01)\n- Drill it (Owner: Smith, Jane)\n- Rest\n",
        [
            ActionItem("Fix it", "SRE", "2026-12-01"),
            ActionItem("Drill it", "Smith, Jane"),
            ActionItem("Rest"),
        ],
    ),
    "a numbered list with task boxes": (
        "1. [ ] Fix it; deadline: Fri, 12 July; owner: Ada\n2. [x] Drill it - due by = Monday\n",
        [
            ActionItem("Fix it", "Ada", "Fri, 12 July"),
            ActionItem("Drill it", None, "Monday", done=True),
        ],
    ),
    "a list with lists": (
        "- **Fix it**\n  - Owner: Ada\n  - **Deadline:** Friday\n- Drill it\n",
        [ActionItem("Fix it", "Ada", "Friday"), ActionItem("Drill it")],
    ),
    "a list below a table": (
        "|Action|Owner|\n|-|-|\n|Fix it|Ada|\n\nAnd:\n\n* Drill it (deadline: Monday)\n",
        [ActionItem("Fix it", "Ada"), ActionItem("Drill it", None, "Monday")],
    ),
    "words that only look like a field": (
        "- Name an owner for each rule: someone who answers\n",
        [ActionItem("Name an owner for each rule: someone who answers")],
    ),
    "an item that begins with its owner": (
        "- Owner: Ada\n",
        [ActionItem("Owner: Ada", "Ada")],
    ),
    "a mark before the action": (
        "- [P1] Fix it (owner: SRE, due: 2026-12-01)\n",
        [ActionItem("[P1] Fix it", "SRE", "2026-12-01")],
    ),
    "sentences": (
        "- Fix it. Owner: SRE. Status: open. Due: 1 Dec 2026\n",
        [ActionItem("Fix it", "SRE", "1 Dec 2026", status="open")],
    ),
    "a label in the middle of the action": (
        "- Write down what to do when: it is full (owner: SRE)\n",
        [ActionItem("Write down what to do when: it is full", "SRE")],
    ),
    "labels in code": (
        "- Set `owner: x; due: y` (due: Fri, priority: P1, owner: SRE)\n",
        [ActionItem("Set owner: x; due: y", "SRE", "Fri", priority="P1")],
    ),
    "brackets within, and words behind": (
        "- Fix it (P1, owner: Dr. Smith (EU), ETA: 2 weeks) before Friday\n- [x] Drill it\n",
        [
            ActionItem("Fix it (P1) before Friday", "Dr. Smith (EU)", "2 weeks"),
            ActionItem("Drill it", done=True),
        ],
    ),
    "labels in bold": (
        "- Fix it **DRI:** Ada **Expected date:** Friday **Status:** Done\n",
        [ActionItem("Fix it", "Ada", "Friday", status="Done", done=True)],
    ),
    "dashes": (
        "- Fix it \u2014 owner: Ada \u2014 eta: Friday\n",
        [ActionItem("Fix it", "Ada", "Friday")],
    ),
    "fields before the action": (
        "- (owner: Ada, due: Friday) Fix it\n",
        [ActionItem("Fix it", "Ada", "Friday")],
    ),
    "other heads": (
        (
            "|Ticket|Improvement|Owner(s)|Due Date (UTC)|Status|Priority|\n|-|-|-|-|-|-|\n"
            "|[X-1](https://t.example/X-1)|Fix it|Ada, Bob|2026-12-01|Done|P1|\n"
            "|X-2|Drill it|-||open||\n"
        ),
        [
            ActionItem(
                "Fix it",
                "Ada, Bob",
                "2026-12-01",
                status="Done",
                ticket="X-1",
                priority="P1",
                done=True,
                links=(("X-1", "https://t.example/X-1"),),
            ),
            ActionItem("Drill it", ticket="X-2", status="open"),
        ],
    ),
    "a head for who and one for until when": (
        "|Item|DRI|ETA|\n|-|-|-|\n|Fix it|SRE|2 weeks|\n",
        [ActionItem("Fix it", "SRE", "2 weeks")],
    ),
    "parts of an item": (
        "- Improve probes\n    - Ask the teams\n    - Draw a dashboard\n",
        [ActionItem("Improve probes", parts=("Ask the teams", "Draw a dashboard"))],
    ),
    "parts that have owners": (
        "- Probes:\n  - Ask them (owner: Ada)\n  - Draw it (owner: Bob)\n",
        [ActionItem("Ask them", "Ada", kind="Probes"), ActionItem("Draw it", "Bob", kind="Probes")],
    ),
    "headings that are items": (
        (
            "### 1. Fix it\n\n- **Owner:** Ada\n- **Due:** Fri\n\n"
            "### 2. Drill it\n\nOwner: Bob\nDue: Mon\n"
        ),
        [ActionItem("Fix it", "Ada", "Fri"), ActionItem("Drill it", "Bob", "Mon")],
    ),
    "headings that head items": (
        "### Prevent\n- Fix it (owner: Ada)\n### Detect\n- Alert\n",
        [ActionItem("Fix it", "Ada"), ActionItem("Alert")],
    ),
    "a table in a list": (
        "- These:\n\n  |Action|Owner|\n  |-|-|\n  |Fix it|Ada|\n",
        [ActionItem("Fix it", "Ada", kind="These")],
    ),
    "links": (
        "- Fix it (owner: Ada) [X-7](https://t.example/X-7)\n- [Do](javascript:x)\n",
        [
            ActionItem("Fix it X-7", "Ada", links=(("X-7", "https://t.example/X-7"),)),
            ActionItem("[Do](javascript:x)"),
        ],
    ),
    "prose": ("Ada fixes it by Friday.\n", []),
    "a list in a code fence": ("```\n- Fix it\n```\n", []),
    "nothing": ("", []),
}


@pytest.mark.parametrize("how", LAID_OUT)
def test_items_are_found_and_what_is_missing_is_not_made_up(how: str) -> None:
    """Rows of tables and items of lists, in order; else nothing."""
    section, expected = LAID_OUT[how]
    assert list(action_items(section)) == expected


HEAD = "|#|Outcome|Owner|\n|-|-|-|\n"
EARLIER = f"{HEAD}|A1|Alert on lag|SRE|\n|A2|Pool is bounded|App|\n"
REFUTING = {
    "by its number": "|A2|Refuted: the pool was never full|-|",
    "by naming it": "|M1|**Refuted** (A2): the pool was never full|-|",
    "by quoting it": "| |Refuted - Pool is bounded: the pool was never full| |",
}


@pytest.mark.parametrize("how", REFUTING)
def test_an_item_that_a_later_document_refutes_is_marked_and_not_lost(how: str) -> None:
    """It is not an item of its own, and what is new there follows."""
    later = f"{HEAD}{REFUTING[how]}\n|M2|A check of lag|SRE|\n"
    found = gathered([("10-postmortem.md", EARLIER), ("11-monitoring.md", later)])
    assert [(i.number, i.action, i.source) for i in found] == [
        ("A1", "Alert on lag", "10-postmortem.md"),
        ("A2", "Pool is bounded", "10-postmortem.md"),
        ("M2", "A check of lag", "11-monitoring.md"),
    ]
    name, why = found[1].refuted or ("", "")
    assert (name, why.endswith("the pool was never full")) == ("11-monitoring.md", True)
    assert [i.refuted for i in (found[0], found[2])] == [None, None]


def test_what_refutes_no_item_stays_an_item() -> None:
    """Nothing that somebody wrote is lost."""
    found = gathered(
        [("10-postmortem.md", EARLIER), ("12-hardening.md", f"{HEAD}|A9|Refuted: x||")]
    )
    assert [i.action for i in found] == ["Alert on lag", "Pool is bounded", "Refuted: x"]


WORDS = st.from_regex(r"[A-Z][a-z]{2,8}( [a-z]{3,8}){0,3}", fullmatch=True).filter(
    lambda words: words.lower() not in {"unknown", "none"}
)
DATES = st.dates().map(str)
ITEMS = st.lists(st.tuples(WORDS, WORDS, DATES), min_size=1, max_size=5)
HEADS = (("Action", "task", "WHAT"), ("Owner", "ASSIGNEE", "who"), ("Deadline", "due", "By when"))


@settings(max_examples=60, deadline=None)
@given(ITEMS, st.permutations(range(3)), st.tuples(*(st.sampled_from(h) for h in HEADS)))
def test_any_order_of_columns_is_read(
    items: list[tuple[str, str, str]], order: list[int], heads: tuple[str, str, str]
) -> None:
    """What was written in a table comes back, wherever its columns stand."""
    rows = [heads, ("-", "-", "-"), *items]
    section = "\n".join("|" + "|".join(row[at] for at in order) + "|" for row in rows)
    assert [(i.action, i.owner, i.deadline) for i in action_items(section)] == items


@settings(max_examples=60, deadline=None)
@given(ITEMS, st.sampled_from([1, -1]), st.sampled_from(["-", "*", "1."]))
def test_any_list_is_read(items: list[tuple[str, str, str]], order: int, mark: str) -> None:
    """What was written as a list comes back, whichever field stands first."""
    lines = []
    for action, owner, deadline in items:
        fields = [f"owner: {owner}", f"deadline: {deadline}"]
        lines.append(f"{mark} {action} ({', '.join(fields[::order])})")
    found = action_items("\n".join(lines))
    assert [(i.action, i.owner, i.deadline) for i in found] == items


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="|-:\n *[]()ownerduedeadline1.>`<", max_size=80))
def test_no_text_makes_an_item_without_an_action(section: str) -> None:
    """Whatever stands there, each item says something, and a missing field is missing."""
    for item in action_items(section):
        assert item.action.strip()
        assert item.owner is None or item.owner.strip()
        assert item.deadline is None or item.deadline.strip()
