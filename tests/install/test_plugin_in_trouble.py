"""The plugin where something is missing: it works, or says what to do, and that works."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.install import machine
from tests.install.machine import published
from tests.install.stranger import Meet, Stranger, files_of

pytestmark = pytest.mark.system


# Something is missing.


def test_an_externally_managed_python_is_left_alone(meet: Meet, tmp_path: Path) -> None:
    """A system's own Python (PEP 668) works, and gets nothing."""
    python = machine.python(tmp_path / "python", managed=True)
    before = files_of(python.library / "site-packages")
    stranger = meet(python.program)
    stranger.installs()
    stranger.types()
    assert stranger.position == "checkpoint-1"
    after = files_of(python.library / "site-packages")
    assert {name for name in after - before if "__pycache__" not in name} == set()


def test_without_ensurepip_the_pip_that_is_there_installs(meet: Meet, tmp_path: Path) -> None:
    """A Debian with python3-pip and without python3-venv needs no further package."""
    stranger = meet(machine.python(tmp_path / "python", without=("ensurepip",)).program)
    stranger.installs()
    stranger.types()
    assert stranger.position == "checkpoint-1"


def test_a_broken_pip_is_gone_past(meet: Meet, tmp_path: Path) -> None:
    """The environment gets a pip of its own."""
    python = machine.python(tmp_path / "python")
    (python.library / "site-packages" / "pip" / "__init__.py").write_text("raise SystemError\n")
    stranger = meet(python.program)
    stranger.installs()
    stranger.types()
    assert stranger.position == "checkpoint-1"


@pytest.mark.parametrize("code", [1, 126, 127])
def test_a_shim_that_has_no_python_for_this_folder_is_gone_past(
    meet: Meet, tmp_path: Path, code: int
) -> None:
    """The `python3` of pyenv or asdf may fail in a project; another one of PATH is taken."""
    stranger = meet()
    stranger.tool("python3", f"echo 'no version is set for python3' >&2; exit {code}")
    (tmp_path / "bin" / "python3.10").symlink_to(machine.python(tmp_path / "python").program)
    stranger.installs()
    stranger.types()
    assert stranger.position == "checkpoint-1"


def without_systems_own(stranger: Stranger) -> None:
    """Publish a plugin that knows no absolute path of a Python, and hide those of PATH."""
    published(stranger.folder / "published")
    stranger.tool("python3", "exit 127")
    for minor in range(10, 15):
        stranger.tool(f"python3.{minor}", "exit 127")
    finder = stranger.tree / "incident_state" / "find-python"
    words = [w for w in finder.read_text().split(" ") if not w.startswith("/usr/bin/python3")]
    finder.write_text(" ".join(words).replace("/usr/local/bin/python3 ", ""))
    stranger.client("plugin", "install", "incident-response", "--marketplace", str(stranger.tree))


def test_with_neither_python_nor_uv_a_sentence_says_what_to_install(meet: Meet) -> None:
    """The user reads it in place of an incident; nothing is recorded."""
    stranger = meet()
    without_systems_own(stranger)
    shown = stranger.types()
    line = "incident-response: there is no Python 3.10 or newer and no uv: install one of them"
    assert line in shown
    assert stranger.position is None


def test_uv_alone_is_enough(meet: Meet, tmp_path: Path, uv: Path) -> None:
    """A Python that only uv knows runs everything."""
    stranger = meet()
    without_systems_own(stranger)
    (tmp_path / "bin" / "uv").symlink_to(uv)
    known = stranger.sandbox.home / ".local/share/uv/python/cpython-3.11.7-linux-x86_64-gnu"
    made = machine.python(known)
    made.program.with_name(f"python{made.library.name.removeprefix('python')}").symlink_to(
        "python3"
    )
    stranger.types()
    assert stranger.position == "checkpoint-1"


# The index is not just there.

NO_INDEX = (
    "incident-response: pip could not install pydantic, rich, typer: connect to the package index "
    "(set HTTPS_PROXY or PIP_INDEX_URL if it is reached that way)"
)


def test_offline_a_sentence_says_what_to_reach(meet: Meet, tmp_path: Path) -> None:
    """It stands in place of an incident, and nothing is recorded; the log has the whole story."""
    stranger = meet(machine.python(tmp_path / "python").program, index=False)
    stranger.installs()
    shown = stranger.types()
    assert f"{NO_INDEX} (log: {stranger.data}/build.log)" in shown
    assert stranger.position is None
    assert "No matching distribution found" in (stranger.data / "build.log").read_text()


def test_a_python_that_has_the_packages_needs_no_index(meet: Meet) -> None:
    """As the advice says: it is put first on PATH."""
    stranger = meet(index=False)
    stranger.tool("python3", f'exec {shlex.quote(sys.executable)} "$@"')
    stranger.installs()
    stranger.types()
    assert stranger.position == "checkpoint-1"


@pytest.mark.parametrize("way", ["mirror", "proxy"])
def test_the_index_is_reached_by_a_mirror_or_a_proxy(
    meet: Meet, tmp_path: Path, index: str, way: str
) -> None:
    """The variables that the advice names are those that work."""
    reached = {
        "mirror": {"PIP_INDEX_URL": f"http://{index}/simple"},
        "proxy": {
            "PIP_INDEX_URL": "http://index.test/simple",
            "PIP_TRUSTED_HOST": "index.test",
            "HTTP_PROXY": f"http://{index}",
            "NO_PROXY": "127.0.0.1",
        },
    }[way]
    python = machine.python(tmp_path / "python").program
    stranger = meet(python, index=False, **{"PIP_NO_INDEX": "", **reached})
    stranger.installs()
    stranger.types()
    assert stranger.position == "checkpoint-1"


# A home that takes nothing.


@pytest.mark.parametrize("packages", [False, True], ids=["bare", "with the packages"])
def test_a_home_that_is_read_only(meet: Meet, tmp_path: Path, *, packages: bool) -> None:
    """It is told what to do; with a Python that has the packages, the incident begins."""
    stranger = meet(None if packages else machine.python(tmp_path / "python").program)
    if packages:
        stranger.tool("python3", f'exec {shlex.quote(sys.executable)} "$@"')
    stranger.installs()
    stranger.data.mkdir(parents=True)  # without it the client itself gives up
    home = shlex.quote(str(stranger.sandbox.home))
    mount = f"mount --bind {home} {home} && mount -o remount,bind,ro {home}"
    launcher = stranger.sandbox.launcher
    own = launcher.read_text().replace("exec ", "", 1).split("\n", 2)
    words = f'exec unshare -m sh -c {shlex.quote(f"{mount} && exec {own[2].strip()}")} sh "$@"'
    launcher.write_text(f"{own[0]}\n{own[1]}\n{words}\n")
    shown = stranger.types()
    if packages:
        assert stranger.position is not None
    else:
        assert f"incident-response: cannot write {stranger.data}" in shown
        assert "put a python3 that has pydantic, rich, typer first on PATH" in shown
        assert stranger.position is None
