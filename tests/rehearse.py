"""Rehearse a whole incident in the real client, in this terminal: you answer its checkpoints.

    python3 tests/rehearse.py

A scripted model stands in for an account, on loopback; nothing leaves this machine. The incident
is a public one, Cloudflare's outage of 2 July 2019, retold. It takes two minutes. Where Python
lacks what is needed, the first run makes .venv in the clone, with the client in it. The documents
stay in a temporary folder, which is named at the end; leave the client with /exit, whenever you
like. Ctrl-C while it prepares stops it; run again, it goes on.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import queue
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.client.messages import Answer, Request

# Told today, an onset of that year would make every figure one of years.
ANOTHER_CLOCK = (
    "unknown\n\nThe real incident began on 2 July 2019, 13:42 UTC; a rehearsal has another clock."
)
ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
NEEDED = ("claude_agent_sdk", "pydantic", "rich", "typer")
LACKS = "import importlib.util as u, sys; sys.exit(any(not u.find_spec(n) for n in sys.argv[1:]))"
OLDEST = (3, 10)
SIZE = 656  # MB, what is needed together
PAUSE = 0.3  # seconds before each of the model's messages, so that a person can follow


def main() -> int:
    """Rehearse; the exit code is the client's, or 1 where there is none."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return refuse("You answer the checkpoints yourself: run this in a terminal.")
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        return in_own_environment()
    # A name without the signs that the client would take for Markdown.
    folder = Path(tempfile.gettempdir(), f"rehearsal-{secrets.token_hex(4)}")
    folder.mkdir(mode=0o700)
    return rehearse(folder)


def refuse(sentence: str) -> int:
    """Say why there is no rehearsal; the exit code for that."""
    sys.stderr.write(f"{sentence}\n")
    return 1


def in_own_environment() -> int:
    """Run this again in .venv of the clone, which is given what is needed if it lacks it."""
    if sys.version_info < OLDEST:
        return refuse("This needs Python 3.10 or newer: run it with that one.")
    if Path(sys.executable) == PYTHON:
        return refuse(f"{ROOT / '.venv'} does not work: remove it, and run this again.")
    look = [str(PYTHON), "-c", LACKS, *NEEDED]
    if not PYTHON.exists() or subprocess.run(look, check=False, capture_output=True).returncode:
        sys.stderr.write(f"Preparing {ROOT / '.venv'}, once: some {SIZE} MB, a minute or two.\n")
        make = [sys.executable, "-m", "venv", str(ROOT / ".venv")]
        plain = ["--disable-pip-version-check", "--progress-bar", "off"]
        fill = [str(PYTHON), "-m", "pip", "install", *plain, "-e", f"{ROOT}[tests]"]
        for command in (make, fill):
            if said := failing(command):
                return refuse(
                    f"{said}\nThat failed (what it needs: Python's venv and the package index). "
                    f"What was run: {shlex.join(command)}"
                )
    os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606 - this script again, in its environment
    raise AssertionError("execv does not return")


def failing(command: list[str]) -> str:
    """What a command of the preparing said that failed; empty if it did not.

    What it is at, and since when, is shown in one line meanwhile. KeyboardInterrupt ends it, too.
    """
    began, doing, said = time.monotonic(), "making the environment", list[str]()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is answered here, in one line
    ) as running:
        assert running.stdout is not None
        lines = iter_lines(running.stdout)
        try:
            for line in lines:
                said += [line] if line else []
                doing = step_of(line) or doing
                minutes, seconds = divmod(int(time.monotonic() - began), 60)
                shown = f"{minutes}:{seconds:02}  {doing}"[: shutil.get_terminal_size().columns - 1]
                sys.stderr.write(f"\r\x1b[K{shown}")
                sys.stderr.flush()
        except KeyboardInterrupt:
            os.killpg(running.pid, signal.SIGTERM)
            raise
        finally:
            sys.stderr.write("\r\x1b[K")
    return "".join(said[-10:]).strip() or "It says no more." if running.returncode else ""


def iter_lines(stream: IO[str]) -> Iterator[str]:
    """Each line of the stream as it comes; an empty one for each second without any."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in stream:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=1)
        except queue.Empty:
            yield ""
            continue
        if line is None:
            return
        yield line


def step_of(line: str) -> str:
    """What pip is at, as it says so itself, a file by its name alone; empty for no line."""
    word, _, rest = line.strip().partition(" ")
    return f"{word} {rest.rpartition('/')[2]}".strip() if word == "Downloading" else line.strip()


def rehearse(folder: Path) -> int:
    """Lead the sample incident in the client, in a new project below that folder."""
    sys.path.insert(0, str(ROOT))
    from tests.support.client import sample
    from tests.support.client.environment import bundled_client, make_sandbox
    from tests.support.client.rehearsing import Rehearsing
    from tests.support.client.scripted_api import ScriptedApi

    if not bundled_client().exists():
        return refuse("The installed claude-agent-sdk brings no client for this system.")
    documents = sample.documents()
    documents["01-classification.md"]["ONSET"] = ANOTHER_CLOCK
    project = folder.resolve() / "project"
    fillings = {"your synthesis": sample.synthesis()}
    model = Rehearsing(project, documents=documents, fillings=fillings)

    def unhurried(request: Request) -> Answer:
        time.sleep(PAUSE)
        return model(request)

    with ScriptedApi(unhurried) as api:
        sandbox = make_sandbox(folder, api.url)
        typed = f'/incident-response "{sample.description()}" --severity P0'
        words = [str(sandbox.launcher), "--plugin-dir", str(ROOT), typed]
        code = run_to_its_end(words, project)
    leave(sandbox.home, project)
    return code


def leave(home: Path, project: Path) -> None:
    """Keep what `verify` compares, drop the rest of the client's home, and say what can be done."""
    transcripts = sorted(home.glob(".claude/projects/*/*.jsonl"), key=lambda f: f.stat().st_mtime)
    if transcripts and sys.stdout.isatty():
        unsaid(f"claude --plugin-dir {ROOT} --resume {transcripts[-1].stem}")
    for each in [*home.iterdir(), *home.glob(".claude/*")]:
        if each.name in {".claude", ".local", "projects"}:
            continue
        shutil.rmtree(each, ignore_errors=True) if each.is_dir() else each.unlink()
    sys.stdout.write(f"\nThe documents and the state are in {project / '.incident-response'}\n")
    helper = [sys.executable, str(ROOT / "incident_state" / "launch.py")]
    for what, words in (
        ("To look at the incident, run", ["status"]),
        ("For its page, to open in a browser", ["report"]),
        ("To hold its record against itself", ["verify"]),
    ):
        sys.stdout.write(f"{what}: {shlex.join([*helper, *words, '--project', str(project)])}\n")


def unsaid(line: str) -> None:
    """Take back the client's last words, how to resume what nothing answers any more."""
    rows = 2 + (len(line) - 1) // shutil.get_terminal_size().columns
    sys.stdout.write(f"\x1b[{rows}A\r\x1b[J")


def run_to_its_end(words: list[str], project: Path) -> int:
    """The exit code of the client, which has the terminal and answers Ctrl-C itself."""
    with subprocess.Popen(words, cwd=project) as client:
        for ending in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, lambda *_: client.terminate())
        while True:
            try:
                return client.wait()
            except KeyboardInterrupt:
                continue


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Run it again to go on.\n")
        sys.exit(130)
