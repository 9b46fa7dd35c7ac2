"""The launcher: which interpreter it takes, how it builds an environment, where it keeps it."""

from __future__ import annotations

import ast
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.install.launch_bench import (
    AS_OTHER,
    BARE,
    OLD,
    PACKAGE,
    PREPARING,
    Bench,
    Ended,
    wrong,
)

# What holds for the files themselves.


@pytest.mark.parametrize("name", ["launch.py", "environment.py", "building.py", "__init__.py"])
def test_any_python3_can_read_it(name: str) -> None:
    """It has no syntax newer than Python 3.6, whose users get a sentence, too."""
    source = (PACKAGE / name).read_text(encoding="utf-8")
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
    launcher: Bench, python: str
) -> None:
    """A real old `python3` refuses in a sentence without tools, and enters what uv brings."""
    line = "there is no Python 3.10 or newer and no uv: install one of them"
    assert launcher.run("next", python=(python,)) == Ended(1, wrong(launcher, line), {})
    launcher.tool("uv")
    first = launcher.run("next", python=(python,))
    assert first == Ended(0, PREPARING, launcher.report("next"))
    assert launcher.run("next", python=(python,)) == Ended(0, "", launcher.report("next"))


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


def test_a_python_that_has_the_packages_is_used_as_it_is(launcher: Bench) -> None:
    """Nothing is built; the kept command calls this very interpreter."""
    ended = launcher.run("next", python=(sys.executable,))
    told = {"argv": ["incident-state", "next"], "prefix": os.path.realpath(sys.prefix), "stdin": ""}
    assert ended == Ended(0, "", {**told, "helper": str(launcher.helper)})
    assert launcher.call(str(launcher.helper), "next") == ended
    assert {each.name for each in launcher.data.iterdir()} == {"incident-state", "plugin"}


def test_a_poisoned_pythonpath_does_not_count_as_packages(launcher: Bench) -> None:
    """What lies on PYTHONPATH is neither taken for the packages nor imported instead of them."""
    (launcher.folder / "pydantic.py").write_text("raise SystemExit('poisoned')")
    ended = launcher.run("next", python=(sys.executable,), PYTHONPATH=str(launcher.folder))
    assert (ended.code, ended.err, ended.told["prefix"]) == (0, "", os.path.realpath(sys.prefix))


@pytest.mark.parametrize(
    ("version", "accepted"),
    [("2.6.9", False), ("2.7", True), ("2.7.0b1", True), ("2.30.1", True), ("3.0.0", False)],
)
def test_packages_count_within_their_bounds(launcher: Bench, version: str, accepted: bool) -> None:  # noqa: FBT001 - a table's column
    """A package that is too old, or too new, is none."""
    for name, found in (("pydantic", version), ("rich", "13.7.0"), ("typer", "0.12.4")):
        folder = launcher.folder / "packages" / f"{name}-{found}.dist-info"
        folder.mkdir(parents=True)
        folder.joinpath("METADATA").write_text(f"Name: {name}\nVersion: {found}\n")
        folder.with_name(f"{name}.py").touch()
    launcher.tool("uv")
    code = AS_OTHER.format(f"sys.path.append({str(launcher.folder / 'packages')!r})")
    ended = launcher.run("next", python=(*BARE, "-c", code))
    assert (ended.code, ended.err) == (0, "" if accepted else PREPARING)


def test_without_a_data_folder_the_command_works_and_none_is_kept(launcher: Bench) -> None:
    """A data folder that cannot be written costs only the kept command."""
    launcher.data.touch()
    ended = launcher.run("next", python=(sys.executable,), INCIDENT_STATE_HELPER="/stale")
    assert (ended.code, ended.err, ended.told["helper"]) == (0, "", None)


# Building.


