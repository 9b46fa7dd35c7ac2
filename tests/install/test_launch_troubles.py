"""The launcher in trouble: nothing to build with, several at once, damage; the hook it serves."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal

import pytest

from tests.install.launch_bench import (
    BARE,
    BASE,
    NO_PIP_INDEX,
    NO_UV_INDEX,
    OLD,
    PREPARING,
    WAITING,
    Bench,
    Ended,
    until,
    wrong,
)

# What cannot be built.


def test_no_python_and_no_uv(launcher: Bench) -> None:
    """With neither it says what to install."""
    line = "there is no Python 3.10 or newer and no uv: install one of them"
    assert launcher.run("next", python=OLD) == Ended(1, wrong(launcher, line), {})


def test_no_index(launcher: Bench) -> None:
    """A line for each way that failed; the installers' own talk is in the log that it names."""
    launcher.tool("uv", fails="install")
    launcher.tool("python3.12", fails="install", says="Could not find a version")
    ended = launcher.run("next", python=OLD)
    assert ended == Ended(1, wrong(launcher, NO_UV_INDEX, NO_PIP_INDEX), {})
    assert "Could not find a version" in launcher.log.read_text()
    launcher.tool("uv")
    assert launcher.run("next", python=OLD).code == 0


def test_no_ensurepip_and_no_pip(launcher: Bench) -> None:
    """A Debian without python3-venv is told the package's name."""
    launcher.tool("python3.12", fails="venv", says="ensurepip is not available")
    python = launcher.folder / "bin" / "python3.12"
    line = f"{python} has neither venv nor pip: install python3-venv (Debian, Ubuntu) or uv"
    assert launcher.run("next", python=OLD) == Ended(1, wrong(launcher, line), {})


def test_a_full_disk(launcher: Bench) -> None:
    """An installer that found no room makes it the disk's fault, exit code 74."""
    launcher.tool("uv", fails="install", says="No space left on device (os error 28)")
    ended = launcher.run("next", python=OLD)
    assert ended.code == 74
    assert ended.err.startswith(f"{PREPARING}incident-response: the disk is full: make room for ")


def test_a_data_folder_that_cannot_be_made(launcher: Bench) -> None:
    """A data folder below a file is the disk's fault, told with its path."""
    launcher.data.touch()
    data = str(launcher.data / "deeper")
    line = (
        f"cannot write {data}: Not a directory; make it writable, make room there, or put a "
        "python3 that has pydantic, rich, typer first on PATH"
    )
    ended = launcher.run("--data", data, "next", python=OLD)
    assert ended == Ended(74, f"incident-response: {line}\n", {})


def test_an_interrupt(launcher: Bench) -> None:
    """Ctrl-C during the build ends it with 130 and no traceback, and nothing counts as ready."""
    launcher.tool("uv", seconds=60)
    # Tests started in the background of a shell inherit that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    started = launcher.start("next")
    until(launcher.folder / "trace", "uv install")
    os.killpg(started.pid, signal.SIGINT)
    assert (started.communicate()[1], started.returncode) == (PREPARING, 130)
    launcher.tool("uv")
    assert launcher.run("next") == Ended(0, PREPARING, launcher.report("next"))


# Several at once, and builders that die.


def test_two_at_once_build_once(launcher: Bench) -> None:
    """The second one waits, says so, looks again and uses what the first one built."""
    launcher.tool("uv", seconds=0.5)
    first = launcher.start("next")
    until(launcher.folder / "trace", "uv install")
    second = launcher.start("next")
    said = [each.communicate() for each in (first, second)]
    assert [json.loads(out) for out, _ in said] == [{**launcher.report("next")}] * 2
    assert [err for _, err in said] == [PREPARING, WAITING]
    assert launcher.trace() == ["uv venv", "uv install", "uv installed"]


def test_many_at_once_build_once(launcher: Bench) -> None:
    """However many start together, one builds and all arrive."""
    launcher.tool("uv", seconds=0.2)
    started = [launcher.start("next") for _ in range(5)]
    assert [(each.communicate()[0] != "", each.returncode) for each in started] == [(True, 0)] * 5
    assert launcher.trace() == ["uv venv", "uv install", "uv installed"]


def test_a_killed_builder_leaves_nothing_that_counts(launcher: Bench) -> None:
    """After SIGKILL in mid-install the next command builds from nothing."""
    launcher.tool("uv", seconds=60)
    started = launcher.start("next")
    until(launcher.folder / "trace", "uv install")
    os.killpg(started.pid, signal.SIGKILL)
    started.communicate()
    (half,) = launcher.data.glob("env*")
    (half / "left over").touch()
    launcher.tool("uv")
    assert launcher.run("next") == Ended(0, PREPARING, launcher.report("next"))
    assert not (launcher.env() / "left over").exists()


