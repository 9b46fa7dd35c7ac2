"""Rehearse a whole incident in the real client, in this terminal: you answer its checkpoints.

    python3 tests/rehearse.py

A scripted model stands in for an account, on loopback; nothing leaves this machine. The incident
is a public one, Cloudflare's outage of 2 July 2019, retold. It takes two minutes. Where Python
lacks what is needed, the first run makes .venv in the clone, with the client in it. The documents
stay in a temporary folder, which is named at the end; leave the client with /exit.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.client.messages import Answer, Request

FAREWELL = "This was the rehearsal: leave the client with /exit."
# Told today, an onset of that year would make every figure one of years.
ANOTHER_CLOCK = (
    "unknown\n\nThe real incident began on 2 July 2019, 13:42 UTC; a rehearsal has another clock."
)
ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
NEEDED = ("claude_agent_sdk", "pydantic", "rich", "typer")
LACKS = "import importlib.util as u, sys; sys.exit(any(not u.find_spec(n) for n in sys.argv[1:]))"
OLDEST = (3, 10)
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
    return rehearse(Path(tempfile.mkdtemp(prefix="rehearsal-")))


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
    if (
        not PYTHON.exists()
        or subprocess.run([PYTHON, "-c", LACKS, *NEEDED], check=False).returncode
    ):
        sys.stderr.write(f"Preparing {ROOT / '.venv'}, once: this takes a minute or two ...\n")
        make = [sys.executable, "-m", "venv", str(ROOT / ".venv")]
        quiet = ["--quiet", "--disable-pip-version-check"]
        fill = [str(PYTHON), "-m", "pip", "install", *quiet, "-e", f"{ROOT}[tests]"]
        for command in (make, fill):
            if subprocess.run(command, check=False).returncode:
                return refuse(
                    f"That failed (what it needs: Python's venv and the package index). "
                    f"What was run: {shlex.join(command)}"
                )
    os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606 - this script again, in its environment
    raise AssertionError("execv does not return")


def rehearse(folder: Path) -> int:
    """Lead the sample incident in the client, in a new project below that folder."""
    sys.path.insert(0, str(ROOT))
    from tests.support.client import sample
    from tests.support.client.environment import bundled_client, make_sandbox
    from tests.support.client.messages import Reply, reply
    from tests.support.client.obedient import Obedient
    from tests.support.client.scripted_api import ScriptedApi

    if not bundled_client().exists():
        return refuse("The installed claude-agent-sdk brings no client for this system.")
    documents = sample.documents()
    documents["01-classification.md"]["ONSET"] = ANOTHER_CLOCK
    model = Obedient(documents, fillings={"your synthesis": sample.synthesis()})

    def unhurried(request: Request) -> Answer:
        time.sleep(PAUSE)
        answer = model(request)
        last = answer.blocks[-1] if isinstance(answer, Reply) else ""
        over = isinstance(last, str) and last.startswith("The incident is complete")
        return reply(f"{last}\n\n{FAREWELL}") if over else answer

    with ScriptedApi(unhurried) as api:
        sandbox = make_sandbox(folder, api.url)
        typed = f'/incident-response "{sample.description()}" --severity P0'
        words = [str(sandbox.launcher), "--plugin-dir", str(ROOT), typed]
        code = run_to_its_end(words, sandbox.project)
    shutil.rmtree(sandbox.home, ignore_errors=True)
    look = [sys.executable, str(ROOT / "incident_state" / "launch.py"), "status"]
    sys.stdout.write(
        f"\nThe documents and the state are in {sandbox.project / '.incident-response'}\n"
        f"To look at the incident, run: {shlex.join([*look, '--project', str(sandbox.project)])}\n"
    )
    return code


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
        sys.exit(130)
