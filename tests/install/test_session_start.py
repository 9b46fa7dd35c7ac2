"""What runs as a session of the client begins: a variable, and a preparation where one is due."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.install.launch_bench import BASE, Bench, eventually
from tests.support.workbench import ROOT, Workbench


def begin(bench: Bench, root: Path | None = None) -> Path:
    """Begin a session; return the file that the client reads before each command."""
    file = bench.folder / "session.sh"
    plugin = str(root or bench.root)
    path = f"{bench.folder / 'bin'}:/usr/bin:/bin"
    subprocess.run(
        ["/bin/sh", "-c", '. "$CLAUDE_PLUGIN_ROOT/incident_state/session-start"'],
        env=bench.environ(CLAUDE_ENV_FILE=str(file), PATH=path, CLAUDE_PLUGIN_ROOT=plugin),
        check=True,
    )
    return file


def test_commands_are_told_that_hooks_run(built: Bench) -> None:
    """The file sets one variable to the plugin's folder, and the shell that reads it goes on."""
    root = built.folder / 'the plugin "x" $HOME'
    root.symlink_to(built.root)
    file = begin(built, root)
    command = f'. {file}; printf %s "$INCIDENT_STATE_HOOKS"'
    assert subprocess.check_output(["/bin/sh", "-c", command], text=True) == str(root)


def test_a_folder_that_would_end_the_quotes_is_left_out(built: Bench) -> None:
    """Every later command of the session reads that file."""
    assert "'" in str(built.root)
    assert not begin(built).exists()


@pytest.mark.parametrize(
    ("folder", "mode", "code"),
    [("", 0o755, 2), ("services/api", 0o755, 2), ("", 0o1777, 2), ("services/api", 0o1777, 0)],
)
def test_commands_are_held_up_where_the_plugin_is_gone(
    bench: Workbench, folder: str, mode: int, code: int
) -> None:
    """While an incident is open there or above; but what is everybody's is nobody's project."""
    bench.run("start", "Checkout is down")
    bench.project.chmod(mode)
    here = bench.project / folder
    here.mkdir(parents=True, exist_ok=True)
    file, root = bench.folder / "session.sh", bench.folder / "plugin"
    root.symlink_to(ROOT)
    env = bench.hook_environment() | {"CLAUDE_ENV_FILE": str(file), "PATH": "/usr/bin:/bin"}
    env |= {"CLAUDE_PLUGIN_ROOT": str(root), "CLAUDE_PROJECT_DIR": str(here)}
    script = '. "$CLAUDE_PLUGIN_ROOT/incident_state/session-start"'
    subprocess.run(["/bin/sh", "-c", script], env=env, check=True)
    for there in (True, False):
        if not there:
            root.unlink()
        done = subprocess.run(
            ["/bin/sh", "-c", f". {file}; echo it ran in $PWD"],
            env=env,
            cwd=here,
            check=False,
            capture_output=True,
            text=True,
        )
        ran = there or code == 0
        wanted = (0, f"it ran in {here}\n") if ran else (2, "")
        assert (done.returncode, done.stdout) == wanted, done.stderr


def test_an_environment_that_is_there_is_not_prepared_again(built: Bench) -> None:
    """Nothing is started: without any tool on PATH there is no complaint, and no new log."""
    before = built.log.stat().st_mtime_ns
    begin(built)
    assert (built.log.stat().st_mtime_ns, built.trace()) == (before, built.trace())


def test_what_is_due_is_prepared_without_waiting_for_it(launcher: Bench) -> None:
    """The session goes on at once; the environment comes."""
    (launcher.folder / "bin" / "python3").symlink_to(BASE)
    launcher.tool("uv", seconds=0.5)
    begin(launcher)
    assert not (launcher.data / "plugin").exists()
    eventually((launcher.data / "plugin").exists)


@pytest.mark.parametrize("lost", ["update", "python"])
def test_an_update_and_a_lost_python_are_prepared_for(built: Bench, lost: str) -> None:
    """Another copy of the plugin, or an environment whose Python has gone, makes it due."""
    (built.folder / "bin" / "python3").symlink_to(BASE)
    built.tool("uv")
    if lost == "update":
        (built.data / "plugin").unlink()
        (built.data / "plugin").symlink_to(built.folder / "home")
    else:
        (built.env() / "bin" / "python").unlink()
        (built.env() / "bin" / "python").symlink_to("/nowhere/python3")
    due = [*built.trace(), *(["uv venv", "uv install", "uv installed"] if lost == "python" else [])]
    begin(built)
    eventually(lambda: (built.data / "plugin").resolve() == built.root and built.trace() == due)
