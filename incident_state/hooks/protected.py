"""Files that hold the gates up: the client's settings and transcripts, the plugin, the vault."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache

from incident_state.storage import sealed

PROTECTED = "belongs to the client, to this plugin or to its vault, which hold the gates up"
_PATTERNS = ("settings*.json", "projects/*.jsonl", "plugins", "plugins/*", "hooks", "hooks/*", ".")


def is_protected(path: str, project: str) -> bool:
    """Whether the path is one of those files, or a folder that holds them."""
    import fnmatch

    path = os.path.realpath(path)
    around = (os.environ.get("HOME", ""), os.environ.get("CLAUDE_PROJECT_DIR") or project)
    for folder, patterns in _places(project, *around):
        if path == folder and "." in patterns:
            return True
        below = os.path.relpath(path, folder)
        if not below.startswith("..") and any(fnmatch.fnmatch(below, p) for p in patterns):
            return True
    return False


@lru_cache
def _places(project: str, _home: str, here: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(_found(project, here))


def _found(project: str, here: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    root = os.path.realpath(project)
    home = os.path.realpath(os.path.expanduser("~"))  # noqa: PTH111 - pathlib costs a hook time
    config = os.environ.get("CLAUDE_CONFIG_DIR") or os.path.join(home, ".claude")  # noqa: PTH118 - the same
    yield os.path.realpath(config), _PATTERNS
    yield home, (".claude.json*",)
    yield "/etc/claude-code", ("*", ".")
    yield "/Library/Application Support/ClaudeCode", ("*", ".")
    for folder in dict.fromkeys((root, os.path.realpath(here))):
        yield os.path.join(folder, ".claude"), ("settings*.json", ".")  # noqa: PTH118 - the same
    if base := sealed.home():
        yield os.path.join(os.path.realpath(base), "incident-response"), ("*", ".")  # noqa: PTH118 - the same
    for name in ("CLAUDE_PLUGIN_ROOT", "CLAUDE_PLUGIN_DATA"):
        folder = os.path.realpath(os.environ.get(name) or "/nonexistent")
        # Who works on the plugin itself, in its own project, writes there.
        if os.path.commonpath([folder, root]) != root:
            yield folder, ("*", ".")
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield os.path.realpath(folder or "/nonexistent"), ("sh", "python3", "incident-state")
