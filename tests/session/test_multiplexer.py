"""A terminal that nobody looks at is no person's: what was typed there came from a program."""

from __future__ import annotations

import os
import pty
import shlex
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.patience import HANG
from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.story import Story

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")


class Tmux:
    """A server of one's own, with one shell in it."""

    def __init__(self, folder: Path) -> None:
        """Start it in that folder."""
        self._socket = str(folder / "tmux")
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "TERM": "xterm",
        }
        self.run("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "sh")

    def run(self, *words: str) -> str:
        """Run a command of tmux; what it prints."""
        done = subprocess.run(
            ["tmux", "-S", self._socket, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=HANG,
        )
        return done.stdout

    def attach(self) -> int:
        """Attach a client, as a person does; the other end of its terminal."""
        child, terminal = pty.fork()
        if child == 0:
            words = ["tmux", "-S", self._socket, "attach"]
            os.execvpe(words[0], words, self.environment)  # noqa: S606 - the child of a fork
        self._until(lambda: self.run("list-clients"))
        return terminal

    def shows(self, text: str) -> bool:
        """Whether the pane comes to show that text."""
        self._until(lambda: text in self.run("capture-pane", "-p", "-J"))
        return True

    def _until(self, done: Callable[[], object]) -> None:
        deadline = time.monotonic() + HANG
        while not done():
            assert time.monotonic() < deadline, self.run("capture-pane", "-p", "-J")


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    """Give a server, which ends with the test."""
    made = Tmux(tmp_path)
    yield made
    made.run("kill-server")


def approves(story: Story) -> str:
    """Return the line by which a person approves."""
    project = shlex.quote(str(story.bench.project))
    return f"{sys.executable} -m incident_state approve --project {project}"


def test_keys_that_a_program_sends_decide_nothing(at: Callable[[str], Story], tmux: Tmux) -> None:
    """Nobody is attached, so nobody saw the question."""
    story = at("cp1")
    tmux.run("send-keys", f"{approves(story)}; echo ended $?", "Enter")
    assert tmux.shows("ended 1")
    assert story.bench.nine()["current_step"] == "checkpoint-1"


def test_a_person_at_it_decides(at: Callable[[str], Story], tmux: Tmux) -> None:
    """What is typed into a client that is attached counts as ever."""
    story = at("cp1")
    terminal = tmux.attach()
    os.write(terminal, f"{approves(story)}; echo ended $?\n".encode())
    assert tmux.shows("[y/N]")
    os.write(terminal, b"y\n")
    assert tmux.shows("ended 0")
    assert story.bench.nine()["current_step"] == 4
