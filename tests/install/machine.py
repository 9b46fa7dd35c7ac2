"""A machine on which nothing of the plugin is: a bare home, one Python, packages from a folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from incident_state.environment import REQUIREMENTS
from tests.install.launch_bench import BASE
from tests.support.patience import HANG
from tests.support.workbench import ROOT

ADDRESS = "https://git.test/incident-response.git"
NAME = "incident-response@incident-response"
# The packages are fetched by a thread that is older than a test's loopback of its own.
_ONLINE = ThreadPoolExecutor(max_workers=1)
_ONLINE.submit(int).result()


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of the required packages, fetched from the index as files."""
    folder = tmp_path_factory.mktemp("wheels")
    words = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(folder)]
    fetched = _ONLINE.submit(subprocess.run, [*words, *REQUIREMENTS], check=True)
    fetched.result(timeout=HANG)
    return folder


@pytest.fixture(scope="session")
def uv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the real uv."""
    folder = tmp_path_factory.mktemp("uv")
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), "uv"]
    _ONLINE.submit(subprocess.run, words, check=True).result(timeout=HANG)
    return folder / "bin" / "uv"


def offered(wheels: Path) -> dict[str, str]:
    """Return the settings with which pip and uv take packages from that folder and no index."""
    names = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    return {**names, "UV_OFFLINE": "1", "UV_FIND_LINKS": str(wheels)}


def published(place: Path) -> Path:
    """Commit the tree under test into a bare repository below a folder; return its path."""
    tree = place / "tree"
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, names.stdout.decode().split("\0")):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy2(ROOT / name, tree / name, follow_symlinks=False)
    commit(tree, "init", "-q")
    commit(tree, "add", "--all")
    commit(tree, "commit", "-q", "-m", "The plugin")
    subprocess.run(
        ["git", "clone", "-q", "--bare", str(tree), str(place / "plugin.git")], check=True
    )
    return place / "plugin.git"


def commit(tree: Path, *words: str) -> None:
    """Run git in that tree, under a name of its own."""
    own = ("-c", "user.name=Test", "-c", "user.email=test@localhost")
    subprocess.run(["git", *own, *words], cwd=tree, check=True)


def raised(tree: Path, version: str) -> None:
    """Give the published plugin another version, as a release does."""
    for name in ("plugin.json", "marketplace.json"):
        file = tree / ".claude-plugin" / name
        told = json.loads(file.read_text())
        (told["plugins"][0] if "plugins" in told else told)["version"] = version
        file.write_text(json.dumps(told))
    init = tree / "incident_state" / "__init__.py"
    lines = init.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("__version__")]
    init.write_text("\n".join([*kept, f'__version__ = "{version}"', ""]))
    commit(tree, "commit", "-q", "-a", "-m", version)
    commit(tree, "push", "-q", str(tree.parent / "plugin.git"), "HEAD")


@dataclass(frozen=True)
class Python:
    """A copy of this Python's program and library, so that something can be missing from it."""

    root: Path

    @property
    def program(self) -> Path:
        """Its `python3`."""
        return self.root / "bin" / "python3"

    @property
    def library(self) -> Path:
        """Its standard library."""
        return self.root / "lib" / f"python{sysconfig.get_python_version()}"


def python(root: Path, *, without: tuple[str, ...] = (), managed: bool = False) -> Python:
    """Copy this Python, without some of its packages, or marked as the system's own (PEP 668)."""
    made = Python(root)
    made.program.parent.mkdir(parents=True)
    shutil.copy2(os.path.realpath(BASE), made.program)
    shutil.copytree(
        sysconfig.get_path("stdlib"),
        made.library,
        ignore=shutil.ignore_patterns("test", "idlelib", "site-packages", *without),
        copy_function=_linked,
    )
    if "pip" not in without:
        packages = Path(sysconfig.get_path("purelib", vars={"base": sys.base_prefix}))
        for name in ("pip", *(each.name for each in packages.glob("pip-*.dist-info"))):
            shutil.copytree(packages / name, made.library / "site-packages" / name)
    if managed:
        (made.library / "EXTERNALLY-MANAGED").write_text("[externally-managed]\nError=no\n")
    return made


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
