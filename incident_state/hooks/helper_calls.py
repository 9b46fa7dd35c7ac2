"""Calls of this plugin's helper: the plain ones of a model, and the words of any."""

from __future__ import annotations

import os
import re

from incident_state.patterns import pattern

COMMANDS = frozenset(
    "next brief launch complete amend consolidate fail note reopen severity status timeline list "
    "handoff report verify doctor start --help --version".split()
)
LONGEST = 32_000  # characters of a call's own line
_LEADS_IN = pattern(r"python|sh$|bash$|-m$|-I$|-S$|uv|run")

# One word: plain characters, or a quoted string in which a shell expands nothing.
# Each alternative takes what no other can, so that matching never backtracks.
# A quote within `$'…'` would end it elsewhere than the shell does, so there is none.
_WORD = r"""(?:[\w@%+=:,./-]|'[^']*'|\$'(?:[^'\\]|\\[^'])*'|"[^"$`\\!]*")+"""
_LINE = pattern(rf"{_WORD}(?: +{_WORD})*")
_END = pattern(r"([A-Z]+)'")


def helper_words(words: list[str]) -> list[str] | None:
    """The helper's own words in a command; None where the command is no call of the helper."""
    for at, word in enumerate(words[:4]):
        base = word.rsplit("/", 1)[-1]
        if base == "incident-state" or re.search(
            r"(?:^|/)incident_state(?:/(?:launch|__main__|cli)\.py|/launch|/hook|\.cli)?$", word
        ):
            if at and not _LEADS_IN.search(words[at - 1].rsplit("/", 1)[-1]):
                return None
            own = words[at + 1 :]
            while own and own[0] in {"--data", "--project"}:
                own = own[2:]
            return ["hook"] if base == "hook" else own
    return None


def is_helper_call(command: str) -> bool:
    """Whether the whole command line is one call of this plugin's helper."""
    command, *given = command.strip().split("\n")
    if len(command) > LONGEST:
        return False
    if given:
        command, _, end = command.rpartition("<<'")
        word = _END.fullmatch(end)
        # The shell ends the text at the first line that holds the word; nothing may follow it.
        if word is None or word[1] not in given or given.index(word[1]) < len(given) - 1:
            return False
        command = command.rstrip(" ")
    if not _LINE.fullmatch(command):
        return False
    import shlex

    words = shlex.split(command)
    if len(words) < 2 or words[0] != _wrapper():  # noqa: PLR2004 - the helper and its command
        return False
    return words[1] in COMMANDS - {"start", "report"}


def _wrapper() -> str:
    return os.path.join(os.environ.get("CLAUDE_PLUGIN_DATA", "/"), "incident-state")  # noqa: PTH118
