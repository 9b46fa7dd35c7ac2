"""The report: what stands on the page of an incident, in each state."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from incident_state import __version__
from incident_state import workflow as flow
from incident_state.prompts import ending
from incident_state.session import people, statements, work
from incident_state.state import progress
from tests.report.told_report import shown
from tests.support.told_incident import BEGAN, STORIES, Told

if TYPE_CHECKING:
    from pathlib import Path

    from tests.report.html_page import Element


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Element:
    """The page of the incident told to its end."""
    return shown(Told(tmp_path_factory.mktemp("complete")).complete())


OVER = (
    "Over. Users were better off after 24 min (14:06 UTC); resolved after 2 h 13 min (15:55 UTC)."
)


def steps(whole: Element) -> list[list[str]]:
    """The rows of the table of steps."""
    (found,) = (t for t in whole.one("workflow").all("table") if t.attributes["class"] == "steps")
    return found.rows()


def test_the_page_has_its_sections_in_order_and_each_link_has_its_place(complete: Element) -> None:
    """No anchor stands twice, and no link leads nowhere."""
    assert [each.text for each in complete.all("h2")] == [
        "The outage",
        "The response",
        "Impact",
        "Live in production now",
        "Cause",
        "What was done",
        "Action items",
        "Follow-ups",
        "Open questions",
        "Timeline of the incident",
        "Decisions",
        "Documents",
        "How the workflow went",
    ]
    anchors = [e.attributes["id"] for e in complete.all() if "id" in e.attributes]
    assert len(anchors) == len(set(anchors))
    links = {e.attributes["href"].removeprefix("#") for e in complete.all("a")}
    inside = {link for link in links if not link.startswith("http")}
    assert inside <= set(anchors)
    assert len(inside) > 80


def test_the_head_says_what_happened_how_bad_whether_it_is_over_and_how_long(
    complete: Element,
) -> None:
    """Severity, outcome, title, summary; the outage's clock beside the response's; the id."""
    (head,) = complete.all("header")
    (title,) = head.all("h1")
    assert title.text == "Sites worldwide return 502 since 13:42 UTC, edge CPU at 100 %"
    lines = [each.text for each in head.all("p")]
    assert lines[:2] == [
        "P0 Resolved",
        OVER,
    ]
    assert lines[2].startswith(
        "On 2 July 2019 sites behind Cloudflare returned 502 errors worldwide"
    )
    assert lines[3] == "From 10-postmortem.md."
    assert re.fullmatch(
        r"INC-20190702-134200-\w{4} · typed 2019-07-02 13:42 UTC · workflow complete 17:13 UTC",
        lines[-1],
    )
    outage, response = ([each.text for each in d.all("dt", "dd")] for d in head.all("dl"))
    assert outage == [
        *("Began", "13:42 UTC", "2019-07-02"),
        *("Users better off", "after 24 min", "at 14:06 UTC"),
        *("Resolved", "after 2 h 13 min", "at 15:55 UTC"),
    ]
    assert [response[at : at + 2] for at in range(0, 9, 3)] == [
        ["Time to detect", "3 min"],
        ["Time to acknowledge", "5 min"],
        ["Workflow, start to end", "3 h 01 min"],
    ]


def test_the_incident_comes_before_its_papers_and_the_workflow_last(complete: Element) -> None:
    """Each thing from the latest document that has it, with a link; the rest is folded."""
    impact = complete.one("impact")
    assert impact.rows()[1][:2] == ["Visitors of proxied sites", "502 page"]
    assert impact.text.endswith("From 10-postmortem.md.")
    cause = complete.one("cause").text
    assert cause.startswith(
        "Cause Confirmed: A regular expression in the XSS rule of 13:42 backtracks without bound"
    )
    deeds = [each.text for each in complete.one("done").all("dt")]
    assert deeds == ["Mitigation", "Users after it", "Fix", "Deployment", "Services after it"]
    assert "Deployed. Worldwide since 14:52, after one city." in complete.one("done").text
    assert complete.one("questions").text.startswith("Open questions How many customers")
    course = complete.one("course").rows()
    assert (course[1][0], course[-1][0]) == ("weeks before", "14:52")
    folded = [each.attributes["id"] for each in complete.all("details")]
    assert folded[-1] == "workflow"
    assert len(folded) == 15
    assert not [each for each in complete.all("details") if "open" in each.attributes]


def test_what_is_read_before_the_documents_is_cut_where_it_is_long(tmp_path: Path) -> None:
    """A line says where the rest is, and no code is left open behind it."""
    told = Told(tmp_path).triaged().decide("Approve")
    told.done(4, ROOT_CAUSE="A loop.\n\n```\n" + "for ever\n" * 1_000 + "```")
    cause = shown(told).one("cause")
    assert cause.text.endswith("for ever The rest is in 04-debugging.md.")
    assert 4_000 < len(cause.text) < 5_000
    assert len(list(cause.all("pre"))) == 1


def test_an_incident_that_is_told_long_after_has_no_times_of_the_workflow_as_its_own(
    tmp_path: Path,
) -> None:
    """What the workflow did years later mitigated nothing; a person's word counts."""
    told = Told(tmp_path, began=BEGAN + timedelta(days=400)).triaged()
    (head,) = shown(told).all("header")
    outage, response = ([each.text for each in d.all("dt", "dd")] for d in head.all("dl"))
    assert outage == [
        *("Began", "13:42 UTC", "2019-07-02"),
        *("Users better off", "unknown", "nobody has said"),
        *("Resolved", "unknown", "nobody has said"),
    ]
    assert response[:2] == ["Time to detect", "3 min"]
    at = datetime(2019, 7, 2, 14, 9, tzinfo=timezone.utc)
    statements.fact(told.session, "mitigated", at, "")
    (head,) = shown(told).all("header")
    assert "Users better off after 27 min at 14:09 UTC" in head.text


