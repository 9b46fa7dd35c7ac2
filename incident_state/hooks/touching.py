"""Whether a command line touches what holds the gates up, or starts a client of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable

from incident_state.hooks.known import code, verdicts
from incident_state.hooks.line import Line
from incident_state.hooks.protected import is_protected
from incident_state.hooks.shell.running import Run
from incident_state.patterns import pattern

_CLIENT = pattern(r"claude$|@anthropic-ai/claude-code|claude-code/cli")
_CLIENT_LOOKS = pattern(r" ?(?:-v|--version|-h|--help|doctor|(?:mcp|plugin) list)?(?: |$)")
_IN_CODE = pattern(r"\.claude(?:/|\.json|['\"])|managed-settings|/etc/claude-code|disableAllHooks")


def touched(line: Line, project: str) -> str | None:
    """The first such file that a line would write to; None if there is none."""
    fed: list[str] = []
    if any(run.fed for run in line.runs):
        whole = (word.text for simple in line.simples for word in simple.words)
        fed = [text for text in dict.fromkeys(whole) if _leads(text, None, project)]
    for run in line.runs:
        found = None if run.remote else _written(run, fed if run.fed else (), project)
        if found:
            return found
    return None


def _written(run: Run, fed: Iterable[str], project: str) -> str | None:
    simple = run.simple
    if run.code:
        acts = code.writes(run.code) or "exec" in run.code
        return "~/.claude/" if _IN_CODE.search(run.code) and acts else None
    targets = [word.text for operator, word in simple.redirects if operator in verdicts.WRITING]
    if simple.program == "claude":
        ends = {"disable", "uninstall", "remove"} & set(simple.plain)
        return "`claude plugin`" if ends else None
    if acts := bool(simple.words) and not verdicts.reads(simple):
        copies = simple.program in {"cp", "rsync", "install", "tar"}
        targets += simple.plain[-1:] if copies else simple.texts
    for text in dict.fromkeys(targets):
        if _leads(text, simple.cwd, project):
            return text.split("=", 1)[-1]
    return next(iter(fed), None) if acts else None


def _leads(text: str, cwd: str | None, project: str) -> bool:
    """Whether the word is, or has behind an equals sign, the path of such a file."""
    part = text.split("=", 1)[-1]
    if not part or part.startswith("-") or len(part) > 4096:  # noqa: PLR2004 - a path's length
        return False
    path = os.path.join(cwd or project, os.path.expanduser(part))  # noqa: PTH111, PTH118 - pathlib costs a hook time
    return is_protected(path, project)


def starts_client(line: Line) -> bool:
    """Whether a line starts another client that could work or answer."""
    for run in line.runs:
        words = [word.text for word in run.simple.words]
        for at, word in enumerate(words[:3]):
            if _CLIENT.search(word) and (at == 0 or run.simple.program in {"node", "npx"}):
                rest = " ".join(words[at + 1 :])
                return not rest or not _CLIENT_LOOKS.match(rest) or "-p" in words
    return False
