"""The launcher, run as Claude Code runs it, in a nearly empty environment with fake installers."""

from __future__ import annotations

import ast
import json
import os
import re
import runpy
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "incident_state"
LAUNCH = PACKAGE / "launch.py"
BASE: str = getattr(sys, "_base_executable", sys.executable)
PREPARING = "incident-response: preparing its Python environment (once) ...\n"
WAITING = (
    "incident-response: waiting for another process that prepares the Python environment ...\n"
)
BY_HAND = "python3 -m pip install 'pydantic>=2.7,<3' 'rich>=13.7' 'typer>=0.12.4'"
NO_INDEX = "could not install pydantic, rich, typer: connect to the package index"
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
_AS_OTHER = """
import runpy, sys
{}
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
OLD = (*BARE, "-c", _AS_OTHER.format("sys.version_info = (3, 8, 18); sys._base_executable = ''"))

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
def bench(tmp_path: Path) -> Bench:
    """Give a plugin that was never started."""
    made = Bench(tmp_path, tmp_path / "data")
    for name in ("bin", "home", "project"):
        (tmp_path / name).mkdir()
    package = made.root / "incident_state"
    package.mkdir(parents=True)
    for name in ("launch.py", "hook"):
        shutil.copy(PACKAGE / name, package / name)
    package.joinpath("__init__.py").touch()
    for name in ("cli.py", "hooks.py"):
        package.joinpath(name).write_text(REPORT)
    return made


@pytest.fixture
def built(bench: Bench) -> Bench:
    """Give a plugin whose environment is ready, with no tool left on PATH."""
    bench.tool("uv")
    assert bench.run("--prepare") == Ended(0, PREPARING, {})
    (bench.folder / "bin" / "uv").unlink()
    return bench


def until(file: Path, line: str) -> None:
    """Wait until the file has the line."""
    for _ in range(1000):
        if file.exists() and line in file.read_text():
            return
        time.sleep(0.01)
    pytest.fail(f"{line} does not come")


def wrong(bench: Bench, *lines: str) -> str:
    """Return what is written to people when nothing could be built."""
    told = "\n".join(f"incident-response: {line}" for line in lines)
    return f"{PREPARING}{told} (log: {bench.log})\n"


# What holds for the file itself.


def test_requirements_are_those_of_the_package() -> None:
    """The environment gets the very packages that the package asks for."""
    project = PACKAGE.with_name("pyproject.toml").read_text()
    listed = re.search(r"^dependencies = (\[.*\])$", project, re.MULTILINE)
    assert listed
    assert runpy.run_path(str(LAUNCH))["REQUIREMENTS"] == tuple(json.loads(listed[1]))


def test_any_python3_can_read_it() -> None:
    """It has no syntax newer than Python 3.6, whose users get a sentence, too."""
    source = LAUNCH.read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    assert "from __future__ import annotations" not in source


def old_pythons() -> list[str]:
    """Return the oldest and the newest of this machine's interpreters from 3.6 to 3.9."""
    versions = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    found = [shutil.which(f"python3.{minor}") or "/shims/" for minor in range(6, 10)]
    found += map(str, sorted(versions.glob("3.[6-9].*/bin/python3")))
    real = [each for each in found if "/shims/" not in each]
    return real if len(real) < 2 else [real[0], real[-1]]


@pytest.mark.parametrize("python", old_pythons())
def test_an_old_python_says_what_to_install_and_hands_over_when_it_can(
    bench: Bench, python: str
) -> None:
    """A real old `python3` refuses in a sentence without tools, and enters what uv brings."""
    line = "there is no Python 3.10 or newer and no uv: install one of them"
    assert bench.run("next", python=(python,)) == Ended(1, wrong(bench, line), {})
    bench.tool("uv")
    first = bench.run("next", python=(python,))
    assert first == Ended(0, PREPARING, bench.report("next"))
    assert bench.run("next", python=(python,)) == Ended(0, "", bench.report("next"))


# The environment is ready.


def test_a_ready_environment_needs_no_tool_and_says_nothing(built: Bench) -> None:
    """Words, quotes and standard input arrive as they are; nothing is built or looked for."""
    words = ("note", 'it\'s "down" $HOME `x`', "", "--data", "é")
    before = built.trace()
    assert built.run(*words, stdin="a\nb") == Ended(0, "", built.report(*words, stdin="a\nb"))
    assert built.trace() == before


