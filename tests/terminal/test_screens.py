"""What people and programs see of an incident in each state: in a terminal, in a pipe, as JSON."""

from __future__ import annotations

import json
import random
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from incident_state import helper
from incident_state.session import people
from tests.support.client import sample
from tests.support.client.terminal_ui import squeezed
from tests.support.json_models import MODELS
from tests.support.thinned import thinned
from tests.support.told_incident import BEGAN, STORIES, Told
from tests.support.workbench import Workbench
from tests.terminal import golden

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story

# A line of the status that each state must have.
PLACES = {
    "none": "",
    "1 due": "● 1 Incident Detection and Classification",
    "3 in flight": "Step 3 at work: nothing is to be typed",
    "3 failed": "Step 3 failed. How shall it go on?",
    "cp1": "Approve: the investigation begins",
    "cp1 paused": "Paused; it goes on with:",
    "cp1 changes": "Say in Claude Code what to change",
    "5+6 in flight": "Step 5 and Step 6 at work",
    "to consolidate": "05-investigation.md is to be assembled first",
    "cp2": "● Checkpoint 2: Root cause",
    "8 in flight": "Changed in production (03-mitigation.md)",
    "8 failed": "Rollback: the deployment is reverted",
    "cp3": "Checkpoint 2: Approve",
    "rollback in flight": "▶ Rollback: Rollback",
    "rolled back": "New fix: plan another fix",
    "9 due": "Step 9 is due. Go on in Claude Code",
    "13 valid": "Phase 5 Postmortem & Prevention",
    "complete": "watch the service's stability for 24 hours",
    "closed at cp1": "closed early",
    "corrupt": "",
}
COMMANDS = ("status", "timeline", "list", "handoff", "verify", "next")


def exit_code(state: str, command: str) -> int:
    """What the contract says of that command in that state."""
    if command == "doctor":
        return 1 if state == "corrupt" else 0
    if state == "none":
        return 0 if command in {"next", "list"} else 66
    return 65 if state == "corrupt" and command != "list" else 0


@pytest.mark.parametrize("state", thinned(PLACES, 10))
def test_each_command_reads_each_state(at: Callable[[str], Story], state: str) -> None:
    """In a terminal and in a pipe: the right exit code, words for people, nothing beyond them."""
    bench = at(state).bench
    if state not in {"none", "corrupt"}:
        # A state that all tests copy can be older than an agent may be silent.
        bench.client["TEST_NOW"] = bench.state()["last_updated"]
    for command in COMMANDS:
        for seen in (bench.person(command, answers=""), bench.run(command)):
            told = (state, command, seen)
            assert seen.code == exit_code(state, command), told
            assert (seen.out + seen.err).strip(), told
            assert "Traceback" not in seen.out + seen.err, told
        piped = bench.run(command)
        assert re.search(r"\x1b|[ \t]$", piped.out, re.MULTILINE) is None, (state, command)
    assert squeezed(PLACES[state]) in squeezed(bench.run("status").out)
    resumed = bench.person("resume", answers="")
    assert resumed.code == (exit_code(state, "resume")), (state, resumed)


@pytest.mark.parametrize("state", thinned(PLACES, 5))
def test_json_keeps_what_is_documented(at: Callable[[str], Story], state: str) -> None:
    """One JSON object of the documented fields on one line of standard output, nothing else."""
    bench = at(state).bench
    for command, model in MODELS.items():
        seen = bench.run(command, "--json")
        assert seen.code == exit_code(state, command), (state, command, seen)
        if seen.code == 0:
            assert seen.out.count("\n") == 1
            model.validate_json(seen.out, strict=True)


def screen(bench: Workbench, command: str, minutes: float) -> str:
    """What a terminal of 80 columns shows, that long after the report; paths replaced."""
    now = (BEGAN + timedelta(minutes=minutes)).isoformat()
    answers = "n\n" if command == "approve" else ""
    # The terminal echoes what was typed before it was asked for.
    text = bench.person(command, answers=answers, TEST_NOW=now).out.removeprefix(answers)
    text = re.sub(r"\S*/launch\.py|\S+ \S*__main__\.py", helper.NAME, text)
    text = text.replace(str(bench.project), "/srv/shop")
    text = re.sub(r"\S*python\S* (?=incident-state)", "", text)
    return golden.nameless(text)


