"""Files that hold the gates up: the client's settings and transcripts, the plugin, the vault."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable, Iterator

from incident_state.hooks.known import code, verdicts
from incident_state.hooks.shell.line import Line
from incident_state.hooks.shell.running import Run
from incident_state.storage import sealed

_PATTERNS = ("settings*.json", "projects/*.jsonl", "plugins", "plugins/*", "hooks", "hooks/*", ".")
_CLIENT = re.compile(r"claude$|@anthropic-ai/claude-code|claude-code/cli")
_CLIENT_LOOKS = re.compile(r" ?(?:-v|--version|-h|--help|doctor|(?:mcp|plugin) list)?(?: |$)")
_IN_CODE = re.compile(
    r"\.claude(?:/|\.json|['\"])|managed-settings|/etc/claude-code|disableAllHooks"
)


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
    home = os.path.realpath(os.path.expanduser("~"))  # noqa: PTH111 - pathlib costs a hook time
    config = os.environ.get("CLAUDE_CONFIG_DIR") or os.path.join(home, ".claude")  # noqa: PTH118 - the same
    yield os.path.realpath(config), _PATTERNS
    yield home, (".claude.json*",)
    yield "/etc/claude-code", ("*", ".")
    yield "/Library/Application Support/ClaudeCode", ("*", ".")
    yield os.path.join(root, ".claude"), ("settings*.json", ".")  # noqa: PTH118 - the same
    if base := sealed.home():
        yield os.path.join(os.path.realpath(base), "incident-response"), ("*", ".")  # noqa: PTH118 - the same
    for name in ("CLAUDE_PLUGIN_ROOT", "CLAUDE_PLUGIN_DATA"):
        folder = os.path.realpath(os.environ.get(name) or "/nonexistent")
        # Who works on the plugin itself, in its own project, writes there.
        if os.path.commonpath([folder, root]) != root:
            yield folder, ("*", ".")
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield os.path.realpath(folder or "/nonexistent"), ("sh", "python3", "incident-state")


def touched(line: Line, project: str) -> str | None:
    """The first such file that a line would write to; None if there is none."""
    whole = [word.text for simple in line.simples for word in simple.words]
    for run in line.runs:
        found = None if run.remote else _written(run, whole if run.fed else (), project)
        if found:
            return found
    return None


def _written(run: Run, fed: Iterable[str], project: str) -> str | None:
    simple = run.simple
    if run.code:
        acts = code.WRITES.search(run.code) or "exec" in run.code
        return "~/.claude/" if _IN_CODE.search(run.code) and acts else None
    targets = [word.text for operator, word in simple.redirects if operator in verdicts.WRITING]
    if simple.program == "claude" and {"disable", "uninstall", "remove"} & set(simple.plain):
        return "`claude plugin`"
    if simple.words and not verdicts.reads(simple):
        copies = simple.program in {"cp", "rsync", "install", "tar"}
        targets += [*(simple.plain[-1:] if copies else simple.texts), *fed]
    for text in targets:
        part = text.split("=", 1)[-1]
        path = os.path.join(simple.cwd or project, os.path.expanduser(part))  # noqa: PTH111, PTH118 - the same
        if part and not part.startswith("-") and len(part) < 4096 and is_protected(path, project):  # noqa: PLR2004 - a path's length
            return part
    return None


def starts_client(line: Line) -> bool:
    """Whether a line starts another client that could work or answer."""
    for run in line.runs:
        words = [word.text for word in run.simple.words]
        for at, word in enumerate(words[:3]):
            if _CLIENT.search(word) and (at == 0 or run.simple.program in {"node", "npx"}):
                rest = " ".join(words[at + 1 :])
                return not rest or not _CLIENT_LOOKS.match(rest) or "-p" in words
    return False
