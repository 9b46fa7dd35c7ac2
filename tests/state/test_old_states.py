"""State files of older versions open, and what they never recorded is unknown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.json_models import MODELS
from tests.support.told_incident import Told
from tests.support.workbench import Workbench

FOLDER = Path(__file__).parent / "old_states"
UNKNOWN = {"outcome": None, "onset": None, "mitigated_at": None, "resolved_at": None}
# How each ended, where that was recorded.
OUTCOMES = {"schema-1-closed": "no-incident"}


@pytest.fixture(params=sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Workbench]:
    """Give the old file's name and a project that has it."""
    bench = Workbench(tmp_path / "bench")
    bench.session_folder.mkdir()
    (bench.session_folder / "state.json").write_bytes(request.param.read_bytes())
    return request.param.stem, bench


def test_an_old_state_is_read_by_every_command(old: tuple[str, Workbench]) -> None:
    """Each reading command takes it; what a document states was never recorded."""
    name, bench = old
    for command in ("status", "timeline", "list"):
        for words in ([command], [command, "--json"]):
            seen = bench.run(*words)
            assert (seen.code, seen.err) == (0, ""), (words, seen)
        MODELS[command].validate_json(seen.out, strict=True)
    status = json.loads(bench.run("status", "--json").out)
    facts = {key: status[key] for key in UNKNOWN}
    assert facts == UNKNOWN | {"outcome": OUTCOMES.get(name)}
    lengths = ("detect_seconds", "mitigate_seconds", "resolve_seconds")
    assert [status[key] for key in lengths] == [None, None, None]
    assert status["counted_from"] == "report"


def test_the_next_change_writes_it_in_the_newest_schema(old: tuple[str, Workbench]) -> None:
    """And nothing of it is lost."""
    _, bench = old
    before = bench.state()
    done = bench.run("note", "DB failed over", session="s1")
    after = bench.state()
    assert (done.code, after["schema_version"]) in {(0, 4), (1, 4)}, done
    kept = {key: after[key] for key in before if key not in {"last_updated", "schema_version"}}
    kept["timeline"] = kept["timeline"][:-1]
    told = {key: before[key] for key in kept}
    assert kept == told


@pytest.mark.parametrize("said", ["soon", "2026-07-02T13:42", "9999-12-31T23:59:59-23:59", ""])
def test_an_onset_that_is_no_time_is_corrupt_not_believed(tmp_path: Path, said: str) -> None:
    """A record that somebody bent is refused with its line, as any other."""
    bench = Workbench(tmp_path / "bench")
    Told(bench.project).after(1).done(1).unsealed()
    state = bench.state()
    (event,) = [each for each in state["timeline"] if "ONSET" in each.get("stated", {})]
    event["stated"]["ONSET"] = said
    (bench.session_folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
    seen = bench.run("status")
    assert (seen.code, "state.json is corrupt: timeline." in seen.err) == (65, True), seen


def test_a_run_that_was_cleared_as_a_whole_is_asked_about_anew(tmp_path: Path) -> None:
    """A yes is one to a program now; what an older version kept is no yes to any."""
    bench = Workbench(tmp_path / "bench")
    Told(bench.project).after(1).launch(1).unsealed()
    state = bench.state() | {"schema_version": 2}
    state["steps"]["1"]["run"]["cleared"] = True
    (bench.session_folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
    assert bench.run("note", "one", session="s1").code == 0
    after = bench.state()
    assert (after["schema_version"], after.get("consents", {})) == (4, {})
    assert "cleared" not in after["steps"]["1"]["run"]