def test_a_ready_environment_costs_no_heavy_import(built: Bench) -> None:
    """Before it enters the environment the launcher loads nothing that only a build needs."""
    ended = built.run("next", python=(*BARE, "-X", "importtime"))
    loaded = {line.rpartition("|")[2].strip() for line in ended.err.splitlines()}
    assert ended.code == 0
    assert loaded.isdisjoint(
        {
            "fcntl",
            "hashlib",
            "importlib.metadata",
            "pathlib",
            "re",
            "shutil",
            "subprocess",
            "typing",
        }
    )


def test_events_go_to_the_hooks(built: Bench) -> None:
    """`hook` hands the rest of the words to the hooks' own main."""
    ended = built.run("hook", "PreToolUse", stdin="{}")
    told = {**built.report(stdin="{}"), "argv": ["incident-state-hook", "PreToolUse"]}
    assert ended == Ended(0, "", told)


@pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONHOME"])
def test_the_users_python_settings_do_not_reach_the_environment(built: Bench, name: str) -> None:
    """A poisoned PYTHONPATH or PYTHONHOME breaks neither the launcher nor what it enters."""
    poison = built.folder / "poison"
    poison.mkdir()
    for module in ("json", "subprocess", "pydantic", "incident_state"):
        (poison / f"{module}.py").write_text("raise SystemExit('poisoned')")
    if name == "PYTHONPATH":
        ended = built.run("next", PYTHONPATH=str(poison))
    else:  # with it no Python but an isolated one starts at all: the kept command is one
        ended = built.call(str(built.helper), "next", PYTHONHOME=str(poison))
    assert ended == Ended(0, "", built.report("next"))


def test_what_main_exits_with_is_passed_on(built: Bench) -> None:
    """The command's own exit code is the launcher's."""
    built.launch.with_name("cli.py").write_text("def main(): raise SystemExit(66)")
    assert built.run("status") == Ended(66, "", {})


def test_a_bug_is_a_sentence(built: Bench) -> None:
    """What nobody expected ends with 70 and one line, no traceback."""
    built.launch.with_name("cli.py").write_text("def main(): [][1]")
    line = "incident-response: a bug: IndexError: list index out of range\n"
    assert built.run("status") == Ended(70, line, {})


# The current interpreter has the packages.


def test_a_python_that_has_the_packages_is_used_as_it_is(bench: Bench) -> None:
    """Nothing is built; the kept command calls this very interpreter."""
    ended = bench.run("next", python=(sys.executable,))
    told = {"argv": ["incident-state", "next"], "prefix": os.path.realpath(sys.prefix), "stdin": ""}
    assert ended == Ended(0, "", {**told, "helper": str(bench.helper)})
    assert bench.call(str(bench.helper), "next") == ended
    assert [each.name for each in bench.data.iterdir()] == ["incident-state"]


def test_a_poisoned_pythonpath_does_not_count_as_packages(bench: Bench) -> None:
    """What lies on PYTHONPATH is neither taken for the packages nor imported instead of them."""
    (bench.folder / "pydantic.py").write_text("raise SystemExit('poisoned')")
    ended = bench.run("next", python=(sys.executable,), PYTHONPATH=str(bench.folder))
    assert (ended.code, ended.err, ended.told["prefix"]) == (0, "", os.path.realpath(sys.prefix))


@pytest.mark.parametrize(
    ("version", "accepted"),
    [("2.6.9", False), ("2.7", True), ("2.7.0b1", True), ("2.30.1", True), ("3.0.0", False)],
)
def test_packages_count_within_their_bounds(bench: Bench, version: str, accepted: bool) -> None:  # noqa: FBT001 - a table's column
    """A package that is too old, or too new, is none."""
    for name, found in (("pydantic", version), ("rich", "13.7.0"), ("typer", "0.12.4")):
        folder = bench.folder / "packages" / f"{name}-{found}.dist-info"
        folder.mkdir(parents=True)
        folder.joinpath("METADATA").write_text(f"Name: {name}\nVersion: {found}\n")
        folder.with_name(f"{name}.py").touch()
    bench.tool("uv")
    code = _AS_OTHER.format(f"sys.path.append({str(bench.folder / 'packages')!r})")
    ended = bench.run("next", python=(*BARE, "-c", code))
    assert (ended.code, ended.err) == (0, "" if accepted else PREPARING)