@pytest.mark.parametrize("python", [BARE, OLD], ids=["new", "old"])
def test_uv_builds_it_once(launcher: Bench, python: tuple[str, ...]) -> None:
    """The first command builds with uv in one line of talk, the second finds it ready."""
    launcher.tool("uv")
    first = launcher.run("next", python=python)
    assert first == Ended(0, PREPARING, launcher.report("next"))
    assert launcher.run("next", python=python) == Ended(0, "", first.told)
    assert launcher.trace() == ["uv venv", "uv install", "uv installed"]


def test_without_uv_a_newer_python_on_path_builds_it(launcher: Bench) -> None:
    """A python3.x on PATH that really runs makes the environment; a dead shim is passed over."""
    launcher.tool("python3.11")
    for name, text in (("python3.13", "exit 127"), ("python3.12", "echo; exit 1")):
        (launcher.folder / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
        (launcher.folder / "bin" / name).chmod(0o755)
    assert launcher.run("next", python=OLD) == Ended(0, PREPARING, launcher.report("next"))
    assert launcher.trace() == ["python3.11 venv", "pip install", "pip installed"]


@pytest.mark.parametrize("fails", ["venv", "install"])
def test_pip_stands_in_for_a_failing_uv(launcher: Bench, fails: str) -> None:
    """When uv cannot, venv and pip do, from nothing, and nobody is bothered with it."""
    launcher.tool("uv", fails=fails)
    launcher.tool("python3.12")
    assert launcher.run("next", python=OLD) == Ended(0, PREPARING, launcher.report("next"))
    assert launcher.trace()[-3:] == ["python3.12 venv", "pip install", "pip installed"]


def test_a_uv_that_does_not_start_is_passed_over(launcher: Bench) -> None:
    """A uv for another machine is a failing uv."""
    (launcher.folder / "bin" / "uv").write_bytes(b"\x7fELF")
    (launcher.folder / "bin" / "uv").chmod(0o755)
    launcher.tool("python3.12")
    assert launcher.run("next", python=OLD) == Ended(0, PREPARING, launcher.report("next"))


def test_settings_that_lead_elsewhere_are_not_passed_on(launcher: Bench) -> None:
    """Installers get the user's proxy and index, but nothing that moves packages or modules."""
    script = (
        '#!/bin/sh\necho "$HTTPS_PROXY $PIP_INDEX_URL [$PIP_USER$PIP_TARGET$PYTHONPATH]"; pwd\n'
    )
    (launcher.folder / "bin" / "uv").write_text(script + "exit 1")
    (launcher.folder / "bin" / "uv").chmod(0o755)
    kept = {"HTTPS_PROXY": "http://p", "PIP_INDEX_URL": "http://i"}
    lost = {"PIP_USER": "1", "PIP_TARGET": "/t", "PYTHONPATH": "/p"}
    launcher.run("next", python=(*BARE, "-E", *OLD[2:]), **kept, **lost)
    said = launcher.log.read_text().splitlines()[1:3]
    assert said == ["http://p http://i []", str(launcher.data)]


def test_prepare_only_prepares(launcher: Bench) -> None:
    """`--prepare` builds and keeps the command, and prints nothing to standard output."""
    launcher.tool("uv")
    assert launcher.run("--prepare") == Ended(0, PREPARING, {})
    assert launcher.helper.exists()
    assert launcher.run("--prepare") == Ended(0, "", {})


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
    launcher: Bench, words: list[str], variables: dict[str, str], place: str
) -> None:
    """The option goes before the plugin's variable, this before the standard's, then the home."""
    words = [str(launcher.folder / each) if each == "given" else each for each in words]
    named = {name: str(launcher.folder / value) for name, value in variables.items()}
    given = {"CLAUDE_PLUGIN_DATA": "", **named}
    assert launcher.run(*words, "--prepare", python=(sys.executable,), **given) == Ended(0, "", {})
    kept = [each.parent for each in launcher.folder.rglob("incident-state") if each.is_file()]
    assert kept == [launcher.folder / place]