def test_who_leads_stands_with_what_was_decided(complete: Element) -> None:
    """As the first document has it."""
    text = complete.one("decisions").text
    assert text.startswith("Decisions SRE on call commands, escalated to engineering leadership")


def test_decisions_have_when_what_and_who(complete: Element) -> None:
    """Those of the timeline that decide, and no other line."""
    assert complete.one("decisions").rows() == [
        ["When (UTC)", "What", "Who"],
        ["14:08", "Checkpoint 1: Approve", "ada, in a terminal"],
        ["14:51", "Checkpoint 2: Approve", "ada, in a terminal"],
        ["15:05", "Paused", "person"],
        ["15:35", "Resumed", "person"],
        ["15:55", "Checkpoint 3: Approve", "ada, in a terminal"],
    ]


def test_the_drawing_has_a_bar_for_each_piece_of_work_and_says_so_in_words(
    complete: Element,
) -> None:
    """Thirteen steps, three waits, a pause, with a title and a description, beside a table."""
    drawings = [svg for svg in complete.one("workflow").all("svg") if "viewbox" in svg.attributes]
    assert [svg.attributes["class"] for svg in drawings] == ["drawing wide", "drawing narrow"]
    for svg in drawings:
        kinds = [rect.attributes.get("class", "pause") for rect in svg.all("rect")]
        assert sorted(kinds) == sorted(
            ["bar done"] * 13 + ["bar waiting"] * 3 + ["phase-span"] * 5 + ["pause"]
        )
        named = [svg.one(svg.attributes[f"aria-{name}"]).text for name in ("labelledby",)]
        assert named[0].startswith("Timeline of INC-20190702-134200-")
        assert svg.one(svg.attributes["aria-describedby"]).text == (
            "From 2019-07-02 13:42 UTC to 2019-07-02 17:13 UTC: 13 pieces of work on 13 steps, "
            "3 waits for a person at a checkpoint, 1 pauses. The table below the drawing has each "
            "with its times."
        )
    rows = steps(complete)
    assert rows[1:4] == [
        ["Phase 1: Detection & Triage"],
        ["1. Incident Detection and Classification", "done", "13:43", "13:47", "4 min"],
        ["2. Observability Analysis", "done", "13:48", "13:57", "9 min"],
    ]
    assert rows[-1] == ["Pause", "nothing new launched", "15:05", "15:35", "30 min"]


def test_action_items_follow_ups_and_criteria_are_those_of_the_incident(complete: Element) -> None:
    """The three tables in one, what a later one refutes marked; what `next` says at the end."""
    rows = complete.one("actions").rows()
    assert rows[:2] == [
        ["Number", "Action", "Done when", "Owner", "Deadline", "Kind"],
        [
            "A1",
            "No expression can take more than its CPU budget",
            "the guard is back, and a test with this rule's expression is cut off",
            "Firewall team†",
            "done by 12 July [A]",
            "prevent",
        ],
    ]
    numbers = [*(f"A{n}" for n in range(1, 10)), "M1", "M2", "M3", "H1", "H2", "H3"]
    assert [row[0] for row in rows[1:]] == numbers
    why = (
        "the traffic-drop alert came late itself [A]; a notice by it would have been late as well."
    )
    struck = "Customers read of an outage within five minutes"
    assert rows[8][1] == f"{struck} Refuted in 11-monitoring.md: {why} M3 replaces it"
    after = [each.text for each in complete.one("after").all("li")]
    refuted = f"mend A8 in 10-postmortem.md, which 11-monitoring.md refutes: {why} M3 replaces it"
    assert after == [
        *(ending.WATCH, ending.ACTION_ITEMS, ending.MONITORING, ending.HARDENING),
        *(refuted, ending.LEARNING),
        *(ending.RESTORED, *ending.SUCCESS_CRITERIA),
    ]