def test_without_a_data_folder_the_command_works_and_none_is_kept(bench: Bench) -> None:
    """A data folder that cannot be written costs only the kept command."""
    bench.data.touch()
    ended = bench.run("next", python=(sys.executable,), INCIDENT_STATE_HELPER="/stale")
    assert (ended.code, ended.err, ended.told["helper"]) == (0, "", None)


# Building.


@pytest.mark.parametrize("python", [BARE, OLD], ids=["new", "old"])
def test_uv_builds_it_once(bench: Bench, python: tuple[str, ...]) -> None:
    """The first command builds with uv in one line of talk, the second finds it ready."""
    bench.tool("uv")
    first = bench.run("next", python=python)
    assert first == Ended(0, PREPARING, bench.report("next"))
    assert bench.run("next", python=python) == Ended(0, "", first.told)
    assert bench.trace() == ["uv venv", "uv install", "uv installed"]


def test_without_uv_a_newer_python_on_path_builds_it(bench: Bench) -> None:
    """A python3.x on PATH that really runs makes the environment; a dead shim is passed over."""
    bench.tool("python3.11")
    for name, text in (("python3.13", "exit 127"), ("python3.12", "echo; exit 1")):
        (bench.folder / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
        (bench.folder / "bin" / name).chmod(0o755)
    assert bench.run("next", python=OLD) == Ended(0, PREPARING, bench.report("next"))
    assert bench.trace() == ["python3.11 venv", "pip install", "pip installed"]


@pytest.mark.parametrize("fails", ["venv", "install"])
def test_pip_stands_in_for_a_failing_uv(bench: Bench, fails: str) -> None:
    """When uv cannot, venv and pip do, from nothing, and nobody is bothered with it."""
    bench.tool("uv", fails=fails)
    bench.tool("python3.12")
    assert bench.run("next", python=OLD) == Ended(0, PREPARING, bench.report("next"))
    assert bench.trace()[-3:] == ["python3.12 venv", "pip install", "pip installed"]


def test_a_uv_that_does_not_start_is_passed_over(bench: Bench) -> None:
    """A uv for another machine is a failing uv."""
    (bench.folder / "bin" / "uv").write_bytes(b"\x7fELF")
    (bench.folder / "bin" / "uv").chmod(0o755)
    bench.tool("python3.12")
    assert bench.run("next", python=OLD) == Ended(0, PREPARING, bench.report("next"))


def test_settings_that_lead_elsewhere_are_not_passed_on(bench: Bench) -> None:
    """Installers get the user's proxy and index, but nothing that moves packages or modules."""
    script = (
        '#!/bin/sh\necho "$HTTPS_PROXY $PIP_INDEX_URL [$PIP_USER$PIP_TARGET$PYTHONPATH]"; pwd\n'
    )
    (bench.folder / "bin" / "uv").write_text(script + "exit 1")
    (bench.folder / "bin" / "uv").chmod(0o755)
    kept = {"HTTPS_PROXY": "http://p", "PIP_INDEX_URL": "http://i"}
    lost = {"PIP_USER": "1", "PIP_TARGET": "/t", "PYTHONPATH": "/p"}
    bench.run("next", python=(*BARE, "-E", *OLD[2:]), **kept, **lost)
    said = bench.log.read_text().splitlines()[1:3]
    assert said == ["http://p http://i []", str(bench.data)]


def test_prepare_only_prepares(bench: Bench) -> None:
    """`--prepare` builds and keeps the command, and prints nothing to standard output."""
    bench.tool("uv")
    assert bench.run("--prepare") == Ended(0, PREPARING, {})
    assert bench.helper.exists()
    assert bench.run("--prepare") == Ended(0, "", {})


# Where the data folder is.


@pytest.mark.parametrize(
    ("words", "variables", "place"),
    [
        (["--data", "given"], {"CLAUDE_PLUGIN_DATA": "plugin"}, "given"),
        (["--data", ""], {"CLAUDE_PLUGIN_DATA": "plugin", "XDG_DATA_HOME": "xdg"}, "plugin"),
        ([], {"CLAUDE_PLUGIN_DATA": "plugin", "XDG_DATA_HOME": "xdg"}, "plugin"),
        ([], {"XDG_DATA_HOME": "xdg"}, "xdg/incident-response"),
        ([], {}, "home/.local/share/incident-response"),
    ],
)
def test_the_data_folder_is_the_first_one_named(
    bench: Bench, words: list[str], variables: dict[str, str], place: str
) -> None:
    """The option goes before the plugin's variable, this before the standard's, then the home."""
    words = [str(bench.folder / each) if each == "given" else each for each in words]
    named = {name: str(bench.folder / value) for name, value in variables.items()}
    given = {"CLAUDE_PLUGIN_DATA": "", **named}
    assert bench.run(*words, "--prepare", python=(sys.executable,), **given) == Ended(0, "", {})
    kept = [each.parent for each in bench.folder.rglob("incident-state") if each.is_file()]
    assert kept == [bench.folder / place]


# What cannot be built.


def test_no_python_and_no_uv(bench: Bench) -> None:
    """With neither it says what to install."""
    line = "there is no Python 3.10 or newer and no uv: install one of them"
    assert bench.run("next", python=OLD) == Ended(1, wrong(bench, line), {})


def test_no_index(bench: Bench) -> None:
    """A line for each way that failed; the installers' own talk is in the log that it names."""
    bench.tool("uv", fails="install")
    bench.tool("python3.12", fails="install", says="Could not find a version")
    ended = bench.run("next", python=OLD)
    assert ended == Ended(1, wrong(bench, f"uv {NO_INDEX}", f"pip {NO_INDEX}"), {})
    assert "Could not find a version" in bench.log.read_text()
    bench.tool("uv")
    assert bench.run("next", python=OLD).code == 0


def test_no_index_with_a_new_python_names_the_command_that_installs_by_hand(bench: Bench) -> None:
    """Where this Python would do, the packages can be put into it by a command that is printed."""
    bench.tool("python3", fails="install")
    code = _AS_OTHER.format("sys._base_executable = ''")
    ended = bench.run("next", python=(*BARE, "-c", code))
    assert ended == Ended(1, wrong(bench, f"pip {NO_INDEX}, or run {BY_HAND}"), {})


def test_no_ensurepip(bench: Bench) -> None:
    """A Debian without python3-venv is told the package's name."""
    bench.tool("python3.12", fails="venv", says="ensurepip is not available")
    python = bench.folder / "bin" / "python3.12"
    line = f"{python} has no working venv: install python3-venv (Debian, Ubuntu) or uv"
    assert bench.run("next", python=OLD) == Ended(1, wrong(bench, line), {})


def test_a_full_disk(bench: Bench) -> None:
    """An installer that found no room makes it the disk's fault, exit code 74."""
    bench.tool("uv", fails="install", says="No space left on device (os error 28)")
    ended = bench.run("next", python=OLD)
    assert ended.code == 74
    assert ended.err.startswith(f"{PREPARING}incident-response: the disk is full: make room for ")


def test_a_data_folder_that_cannot_be_made(bench: Bench) -> None:
    """A data folder below a file is the disk's fault, told with its path."""
    bench.data.touch()
    data = str(bench.data / "deeper")
    line = f"cannot write {data}: Not a directory; make it writable, or make room there"
    ended = bench.run("--data", data, "next", python=OLD)
    assert ended == Ended(74, f"incident-response: {line}\n", {})


def test_an_interrupt(bench: Bench) -> None:
    """Ctrl-C during the build ends it with 130 and no traceback, and nothing counts as ready."""
    bench.tool("uv", seconds=60)
    # Tests started in the background of a shell inherit that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    started = bench.start("next")
    until(bench.folder / "trace", "uv install")
    os.killpg(started.pid, signal.SIGINT)
    assert (started.communicate()[1], started.returncode) == (PREPARING, 130)
    bench.tool("uv")
    assert bench.run("next") == Ended(0, PREPARING, bench.report("next"))


# Several at once, and builders that die.


def test_two_at_once_build_once(bench: Bench) -> None:
    """The second one waits, says so, looks again and uses what the first one built."""
    bench.tool("uv", seconds=0.5)
    first = bench.start("next")
    until(bench.folder / "trace", "uv install")
    second = bench.start("next")
    said = [each.communicate() for each in (first, second)]
    assert [json.loads(out) for out, _ in said] == [{**bench.report("next")}] * 2
    assert [err for _, err in said] == [PREPARING, WAITING]
    assert bench.trace() == ["uv venv", "uv install", "uv installed"]


def test_many_at_once_build_once(bench: Bench) -> None:
    """However many start together, one builds and all arrive."""
    bench.tool("uv", seconds=0.2)
    started = [bench.start("next") for _ in range(5)]
    assert [(each.communicate()[0] != "", each.returncode) for each in started] == [(True, 0)] * 5
    assert bench.trace() == ["uv venv", "uv install", "uv installed"]


def test_a_killed_builder_leaves_nothing_that_counts(bench: Bench) -> None:
    """After SIGKILL in mid-install the next command builds from nothing."""
    bench.tool("uv", seconds=60)
    # Tests started in the background of a shell inherit that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    started = bench.start("next")
    until(bench.folder / "trace", "uv install")
    os.killpg(started.pid, signal.SIGKILL)
    started.communicate()
    (half,) = bench.data.glob("env*")
    (half / "left over").touch()
    bench.tool("uv")
    assert bench.run("next") == Ended(0, PREPARING, bench.report("next"))
    assert not (bench.env() / "left over").exists()


def test_nobody_builds_beside_a_killed_builders_installer(bench: Bench) -> None:
    """While the installer outlives its builder, the next command waits for its end."""
    bench.tool("uv", seconds=0.5)
    started = bench.start("next")
    until(bench.folder / "trace", "uv install")
    started.kill()
    assert bench.run("next") == Ended(0, WAITING + PREPARING, bench.report("next"))
    assert bench.trace() == ["uv venv", "uv install", "uv installed"] * 2
    started.communicate()


def test_a_builder_killed_before_the_link_costs_no_second_build(built: Bench) -> None:
    """A finished environment without its link, or with another version's, is put right in use."""
    env, link = built.env(), built.data / "env"
    for wrong_one in (None, "env-of-another-version"):
        link.unlink()
        if wrong_one:
            link.symlink_to(wrong_one)
        assert built.run("next").code == 0
        assert built.env() == env


# An environment that was good once.


def test_a_removed_base_interpreter_is_built_anew(built: Bench) -> None:
    """When the Python that it links to has gone, the environment is built again."""
    built.tool("uv")
    (built.env() / "bin" / "python").unlink()
    (built.env() / "bin" / "python").symlink_to("/nowhere/python3")
    assert built.run("next") == Ended(0, PREPARING, built.report("next"))


@pytest.mark.parametrize("way", ["launcher", "kept command"])
@pytest.mark.parametrize("damage", ["upgraded", "no longer an environment"])
def test_a_damaged_environment_is_built_anew(built: Bench, damage: str, way: str) -> None:
    """Another Python behind its link, or its configuration lost: it is never entered in circles."""
    built.tool("uv")
    if damage == "upgraded":
        (built.env() / "built-for").write_text("3.1")
    else:
        (built.env() / "pyvenv.cfg").unlink()
    ended = built.run("next") if way == "launcher" else built.call(str(built.helper), "next")
    assert ended == Ended(0, PREPARING, built.report("next"))


def test_a_lost_package_is_told_and_comes_back(built: Bench) -> None:
    """A package deleted by hand is a sentence now and a new build at the next command."""
    built.tool("uv")
    next(built.env().rglob("pydantic.py")).unlink()
    line = f"{built.env()} has lost pydantic: try again, which builds it anew"
    assert built.run("next") == Ended(1, f"incident-response: {line}\n", {})
    assert built.run("next") == Ended(0, PREPARING, built.report("next"))


# The kept command.


def test_the_kept_command_runs_as_printed_wherever_it_lies(bench: Bench) -> None:
    """Blanks, quotes and dollars in the paths of plugin and data change nothing."""
    odd = Bench(bench.folder, bench.folder / 'it\'s a "data" $HOME `x` é')
    odd.tool("uv")
    words = ("note", "two  blanks", "it's")
    assert odd.run(*words) == Ended(0, PREPARING, odd.report(*words))
    assert odd.call(str(odd.helper), *words) == Ended(0, "", odd.report(*words))
    assert odd.helper.stat().st_mode & 0o777 == 0o755
    assert odd.call("/bin/sh", "-c", f"{shlex.quote(str(odd.helper))} next").code == 0


def test_the_kept_command_follows_the_plugin(built: Bench) -> None:
    """It is written anew when the plugin's folder has changed, and only then."""
    before = built.helper.stat()
    built.run("next")
    assert built.helper.stat().st_ino == before.st_ino
    moved = built.root.with_name("version 2")
    shutil.move(built.root, moved)
    ended = built.call(*BARE, str(moved / "incident_state" / "launch.py"), "next")
    assert ended == Ended(0, "", built.report("next"))
    assert str(moved) in built.helper.read_text()
    assert built.call(str(built.helper), "next") == ended


# The hook.

HOOK_REPORT = """
import json, sys
def main():
    print(json.dumps({"argv": sys.argv, "prefix": sys.base_exec_prefix, "stdin": sys.stdin.read(),
                      "isolated": sys.flags.isolated, "no_site": sys.flags.no_site}))
"""


def hook(bench: Bench, *words: str, main: str = HOOK_REPORT, stdin: str = "") -> Ended:
    """Run the hook's script with such a main, and with this Python as `python3` on PATH."""
    bench.launch.with_name("hooks.py").write_text(main)
    if not (bench.folder / "bin" / "python3").exists():
        (bench.folder / "bin" / "python3").symlink_to(BASE)
    return bench.call("/bin/sh", str(bench.launch.with_name("hook")), *words, stdin=stdin)


@pytest.mark.parametrize("folder", ["bench", "built"])
def test_the_hook_answers_an_event(folder: str, request: pytest.FixtureRequest) -> None:
    """Event and words arrive, the answer leaves, with an environment or before there is one."""
    bench: Bench = request.getfixturevalue(folder)
    if folder == "built":
        (bench.folder / "bin" / "python3").write_text("not run")
    ended = hook(bench, "PreToolUse", "a b", stdin='{"x": "é"}')
    assert (ended.code, ended.err) == (0, "")
    assert ended.told["argv"] == ["-c", "PreToolUse", "a b"]
    assert ended.told["stdin"] == '{"x": "é"}'
    assert (ended.told["isolated"], ended.told["no_site"]) == (1, 1)


@pytest.mark.parametrize(
    ("main", "said", "code"),
    [
        ("def main(): raise SystemExit(1)", "", 1),
        ("def main(): raise SystemExit(70)", "", 70),
        ("def main(): [][1]", "IndexError: list index out of range\n", 1),
        ("def main(): this is no Python", "SyntaxError: invalid syntax", 1),
        ("import os\ndef main(): os.kill(os.getpid(), 9)", "", 137),
    ],
)
def test_a_failing_hook_refuses(bench: Bench, main: str, said: str, code: int) -> None:
    """Whatever the main does but end well refuses the call, with a way on and no traceback."""
    ended = hook(bench, main=main)
    assert (ended.code, ended.told) == (2, {})
    assert ended.err.startswith(said)
    assert "Traceback" not in ended.err
    told = f"incident-response: its gate failed (exit code {code}), so this is refused; "
    assert (
        ended.err.splitlines()[-1]
        == f"{told}in a terminal, python3 '{bench.launch}' doctor tells more"
    )


def test_a_refusal_keeps_its_own_words(bench: Bench) -> None:
    """Where the main refuses with 2, the reason is the main's alone."""
    main = "import sys\ndef main(): sys.stderr.write('not yet\\n'); sys.exit(2)"
    assert hook(bench, main=main) == Ended(2, "not yet\n", {})


def test_a_hook_without_any_python_refuses(bench: Bench) -> None:
    """With no interpreter at all the call is refused, too."""
    (bench.folder / "bin" / "python3").write_text("#!/nowhere/python\n")
    ended = hook(bench)
    assert ended.code == 2
    assert "its gate failed" in ended.err


# With the package index.


@pytest.mark.system
@pytest.mark.parametrize("way", ["uv", "uv finds a newer Python", "pip"])
def test_the_packages_really_install(bench: Bench, way: str) -> None:
    """Both uv, and venv with pip, make an environment in which the real packages load."""
    settings = ("PIP_", "UV_", "SSL_", "REQUESTS_", "HTTP", "NO_PROXY", "ALL_PROXY")
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(settings)}
    if way != "pip":
        uv = shutil.which("uv")
        if uv is None:
            place = str(bench.folder / "uv")
            subprocess.run([sys.executable, "-m", "pip", "install", "-qt", place, "uv"], check=True)
            uv = f"{place}/bin/uv"
        (bench.folder / "bin" / "uv").symlink_to(uv)
        (bench.folder / "bin" / "python3").symlink_to(BASE)
    lost = {"PIP_USER": "1", "PIP_TARGET": str(bench.folder / "no")}
    python = OLD if way == "uv finds a newer Python" else BARE
    ended = bench.run("next", python=python, stdin="x", **kept, **lost)
    assert ended == Ended(0, PREPARING, bench.report("next", stdin="x"))
    assert (" -m pip install " in bench.log.read_text()) == (way == "pip")
    assert not (bench.folder / "no").exists()
