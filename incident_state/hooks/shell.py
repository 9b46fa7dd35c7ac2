"""The helper's own command lines run without a permission prompt: those, and nothing chained."""

from __future__ import annotations

import os
import re
import shlex

from incident_state.hooks import Payload, Response, decide

COMMANDS = frozenset(
    "next brief complete consolidate fail note reopen severity status timeline list handoff "
    "verify doctor".split()
)
# One word: plain characters, or a quoted string in which a shell expands nothing.
# Each alternative takes what no other can, so that matching never backtracks.
_WORD = r"""(?:[\w@%+=:,./-]|'[^']*'|"[^"$`\\!]*")+"""
_LINE = re.compile(rf"{_WORD}(?: +{_WORD})*")
_HEREDOC = re.compile(
    r"(?P<line>[^\n]*?) *<<'(?P<end>[A-Z]+)'\n(?P<body>.*?)\n(?P=end)\n?", re.DOTALL
)


def running(payload: Payload) -> Response:
    """A Bash call of the helper that a model may make: allowed."""
    if is_helper_call(str(payload["tool_input"].get("command", ""))):
        return decide("allow", "a command of the incident's own helper")
    return {}


def is_helper_call(command: str) -> bool:
    """Whether the whole command line is one call of this plugin's helper."""
    command = command.strip()
    heredoc = _HEREDOC.fullmatch(command)
    if heredoc:
        command = heredoc["line"]
        # The shell ends the text at the first line that holds the word; nothing may follow it.
        if heredoc["end"] in heredoc["body"].split("\n"):
            return False
    if not _LINE.fullmatch(command):
        return False
    words = shlex.split(command)
    if len(words) < 2 or words[0] != _wrapper():  # noqa: PLR2004 - the helper and its command
        return False
    return words[1] in COMMANDS


def _wrapper() -> str:
    return os.path.join(os.environ.get("CLAUDE_PLUGIN_DATA", "/"), "incident-state")  # noqa: PTH118