def test_nobody_builds_beside_a_killed_builders_installer(launcher: Bench) -> None:
    """While the installer outlives its builder, the next command waits for its end."""
    launcher.tool("uv", seconds=0.5)
    started = launcher.start("next")
    until(launcher.folder / "trace", "uv install")
    started.kill()
    assert launcher.run("next") == Ended(0, WAITING + PREPARING, launcher.report("next"))
    assert launcher.trace() == ["uv venv", "uv install", "uv installed"] * 2
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


@pytest.mark.system
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


def test_a_python_that_no_longer_starts_is_built_anew(built: Bench) -> None:
    """What lies behind the link may be there, and lack a library that it needs."""
    built.tool("uv")
    (built.folder / "bin" / "python3").symlink_to(BASE)
    python = built.env() / "bin" / "python"
    python.unlink()
    python.write_text("#!/bin/sh\nexit 127\n")
    python.chmod(0o755)
    script = built.launch.with_name("launch")
    ended = built.call("/bin/sh", str(script), "--data", str(built.data), "next")
    assert ended == Ended(0, PREPARING, built.report("next"))


def test_a_lost_package_is_told_and_comes_back(built: Bench) -> None:
    """A package deleted by hand is a sentence now and a new build at the next command."""
    built.tool("uv")
    next(built.env().rglob("pydantic.py")).unlink()
    line = f"{built.env()} has lost pydantic: try again, which builds it anew"
    assert built.run("next") == Ended(1, f"incident-response: {line}\n", {})
    assert built.run("next") == Ended(0, PREPARING, built.report("next"))


# The kept command.


def test_the_kept_command_runs_as_printed_wherever_it_lies(launcher: Bench) -> None:
    """Blanks, quotes and dollars in the paths of plugin and data change nothing."""
    odd = Bench(launcher.folder, launcher.folder / 'it\'s a "data" $HOME `x` é')
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


def hook(launcher: Bench, *words: str, main: str = HOOK_REPORT, stdin: str = "") -> Ended:
    """Run the hook's script with such a main, and with this Python as `python3` on PATH."""
    launcher.launch.with_name("hooks.py").write_text(main)
    if not (launcher.folder / "bin" / "python3").exists():
        (launcher.folder / "bin" / "python3").symlink_to(BASE)
    return launcher.call("/bin/sh", str(launcher.launch.with_name("hook")), *words, stdin=stdin)


@pytest.mark.parametrize("folder", ["launcher", "built"])
def test_the_hook_answers_an_event(folder: str, request: pytest.FixtureRequest) -> None:
    """Event and words arrive, the answer leaves, with an environment or before there is one."""
    launcher: Bench = request.getfixturevalue(folder)
    if folder == "built":
        (launcher.folder / "bin" / "python3").write_text("not run")
    ended = hook(launcher, "PreToolUse", "a b", stdin='{"x": "é"}')
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
def test_a_failing_hook_refuses(launcher: Bench, main: str, said: str, code: int) -> None:
    """Whatever the main does but end well refuses the call, with a way on and no traceback."""
    ended = hook(launcher, main=main)
    assert (ended.code, ended.told) == (2, {})
    assert ended.err.startswith(said)
    assert "Traceback" not in ended.err
    root = launcher.launch.parent
    told = f"incident-response: its gate failed (exit code {code}), so this is refused; "
    assert (
        ended.err.splitlines()[-1]
        == f"{told}in a terminal, sh '{root}/launch' --data '{launcher.data}' doctor tells more"
    )


def test_a_refusal_keeps_its_own_words(launcher: Bench) -> None:
    """Where the main refuses with 2, the reason is the main's alone."""
    main = "import sys\ndef main(): sys.stderr.write('not yet\\n'); sys.exit(2)"
    assert hook(launcher, main=main) == Ended(2, "not yet\n", {})


def test_a_hook_without_any_python_refuses(launcher: Bench) -> None:
    """With no interpreter at all the call is refused, too."""
    launcher.without_python()
    ended = hook(launcher)
    assert ended.code == 2
    assert "its gate failed" in ended.err


def test_a_hook_goes_past_a_shim_that_starts_nothing(launcher: Bench) -> None:
    """Where a version manager has no Python for this folder, the next one answers the event."""
    shim = launcher.folder / "bin" / "python3"
    shim.write_text("#!/bin/sh\necho 'no version is set for python3' >&2\nexit 126\n")
    shim.chmod(0o755)
    (launcher.folder / "bin" / "python3.12").symlink_to(BASE)
    ended = hook(launcher, "PreToolUse", stdin='{"x": "é"}')
    assert (ended.code, ended.told["stdin"]) == (0, '{"x": "é"}')
