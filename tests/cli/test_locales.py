"""Locales as people have them: files and pipes are UTF-8, a terminal shows what it can."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.patience import HANG
from tests.support.terminal import in_terminal
from tests.support.workbench import ROOT, Workbench

if TYPE_CHECKING:
    from pathlib import Path

# Some 300 processes; it is not among the quick tests.
pytestmark = pytest.mark.system

LOCALES = {
    "de_DE.ISO-8859-1": ("de_DE", "ISO-8859-1"),
    "ja_JP.EUC-JP": ("ja_JP", "EUC-JP"),
    "ru_RU.KOI8-R": ("ru_RU", "KOI8-R"),
}
SETTINGS = [
    {},
    {"LC_ALL": "C"},
    {"LC_ALL": "xx_YY.unknown"},
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONUTF8": "0"},
    {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
    *({"LC_ALL": name} for name in LOCALES),
    *({"LC_ALL": name, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"} for name in LOCALES),
]
WORDS = "Suche → 検索 поиск ü 🔥"


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with those locales, made by the system's own tool."""
    folder = tmp_path_factory.mktemp("locales")
    for name, (language, charmap) in LOCALES.items():
        subprocess.run(
            ["localedef", "-i", language, "-f", charmap, "-c", str(folder / name)],
            check=False,  # a warning of the tool's is a failure to it
            capture_output=True,
        )
        assert (folder / name / "LC_CTYPE").exists()
    return folder


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: " ".join(map("=".join, s.items())))
@pytest.mark.parametrize("entry", ["installed", "launched"])
def test_every_command_hook_and_screen_works(
    bench: Workbench, locales: Path, setting: dict[str, str], entry: str
) -> None:
    """Whatever it is called by: what was typed is recorded to the letter, and shown."""
    env = {k: v for k, v in bench.hook_environment().items() if k != "LANG"}
    env |= {"LOCPATH": str(locales), **setting}
    launch = ["sh", str(ROOT / "incident_state" / "launch"), "--data", str(bench.plugin_data)]
    command = {"installed": [sys.executable, "-m", "incident_state"], "launched": launch}[entry]

    def run(*words: str, given: str = "") -> str:
        done = subprocess.run(
            [*command, *words],
            input=given.encode(),
            env=env,
            cwd=bench.project,
            capture_output=True,
            timeout=HANG,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b""), (words, done)
        return done.stdout.decode()

    run("start", WORDS)
    run("note", "-", given=WORDS)
    run("note", f"{WORDS}!")
    assert bench.state()["incident"] == WORDS
    assert [e["text"] for e in bench.state()["timeline"][1:]] == [WORDS, f"{WORDS}!"]
    for words in (["timeline"], ["status"], ["handoff"], ["brief", "1"], ["timeline", "--json"]):
        assert "→ 検索" in run(*words), words
    run("report", "--output", "page.html")
    assert WORDS in (bench.project / "page.html").read_text("utf-8")
    terminal = env | {"TERM": "dumb", "COLUMNS": "80"}
    code, shown = in_terminal([*command, "status"], terminal, bench.project)
    assert code == 0, shown
    screen = shown.decode("latin-1")  # in whatever encoding its other signs are
    for sign in ("Suche", "Incident Detection and Classification"):
        assert sign in screen
    for tool, given in (
        ("Bash", {"command": f'grep "{WORDS}" log | wc -l'}),
        ("Read", {"file_path": f"{bench.project}/{WORDS}"}),
        ("Write", {"file_path": f"{bench.project}/{WORDS}", "content": WORDS}),
    ):
        payload = {
            "hook_event_name": "PreToolUse",
            "session_id": "s1",
            "cwd": str(bench.project),
            "tool_name": tool,
            "tool_input": given,
        }
        manifest = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text("utf-8"))
        line = manifest["hooks"]["PreToolUse"][0]["hooks"][0]["command"]
        done = subprocess.run(
            ["sh", "-c", line],
            input=json.dumps(payload, ensure_ascii=False).encode(),
            env=env,
            capture_output=True,
            timeout=HANG,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), tool
