"""The launcher, run as Claude Code runs it, in a nearly empty environment with fake installers."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).resolve().parent.parent.parent / "incident_state"
LAUNCH = PACKAGE / "launch.py"
SHIPPED = (
    "launch",
    "find-python",
    "launch.py",
    "environment.py",
    "building.py",
    "hook",
    "session-start",
)
BASE: str = getattr(sys, "_base_executable", sys.executable)
PREPARING = "incident-response: preparing its Python environment (once) ...\n"
WAITING = (
    "incident-response: waiting for another process that prepares the Python environment ...\n"
)
NO_INDEX = "{} could not install pydantic, rich, typer: connect to the package index ({})"
NO_UV_INDEX = NO_INDEX.format("uv", "set HTTPS_PROXY or UV_DEFAULT_INDEX if it is reached that way")
NO_PIP_INDEX = NO_INDEX.format("pip", "set HTTPS_PROXY or PIP_INDEX_URL if it is reached that way")
REPORT = """
import json, os, sys
import pydantic

def main():
    prefix = os.path.realpath(sys.prefix)
    words = {"argv": sys.argv, "prefix": prefix, "stdin": sys.stdin.read()}
    print(json.dumps({**words, "helper": os.environ.get("INCIDENT_STATE_HELPER")}))
"""

# A Python that has no packages; one that is too old as well; one that has the packages in FOLDER.
BARE = (sys.executable, "-S")
AS_OTHER = """
import runpy, sys
{}
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
OLD = (*BARE, "-c", AS_OTHER.format("sys.version_info = (3, 8, 18); sys._base_executable = ''"))