@pytest.mark.parametrize(
    ("name", "story", "command", "minutes"),
    [
        ("status", "in flight", "status", 58),
        ("checkpoint", "triaged", "approve", 25),
        ("timeline", "deployed", "timeline", 140),
        ("list", "complete", "list", 300),
    ],
)
def test_a_screen_is_as_it_was_approved(
    tmp_path: Path, name: str, story: str, command: str, minutes: float
) -> None:
    """The four screens that people look at most, at 80 columns, whole."""
    bench = Workbench(tmp_path / "bench")
    told = Told(bench.project)
    if story == "in flight":
        told.triaged().decide("Approve").after(1).done(4).after(1).launch(5, 6)
    else:
        STORIES[story](told)
    golden.is_as_approved(name, screen(bench, command, minutes))


def test_a_session_of_the_archive_can_be_read(tmp_path: Path) -> None:
    """Status and timeline take its ID and change nothing there; the list names both sessions."""
    bench = Workbench(tmp_path / "bench")
    first = Told(bench.project)
    archived = first.triaged().session.load().incident_id
    assert bench.person("archive").code == 0
    second = Told(bench.project, "The queue is full").session.load()
    files = sorted(bench.session_folder.rglob("*"))
    seen = bench.run("status", archived)
    assert "Managed rules off worldwide" in seen.out
    assert f"restore {archived}" in seen.out
    assert "Public update: Identified" in bench.run("timeline", archived).out
    listed = json.loads(bench.run("list", "--json").out)
    assert [each["incident_id"] for each in listed["sessions"]] == [second.incident_id, archived]
    assert listed["by_severity"]["P0"] == {
        "count": 2,
        "detect_seconds": 180.0,
        "acknowledge_seconds": 300.0,
        "mitigate_seconds": 1440.0,
        "resolve_seconds": None,
        "duration_seconds": None,
    }
    assert bench.run("status", "INC-20200101-000000-0000").code == 1
    assert bench.run("status", "../../etc").code == 1
    assert sorted(bench.session_folder.rglob("*")) == files


def test_a_closed_incidents_handoff_has_no_debts(at: Callable[[str], Story]) -> None:
    """It says how it ended and why, and asks nobody to go on with what was not begun."""
    told = at("closed as a false alarm").bench.run("handoff").out
    assert "Where it stands: closed early, False alarm; no incident." in told
    assert [words for words in ("Open:", "To go on", "steps done") if words in told] == []
    assert "Left to do:\n  look through what was proposed (03-mitigation.md)" in told
    assert "no incident" in at("closed as a false alarm").bench.run("list").out


def test_a_damaged_session_of_the_archive_is_named_and_hides_no_other(tmp_path: Path) -> None:
    """The list goes on without it, and says what is wrong with it."""
    bench = Workbench(tmp_path / "bench")
    archived = Told(bench.project).session.load().incident_id
    bench.person("archive")
    Told(bench.project, "The queue is full").unsealed()
    (bench.session_folder / "archive" / archived / "state.json").write_text("{")
    seen = bench.run("list")
    assert (seen.code, "The queue is full" in seen.out) == (0, True)
    assert "state.json is corrupt" in seen.out
    assert bench.run("status", archived).code == 65


def test_no_answer_at_a_checkpoint_decides_nothing(at: Callable[[str], Story]) -> None:
    """`approve` shows what is decided upon and asks; a no, or no answer, leaves it open."""
    bench = at("cp1").bench
    before = bench.nine()
    for command in (["approve"], ["request-changes"], ["pause"], ["close", "--reason", "over"]):
        no = bench.person(*command, answers="n\n")
        gone = bench.person(*command, answers="\x04")
        assert (no.code, gone.code) == (1, 130), (command, no, gone)
        assert "User impact reduction" in no.out
        assert "Nothing was decided." in no.out
    assert bench.nine() == {**before, "last_updated": bench.nine()["last_updated"]}


def test_the_next_public_update_is_twenty_minutes_after_the_last(tmp_path: Path) -> None:
    """At P0 in the first two hours, as PagerDuty's guide has it; later it is thirty."""
    bench = Workbench(tmp_path / "bench")
    told = Told(bench.project)

    def due(minutes: float) -> str | None:
        now = (BEGAN + timedelta(minutes=minutes)).isoformat()
        found: str | None = json.loads(
            bench.person("status", "--json", answers="", TEST_NOW=now).out
        )["update_due"]
        return found

    assert due(5) == "2019-07-02T14:02:00.000Z"
    told.after(15).note("We are looking into it", update=True)
    assert due(16) == "2019-07-02T14:17:00.000Z"
    told.after(90).note("Mitigated", update=True)
    assert due(106) == "2019-07-02T15:47:00.000Z"
    told.after(20).note("It holds", update=True)
    assert due(126) == "2019-07-02T16:17:00.000Z"


def test_a_pause_is_taken_out_of_what_responders_did_alone(tmp_path: Path) -> None:
    """Thirty minutes of pause are none of the duration; users went through them all the same."""
    bench = Workbench(tmp_path / "bench")
    Told(bench.project).complete()
    seen = json.loads(bench.run("status", "--json").out)
    minutes = {name: seen[f"{name}_seconds"] / 60 for name in ("resolve", "duration")}
    assert minutes == {"resolve": 133.0, "duration": 181.0}


def test_words_of_strangers_are_inert_in_a_terminal(tmp_path: Path) -> None:
    """Control bytes, escape sequences and direction marks of a record never reach the screen."""
    evil = "a\x1b[2Jb\x1b]0;t\x07c\u202ed\x9be"
    bench = Workbench(tmp_path / "bench")
    told = Told(bench.project, evil)
    told.done(1).done(2).done(3, ACTIVE_CHANGES=f"- {evil}", USER_IMPACT_REDUCTION=evil)
    told.note(evil)
    for command in ("status", "timeline", "list", "handoff", "resume"):
        for text in (bench.run(command).out, bench.person(command).out):
            assert not set("\x1b\x07\u202e\x9b") & set(text), command


def test_what_can_be_published_is_in_the_handoff_whole(tmp_path: Path) -> None:
    """The text of step 3, then that of step 1; none of one that does not apply."""
    bench = Workbench(tmp_path / "bench")
    told = Told(bench.project).triaged()
    shown = bench.run("handoff").out.partition("To publish (03-mitigation.md):\n")[2]
    newer, _, older = shown.partition("To publish (01-classification.md):\n")
    for text, name, section in (
        (newer, "03-mitigation.md", "STATUS_UPDATE"),
        (older, "01-classification.md", "FIRST_STATUS_UPDATE"),
    ):
        assert squeezed(text).startswith(squeezed(sample.documents()[name][section]))
    told.decide("Request changes")
    people.reopen(told.session, 3, "nobody outside is hit")
    told.done(3, STATUS_UPDATE="Not applicable: nobody outside is hit")
    assert "To publish (03" not in bench.run("handoff").out


SCRIPTS = [
    "结账失败数据库",
    "データベース",
    "한국어입니다",
    "الدفع معطل",
    "ab",
    "checkout",
    "e\u0301te\u0301",
]


@pytest.mark.parametrize("width", thinned([40, 20, 30, 59, 60, 61, 72, 80, 97, 120, 200], 7))
def test_words_of_any_script_are_shown_whole_at_every_width(tmp_path: Path, width: int) -> None:
    """Scripts without blanks among them: no sign of a note is lost, and no line is too long."""
    chance = random.Random(width)  # noqa: S311 - cases, not secrets
    bench = Workbench(tmp_path / "bench")
    told = Told(bench.project).triaged()
    notes = ["".join(chance.choices(SCRIPTS, k=40)) for _ in range(4)]
    for note in notes:
        told.note(note)
    seen = bench.person("timeline", COLUMNS=str(width)).out
    assert [note for note in notes if "".join(note.split()) not in "".join(seen.split())] == []
    assert [line for line in seen.splitlines() if cell_len(line.rstrip()) > width] == []


def test_a_closed_incident_says_its_reason_first(at: Callable[[str], Story]) -> None:
    """Right below its title."""
    bench = at("closed at cp1").bench
    lines = bench.run("status").out.splitlines()
    assert lines[1] == f"Closed: {bench.state()['closed']}"


def test_what_was_declared_at_the_start_is_said_so(tmp_path: Path) -> None:
    """Somebody else may decide at the checkpoint."""
    told = Told(tmp_path).after(1).done(1, SEVERITY="P2\n\nFew are hit.").done(2).done(3)
    question = told.session.question(told.session.load())
    assert question is not None
    assert "Severity: P2 (declared at the start: P0). Few are hit.\n" in question.shown