def test_every_document_is_there_once_with_its_sections_in_the_contents(complete: Element) -> None:
    """05-investigation.md shows its findings alone: the rest of it stands above, to the letter."""
    names = [h.text.rpartition(" ")[2] for h in complete.one("documents").all("h3")]
    assert names == [n for n in flow.load().document_order() if n != "07-rollback.md"]
    assert (
        "A regular expression in the XSS rule of 13:42"
        in complete.one("document-04-debugging").text
    )
    findings = complete.one("document-05-investigation").text
    assert "Combined Findings; the rest of it repeats the documents above." in findings
    assert "A regular expression in the XSS rule of 13:42" not in findings
    (first, *_) = complete.one("documents").all("nav")
    assert "SLO STATUS · ONSET · FIRST STATUS UPDATE" in first.text


def test_an_edited_investigation_is_shown_whole(tmp_path: Path) -> None:
    """What a person wrote in it is on the page."""
    told = Told(tmp_path).investigated()
    file = told.session.store.folder / flow.INVESTIGATION
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("### ROOT_CAUSE", "### ROOT_CAUSE\n\nAda: seen."), "utf-8")
    text = shown(told).one("document-05-investigation").text
    assert "Ada: seen." in text
    assert "Five whys" not in text
    assert "FIVE WHYS ANALYSIS" in text


def test_the_page_loads_nothing_and_runs_nothing(complete: Element) -> None:
    """Its policy allows its own style, known by its digest, and nothing else."""
    assert not [e for e in complete.all() if "style" in e.attributes]
    (style,) = complete.all("style")
    digest = b64encode(hashlib.sha256(style.raw.encode()).digest()).decode()
    metas = {
        e.attributes.get("name", e.attributes.get("http-equiv")): e.attributes.get("content")
        for e in complete.all("meta")
    }
    assert metas == {
        None: None,
        "generator": f"incident-state {__version__}",
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; "
        "img-src 'none'; script-src 'none'; base-uri 'none'; form-action 'none'",
        "viewport": "width=device-width, initial-scale=1",
        "referrer": "no-referrer",
        "color-scheme": "light dark",
    }
    assert not re.search(r"url\(|@import|expression|</", style.raw)


OPEN = {
    "triaged": ["Checkpoint 1 waits for the user."],
    "investigated": ["Checkpoint 2 waits for the user."],
    "deployed": ["Checkpoint 3 waits for the user."],
}


@pytest.mark.parametrize("story", OPEN)
def test_an_open_incident_says_that_it_is_open_and_as_of_when(tmp_path: Path, story: str) -> None:
    """It has no follow-ups yet, and what is not known is unknown."""
    told = STORIES[story](Told(tmp_path))
    whole = shown(told)
    (head,) = whole.all("header")
    assert head.text.startswith("P0 Open Sites")
    assert f"still open as of {told.now:%Y-%m-%d %H:%M} UTC" in head.text
    lines = [each.text for each in head.all("li")]
    assert [line for line in lines if "update" not in line] == OPEN[story]
    assert "Resolved unknown nobody has said" in head.text
    assert "Follow-ups" not in [each.text for each in whole.all("h2")]


def test_a_session_paused_failed_or_closed_says_so(tmp_path: Path) -> None:
    """Each in the head, with what was said."""
    told = Told(tmp_path).triaged().decide("Approve").after(1).launch(4)
    work.fail(told.session, 4, "no access")
    (head,) = shown(told).all("header")
    assert head.text.startswith("P0 Open ")
    assert "Step 4 failed: no access" in head.text
    assert "failed" in [row[1] for row in steps(shown(told)) if len(row) > 1]
    people.pause(told.session)
    (head,) = shown(told).all("header")
    assert head.text.startswith("P0 Open, paused ")
    assert "Paused: nothing new is launched." in head.text
    people.close(told.session, "a false alarm")
    whole = shown(told)
    (head,) = whole.all("header")
    assert head.text.startswith("P0 Closed early ")
    assert "Closed early: a false alarm" in head.text
    (left,) = whole.one("after").all("li")
    assert left.text.startswith("look through what was proposed (03-mitigation.md): ")
    assert "not written yet" not in whole.text
    assert "open" not in [row[1] for row in steps(whole) if len(row) > 1]


def test_an_agent_that_ended_before_its_document_was_found_valid_counts_as_done(
    tmp_path: Path,
) -> None:
    """One that ended without leaves a piece of work of its own, and its step is done again."""
    told = Told(tmp_path).after(1)
    for minutes in (3, 5):
        told.launch(1).after(minutes)
        state = progress.ended(told.session.load(), told.now, [1], "its agent ended")
        told.session.save(state)
    told.after(2).document(1)
    work.complete(told.session, 1)
    assert [row[1:] for row in steps(shown(told))[2:4]] == [
        ["ended without a document", "13:43", "13:46", "3 min"],
        ["attempt 2, done", "13:46", "13:51", "5 min"],
    ]


def test_documents_that_were_replaced_are_listed_by_name(tmp_path: Path) -> None:
    """Their text is not on the page."""
    told = Told(tmp_path).triaged()
    told.decide("Request changes")
    people.reopen(told.session, 3, "throttle it")
    told.after(1).done(3, TEMPORARY_FIXES="None but the throttle.")
    documents = shown(told).one("documents")
    assert documents.text.endswith("below revisions/: 1/03-mitigation.md")
    assert len(list(documents.all("details"))) == 3
