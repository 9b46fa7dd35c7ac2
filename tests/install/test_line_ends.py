"""A clone with the line ends of Windows, as one made there and used from WSL is."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_no_file_gets_the_line_ends_of_windows(tmp_path: Path) -> None:
    """A shell takes a carriage return for a part of the word: each gate would refuse each call."""
    names = git(ROOT, "ls-files", "-z").split("\0")[:-1]
    copy = tmp_path / "copy"
    copy.mkdir()
    git(copy, "init", "-q")
    for name in names:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((ROOT / name).read_bytes())
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.invalid")
    git(copy, "add", "-A", "-f")
    git(copy, *identity, "commit", "-q", "-m", "x")
    git(tmp_path, "-c", "core.autocrlf=true", "clone", "-q", str(copy), "clone")
    changed = [n for n in names if (tmp_path / "clone" / n).read_bytes() != (ROOT / n).read_bytes()]
    assert changed == []


def git(folder: Path, *words: str) -> str:
    """Run git there; what it prints."""
    done = subprocess.run(
        ["git", *words], cwd=folder, check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout
