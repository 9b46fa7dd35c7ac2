"""Somebody who has the client and a bare home, and installs the plugin."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.install import machine
from tests.install.machine import ADDRESS, NAME, offered, published
from tests.support.client.environment import Sandbox
from tests.support.client.headless import Headless
from tests.support.client.incident import Incident
from tests.support.patience import HANG

TYPED = '/incident-response "Checkout returns 500s since 14:05 UTC" --severity P0'
INSTALLED = {"plugins": [], "setting_sources": ["user", "project"]}


@dataclass(frozen=True)
class Stranger:
    """Somebody with a bare home, a PATH of their own, and the client."""

    incident: Incident
    folder: Path

    @property
    def sandbox(self) -> Sandbox:
        """Home and project."""
        return self.incident.sandbox

    @property
    def data(self) -> Path:
        """The data folder of the installed plugin."""
        return self.sandbox.home / ".claude/plugins/data" / NAME.replace("@", "-")

    @property
    def tree(self) -> Path:
        """What was published, where a release is made."""
        return self.folder / "published" / "tree"

    def client(self, *words: str) -> str:
        """Run the client's command line to its end; what it said."""
        done = self.sandbox.run(*words, timeout=HANG)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def installs(self) -> None:
        """Add the repository as a marketplace, from its address, and install the plugin."""
        rule = f'[url "file://{published(self.folder / "published")}"]\n\tinsteadOf = {ADDRESS}\n'
        (self.sandbox.home / ".gitconfig").write_text(rule)
        self.client("plugin", "marketplace", "add", ADDRESS)
        self.client("plugin", "install", NAME)

    def opens(self) -> Headless:
        """Begin a session of the client, which loads what is installed and nothing else."""
        return self.incident.opens(**INSTALLED)

    def types(self, words: str = TYPED) -> str:
        """Type a line into a new session; what was shown."""
        self.opens()
        return self.incident.type(words)

    def tool(self, name: str, text: str) -> None:
        """Put a shell script on PATH."""
        path = self.folder / "bin" / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    @property
    def position(self) -> object:
        """Where the incident is; None where there is none."""
        there = (self.incident.bench.session_folder / "state.json").exists()
        return self.incident["current_step"] if there else None


Meet = Callable[..., Stranger]


@pytest.fixture
def meet(tmp_path: Path, wheels: Path) -> Iterator[Meet]:
    """Give a function to a stranger with some `python3` (None: none), and settings."""
    with ExitStack() as stack:

        def met(python: Path | None = None, *, index: bool = True, **variables: str) -> Stranger:
            for name in ("bin", "machine", "published"):
                (tmp_path / name).mkdir()
            if python:
                (tmp_path / "bin" / "python3").symlink_to(python)
            path = os.pathsep.join([str(tmp_path / "bin"), "/usr/local/bin:/usr/bin:/bin"])
            packages = offered(wheels) if index else {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1"}
            settings = {"PATH": path, **packages, **variables}
            given = Incident(tmp_path / "machine", variables=settings)
            return Stranger(stack.enter_context(given.serving()), tmp_path)

        yield met


@pytest.fixture
def plain(meet: Meet, tmp_path: Path, uv: Path) -> Stranger:
    """Give a stranger with a Python that has nothing but itself, and uv."""
    stranger = meet(machine.python(tmp_path / "python").program)
    (tmp_path / "bin" / "uv").symlink_to(uv)
    return stranger


def files_of(folder: Path) -> set[str]:
    """Return all that is in a folder, by path."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}
