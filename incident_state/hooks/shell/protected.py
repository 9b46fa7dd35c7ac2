"""Files that hold the gates up: the client's settings and transcripts, the plugin itself."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator

from incident_state.hooks.shell.programs import PROJECT, changes, code_writes
from incident_state.hooks.shell.reach import WRITING
from incident_state.hooks.shell.wrapped import Running

_PATTERNS = ("settings*.json", "projects/*.jsonl", "plugins", "plugins/*", ".")


def is_protected(path: str, project: str) -> bool:
    """Whether the path is one of those files, or a folder that holds them."""
    path = os.path.realpath(path)
    for folder, patterns in _places(project):
        if path == folder and "." in patterns:
            return True
        below = os.path.relpath(path, folder)
        if not below.startswith("..") and any(fnmatch.fnmatch(below, p) for p in patterns):
            return True
    return False


def _places(project: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    root = os.path.realpath(project)
    home = os.environ.get("CLAUDE_CONFIG_DIR") or os.path.expanduser("~/.claude")  # noqa: PTH111
    yield os.path.realpath(home), _PATTERNS
    yield os.path.join(root, ".claude"), ("settings*.json", ".")  # noqa: PTH118
    for name in ("CLAUDE_PLUGIN_ROOT", "CLAUDE_PLUGIN_DATA"):
        folder = os.path.realpath(os.environ.get(name) or "/nonexistent")
        # Who works on the plugin itself, in its own project, writes there.
        if os.path.commonpath([folder, root]) != root:
            yield folder, ("*", ".")


def by_line(runs: list[Running], project: str) -> str | None:
    """The first such file that a command line would write to; None if there is none."""
    for run in runs:
        simple = run.simple
        if run.remote:
            continue
        targets = [word.text for operator, word in simple.redirects if operator in WRITING]
        if simple.words and changes(simple.program, simple.texts, "") == PROJECT:
            targets += simple.texts
        for text in targets:
            part = text.split("=", 1)[-1]
            path = os.path.join(simple.cwd or project, part)  # noqa: PTH118
            if part and not part.startswith("-") and is_protected(path, project):
                return part
        if run.code and not run.script and code_writes(run.code) and ".claude/" in run.code:
            return "~/.claude/"
    return None
