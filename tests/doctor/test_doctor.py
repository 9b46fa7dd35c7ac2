"""`doctor`: each thing that can be wrong with an installation is a failed check with its remedy."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from incident_state import __version__
from incident_state.client_version import OLDEST, dotted
from incident_state.state.model import SCHEMA_VERSION as OURS
from tests.support.json_models import MODELS
from tests.support.workbench import ROOT, Workbench

NAMES = [
    *("client", "hooks", "python", "packages", "command", "language", "clock"),
    *("folder", "incident", "sealed copy"),
]
SESSION = "11111111-2222-3333-4444-555555555555"
INSIDE = {"CLAUDE_CODE_SESSION_ID": SESSION, "INCIDENT_STATE_HOOKS": str(ROOT)}
NEWEST = {"AI_AGENT": "claude-code_9-9-9_agent"}


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """Give a project without an incident."""
    made = Workbench(tmp_path)
    (tmp_path / "bin").mkdir()
    return made


def asked(bench: Workbench, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Ask the doctor in a nearly empty environment, with those variables."""
    bare = {"HOME": str(bench.folder / "home"), "PATH": str(bench.folder / "bin")}
    return subprocess.run(
        [sys.executable, "-m", "incident_state", "doctor", *words],
        cwd=bench.project,
        env={**bare, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **NEWEST, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def found(bench: Workbench, *words: str, **variables: str) -> dict[str, tuple[str, str, str]]:
    """Return each check's status, what was found, and the remedy, by its name."""
    done = asked(bench, "--json", *words, **variables)
    MODELS["doctor"].validate_json(done.stdout, strict=True)
    told: dict[str, Any] = json.loads(done.stdout)
    failed = [check["name"] for check in told["checks"] if check["status"] == "failed"]
    assert (told["version"], told["ok"], done.returncode) == (__version__, not failed, bool(failed))
    assert [check["name"] for check in told["checks"]] == NAMES
    return {c["name"]: (c["status"], c["found"], c["remedy"]) for c in told["checks"]}


def program(bench: Workbench, name: str, says: str) -> str:
    """Put a program on PATH that prints a line; return its path."""
    path = bench.folder / "bin" / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return str(path)


def test_where_nothing_is_wrong_each_check_is_ok(bench: Workbench) -> None:
    """In a session whose hooks run, every line is ok and no remedy is told."""
    checks = found(bench, **INSIDE)
    assert {(status, remedy) for status, _, remedy in checks.values()} == {("ok", "")}
    assert checks["client"][1] == "Claude Code 9.9.9"
    assert checks["incident"][1] == "none is open here, nor in a folder above"


def test_a_person_reads_it_at_eighty_columns(bench: Workbench) -> None:
    """One line a check, wrapped but for a long path; what to do stands below, after an arrow."""
    done = asked(bench, **{**INSIDE, "AI_AGENT": "claude-code_2-0-1_agent"})
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert [line for line in lines if len(line) > 74 and " " in line[21:]] == []
    assert lines[:2] == [
        f"FAILED  client       Claude Code 2.0.1; {dotted(OLDEST)} is the oldest supported",
        "                     -> claude update",
    ]
    assert lines[2] == "ok      hooks        they run in this session"


@pytest.mark.system
def test_outside_a_session_the_client_on_path_is_asked(bench: Workbench) -> None:
    """Its version counts; whether hooks run is said to be unknown, with the way to find out."""
    checks = found(bench, AI_AGENT="")
    assert checks["client"][0] == "note"
    assert (checks["hooks"][0], checks["hooks"][2][:36]) == (
        "note",
        "in a session of the client, type ! /"[:36],
    )
    program(bench, "claude", "9.9.8 (Claude Code)")
    assert found(bench, AI_AGENT="")["client"] == ("ok", "Claude Code 9.9.8", "")
    program(bench, "claude", "2.0.1 (Claude Code)")
    assert found(bench, AI_AGENT="")["client"][::2] == ("failed", "claude update")


def test_hooks_that_did_not_run_are_a_failure(bench: Workbench) -> None:
    """A session without them, and one with those of another copy, guard nothing here."""
    silent = found(bench, CLAUDE_CODE_SESSION_ID=SESSION)["hooks"]
    assert silent[:2] == (
        "failed",
        "they did not run as this session began; without them nothing guards an incident",
    )
    other = found(bench, **{**INSIDE, "INCIDENT_STATE_HOOKS": "/older"})["hooks"]
    assert other[:2] == ("failed", "those of another copy run in this session: /older")


def test_a_plugin_younger_than_the_session_is_told_as_such(bench: Workbench) -> None:
    """Its hooks may run, though none did as the session began."""
    transcript = bench.folder / "home" / ".claude" / "projects" / "-p" / f"{SESSION}.jsonl"
    transcript.parent.mkdir(parents=True)
    transcript.write_text('{"type":"mode"}\n{"timestamp":"2020-01-01T00:00:00.000Z"}\n')
    told = ("note", "the plugin was installed after this session had begun")
    assert found(bench, CLAUDE_CODE_SESSION_ID=SESSION)["hooks"][:2] == told


def test_hooks_that_noted_a_call_of_this_session_run(bench: Workbench) -> None:
    """While an incident is open, a call's mark in the sealed copy shows that they are live."""
    (bench.vault / "calls").mkdir(parents=True)
    (bench.vault / "calls" / f"{SESSION}.main.toolu-1").touch()
    assert found(bench, CLAUDE_CODE_SESSION_ID=SESSION)["hooks"][0] == "ok"


@pytest.mark.parametrize("inside", [{}, INSIDE], ids=["terminal", "session"])
@pytest.mark.parametrize("name", ["settings.json", "settings.local.json"])
def test_settings_that_switch_hooks_off_are_named(
    bench: Workbench, inside: dict[str, str], name: str
) -> None:
    """The file is said, and what to take out of it."""
    file = bench.project / ".claude" / name
    file.parent.mkdir()
    file.write_text('{"disableAllHooks": true}')
    told = ("failed", f"{file} switches all hooks off", "take disableAllHooks out")
    assert found(bench, **inside)["hooks"] == told


def test_a_helper_of_another_version_on_path_is_a_failure(bench: Workbench) -> None:
    """Of this version it is fine; a broken one is told as such."""
    path = program(bench, "incident-state", __version__)
    assert found(bench)["command"] == ("ok", f"{path} is {__version__}, as this one", "")
    program(bench, "incident-state", "0.0.9")
    told = ("failed", f"{path} is 0.0.9, this one {__version__}")
    assert found(bench)["command"][:2] == told
    Path(path).write_text("#!/bin/sh\nexit 3\n")
    assert "broken (exit code 3)" in found(bench)["command"][1]


def test_no_locale_loses_text(bench: Workbench) -> None:
    """In files and pipes it is UTF-8 in each."""
    assert found(bench, LANG="C", LC_ALL="C")["language"][0] == "ok"
    assert found(bench, PYTHONIOENCODING="latin-1")["language"][0] == "ok"
    lost = found(bench, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", LC_ALL="C")["language"]
    assert lost == ("ok", "UTF-8 (locale C)", "")


def test_a_terminal_that_lacks_signs_is_told(bench: Workbench) -> None:
    """A note: it works, and shows a ? for what the terminal lacks."""
    made = bench.folder / "de_DE.ISO-8859-1"
    subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "ISO-8859-1", "-c", str(made)],
        check=False,  # a warning of the tool's is a failure to it
        capture_output=True,
    )
    told = found(bench, LOCPATH=str(bench.folder), LC_ALL=made.name)["language"]
    assert told[:2] == ("note", f"iso8859-1 in a terminal (locale {made.name})")


def test_a_project_that_takes_no_file_is_a_failure(bench: Workbench) -> None:
    """The folder and the system's own words are told."""
    status, told, remedy = found(bench, "--project", "/proc")["folder"]
    assert (status, told[:25]) == ("failed", "/proc cannot be written: ")
    assert remedy == "make it writable, or make room there"


def started(bench: Workbench) -> str:
    """Begin an incident; return its id."""
    assert bench.run("start", "Checkout is down", session=SESSION).code == 0
    return str(bench.state()["incident_id"])


def test_an_open_incident_is_told_from_a_folder_below_it_too(bench: Workbench) -> None:
    """Its id, whether it is in progress, and where; how much of it is sealed."""
    incident_id = started(bench)
    checks = found(bench)
    assert checks["incident"] == ("ok", f"{incident_id}, in_progress, here ({bench.project})", "")
    assert str(bench.vault) in checks["sealed copy"][1]
    below = bench.project / "src"
    below.mkdir()
    (told,) = (
        json.loads(
            subprocess.run(
                [sys.executable, "-m", "incident_state", "doctor", "--json"],
                cwd=below,
                env={"HOME": str(bench.folder / "home"), "PYTHONPATH": str(ROOT), **NEWEST},
                capture_output=True,
                text=True,
                check=False,
            ).stdout
        )["checks"][NAMES.index("incident")],
    )
    assert told["found"] == f"{incident_id}, in_progress, in {bench.project}"


def newer(data: dict[str, Any]) -> None:
    """Make a state that a later version wrote."""
    data["schema_version"] = 99


def damaged(data: dict[str, Any]) -> None:
    """Make a state that says two things."""
    data["status"] = "complete"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            newer,
            f"a newer version of the plugin wrote it (schema 99; this one knows {OURS})",
        ),
        (damaged, 'status says "complete", and the record beside it says "in_progress"'),
    ],
)
def test_a_state_that_cannot_be_used_is_a_failure(
    bench: Workbench, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    """What is wrong with it is told, and the command that shows what can be done."""
    started(bench)
    state = bench.state()
    change(state)
    (bench.session_folder / "state.json").write_text(json.dumps(state))
    status, told, remedy = found(bench)["incident"]
    assert (status, said in told) == ("failed", True), told
    update = "claude plugin update incident-response@incident-response"
    assert remedy.endswith(update if change is newer else f" status --project {bench.project}")


def test_a_mark_without_a_state_is_a_failure(bench: Workbench) -> None:
    """Gates stay shut there, so it is not told as no incident."""
    bench.session_folder.mkdir()
    (bench.session_folder / "open").touch()
    assert found(bench)["incident"][0] == "failed"


def test_a_clock_behind_the_record_is_a_failure(bench: Workbench) -> None:
    """Entries of the future tell that one clock of two is wrong."""
    started(bench)
    state = bench.state()
    state["last_updated"] = "2099-01-01T00:00:00Z"
    (bench.session_folder / "state.json").write_text(json.dumps(state))
    status, told, remedy = found(bench)["clock"]
    assert (status, "minutes later" in told) == ("failed", True)
    assert remedy == "set the clock: sudo timedatectl set-ntp true"


def test_without_a_home_there_is_no_sealed_copy(bench: Workbench) -> None:
    """It is a note: all else goes on."""
    assert found(bench, HOME="")["sealed copy"][::2] == (
        "note",
        "set HOME; without it what is changed is not put back",
    )


def test_the_gates_own_failure_names_a_command_that_works(bench: Workbench) -> None:
    """Even where what failed is the Python that the command would run in."""
    started(bench)
    python = bench.plugin_data / "env" / "bin" / "python"
    python.write_text("#!/bin/sh\nexit 3\n")
    code, _, told = bench.hook("PreToolUse", {"tool_name": "Bash", "tool_input": {"command": "ls"}})
    assert code == 2
    command = re.search(r"in a terminal, (.*) tells more", told)
    assert command
    done = subprocess.run(
        ["sh", "-c", f"{command[1]} --json"],
        cwd=bench.project,
        env={"HOME": str(bench.folder / "home"), "PATH": f"{Path(sys.executable).parent}:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert [check["name"] for check in json.loads(done.stdout)["checks"]] == NAMES