# Plays uv, an interpreter that can make an environment, and the pip in it.
TOOL = """
import json, os, pathlib, sys, time

told, words = json.loads(sys.argv[1]), sys.argv[2:]
kind = next(each for each in ("install", "venv", "-c") if each in words)
place = words[words.index("--python") + 1] if told["name"] == "uv" else sys.executable
env = pathlib.Path(words[-1] if kind == "venv" else place.rpartition("/bin/")[0])
modules = env / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"


def note(line):
    with open(told["trace"], "a") as trace:
        trace.write(f"{told['name']} {line}\\n")


if kind == "-c":
    print(told["path"])
    sys.exit()
note(kind)
if kind == "venv":
    modules.joinpath("pip").mkdir(parents=True)
    env.joinpath("bin").mkdir()
    env.joinpath("bin", "python").symlink_to(told["base"])
    settings = ["home = " + os.path.dirname(told["base"]), "include-system-site-packages = false"]
    env.joinpath("pyvenv.cfg").write_text("\\n".join(settings))
    pip = {**told, "name": "pip"}
    text = f"import runpy, sys\\nsys.argv[:1] = [{sys.argv[0]!r}, {json.dumps(pip)!r}]\\n"
    text += "runpy.run_path(sys.argv[0], run_name='__main__')\\n"
    modules.joinpath("pip", "__main__.py").write_text(text)
print("much talk")
time.sleep(told["seconds"] if kind == "install" else 0)
if kind in told["fails"]:
    sys.exit(told["says"])
if kind == "install":
    for name in ("pydantic", "rich", "typer"):
        modules.joinpath(name + ".py").touch()
    note("installed")
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended: its code, what it said to people, and what the stub's main reported."""

    code: int
    err: str
    told: dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """A plugin with a stub behind the launcher, a data folder, a home, and a PATH of one folder."""

    folder: Path
    data: Path

    @property
    def root(self) -> Path:
        """The plugin's folder."""
        return self.folder / "the plugin's root"

    @property
    def launch(self) -> Path:
        """The launcher under test."""
        return self.root / "incident_state" / "launch.py"

    @property
    def log(self) -> Path:
        """Where the installers' own words go."""
        return self.data / "build.log"

    @property
    def helper(self) -> Path:
        """The command that the launcher keeps."""
        return self.data / "incident-state"

    def env(self) -> Path:
        """Return the environment that `<data>/env` stands for."""
        return (self.data / "env").resolve(strict=True)

    def trace(self) -> list[str]:
        """Return what the faked tools were asked to do, in order."""
        file = self.folder / "trace"
        return file.read_text().splitlines() if file.exists() else []

    def tool(
        self, name: str, *, fails: str = "", says: str = "offline", seconds: float = 0
    ) -> None:
        """Put a faked `uv` or `python3.x` on PATH, whose `venv` or `install` can fail or last."""
        path = self.folder / "bin" / name
        told = {"name": name, "trace": str(self.folder / "trace"), "path": str(path), "base": BASE}
        told_more = {**told, "fails": fails, "says": says, "seconds": seconds}
        (self.folder / "tool.py").write_text(TOOL)
        words = [BASE, "-I", "-S", str(self.folder / "tool.py"), json.dumps(told_more)]
        path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        path.chmod(0o755)

    def without_python(self) -> None:
        """Hide the system's own Pythons, and make `python3` on PATH one that does not start."""
        finder = self.launch.with_name("find-python")
        finder.write_text(re.sub(r"/\S+/bin/python3", "", finder.read_text()))
        (self.folder / "bin" / "python3").write_text("#!/nowhere/python\n")
        (self.folder / "bin" / "python3").chmod(0o755)

    def environ(self, **more: str) -> dict[str, str]:
        """Return the variables that a command gets, and no others."""
        home = {"HOME": str(self.folder / "home"), "PATH": str(self.folder / "bin")}
        return {**home, "CLAUDE_PLUGIN_DATA": str(self.data), **more}

    def start(self, *words: str, python: tuple[str, ...] = BARE) -> subprocess.Popen[str]:
        """Start the launcher in a process group of its own."""
        return subprocess.Popen(
            [*python, str(self.launch), *words],
            env=self.environ(),
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def call(self, *command: str, stdin: str = "", **more: str) -> Ended:
        """Run a command to its end."""
        done = subprocess.run(
            command,
            env=self.environ(**more),
            text=True,
            encoding="utf-8",
            input=stdin,
            capture_output=True,
            check=False,
        )
        return Ended(done.returncode, done.stderr, json.loads(done.stdout or "{}"))

    def run(
        self, *words: str, python: tuple[str, ...] = BARE, stdin: str = "", **more: str
    ) -> Ended:
        """Run the launcher to its end."""
        return self.call(*python, str(self.launch), *words, stdin=stdin, **more)

    def report(self, *words: str, stdin: str = "") -> dict[str, Any]:
        """Return what the stub reports when it is reached in the environment."""
        found = {"argv": ["incident-state", *words], "prefix": str(self.env()), "stdin": stdin}
        return {**found, "helper": str(self.helper)}


@pytest.fixture
def launcher(tmp_path: Path) -> Bench:
    """Give a plugin that was never started."""
    made = Bench(tmp_path, tmp_path / "data")
    for name in ("bin", "home", "project"):
        (tmp_path / name).mkdir()
    package = made.root / "incident_state"
    package.mkdir(parents=True)
    for name in SHIPPED:
        shutil.copy(PACKAGE / name, package / name)
    package.joinpath("__init__.py").touch()
    for name in ("cli.py", "hooks.py"):
        package.joinpath(name).write_text(REPORT)
    return made


@pytest.fixture
def built(launcher: Bench) -> Bench:
    """Give a plugin whose environment is ready, with no tool left on PATH."""
    launcher.tool("uv")
    assert launcher.run("--prepare") == Ended(0, PREPARING, {})
    (launcher.folder / "bin" / "uv").unlink()
    return launcher


def until(file: Path, line: str) -> None:
    """Wait until the file has the line."""
    eventually(lambda: file.exists() and line in file.read_text())


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until that holds."""
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.01)
    pytest.fail("it does not come")


def wrong(launcher: Bench, *lines: str) -> str:
    """Return what is written to people when nothing could be built."""
    told = "\n".join(f"incident-response: {line}" for line in lines)
    return f"{PREPARING}{told} (log: {launcher.log})\n"
