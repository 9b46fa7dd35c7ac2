"""Bash and whatever else runs a command line: waved on, put to the user, or refused."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping

from incident_state.hooks.shell import reach
from incident_state.hooks.shell.programs import PRODUCTION, PROJECT, changes, code_writes
from incident_state.hooks.shell.syntax import Unfathomable, take_apart
from incident_state.hooks.shell.words import Simple
from incident_state.hooks.shell.wrapped import Running, running

COMMANDS = frozenset(
    "next brief complete amend consolidate fail note reopen severity status timeline list handoff "
    "report verify doctor start --help --version".split()
)
# What a person decides at a terminal, and what forges an event of the client.
PERSONS = frozenset(
    "decide approve request-changes rollback retry pause close resume archive restore onset "
    "mitigated resolved hook".split()
)
# A longer line is not taken apart: the client gives a late gate up, and lets the call through.
MAX_LINE = 32_000
_PERSONS = re.compile(rf"\b(?:{'|'.join(PERSONS)})\b|--fresh")
_HELPER = re.compile(r"incident[-_]state\b")
_LEADS_IN = re.compile(r"python|sh$|bash$|-m$|-I$|-S$|uv|run")
_CLIENT = re.compile(r"claude$|@anthropic-ai/claude-code|claude-code/cli")
_CLIENT_LOOKS = re.compile(r" ?(?:-v|--version|-h|--help|doctor|(?:mcp|plugin) list)?(?: |$)")

# One word: plain characters, or a quoted string in which a shell expands nothing.
# Each alternative takes what no other can, so that matching never backtracks.
_WORD = r"""(?:[\w@%+=:,./-]|'[^']*'|"[^"$`\\!]*")+"""
_LINE = re.compile(rf"{_WORD}(?: +{_WORD})*")
_END = re.compile(r"([A-Z]+)'")


class Line:
    """A command line in a project that has an incident, looked through."""

    def __init__(self, command: str, cwd: str, place: reach.Place) -> None:
        """Take it apart; Unfathomable if it is too long or too deep."""
        if len(command) > MAX_LINE:
            raise Unfathomable(f"it has more than {MAX_LINE:,} characters")
        self.command = command
        self.place = place
        known = _variables(cwd, place.project)

        def apart(text: str, where: str | None) -> list[Simple]:
            return take_apart(text, where, known)

        self.runs = list(running(apart(command, cwd), apart))

    def reaches(self) -> str | None:
        """What in it would write into the session folder; None if nothing does."""
        return reach.why(self.runs, self.place)

    def decides(self) -> str | None:
        """What in it is a person's to do at a terminal; None if nothing is."""
        for run in self.runs:
            words = [word.text for word in run.simple.words]
            if (own := helper_words(words)) is not None:
                if not own or own[0] not in COMMANDS or "--fresh" in own:
                    return f"`{' '.join(['incident-state', *own])[:80]}`"
            elif run.code and _HELPER.search(run.code) and _hides_a_call(run):
                return "a program that calls incident-state"
            elif run.simple.program not in _QUOTES and _calls(words):
                return f"`{run.simple.program}` of incident-state"
        if self.hidden() and _calls([self.command]):
            return "a hidden call of incident-state"
        return None

    def hidden(self) -> bool:
        """Whether it runs a program or a text that only shows when it runs."""
        obscure = (run.code and not run.script and reach.obscure(run.code) for run in self.runs)
        return any(run.hidden for run in self.runs) or any(obscure)

    def starts_client(self) -> bool:
        """Whether it starts another client that could work or answer."""
        for run in self.runs:
            words = [word.text for word in run.simple.words]
            for at, word in enumerate(words[:3]):
                if _CLIENT.search(word) and (at == 0 or run.simple.program in {"node", "npx"}):
                    rest = " ".join(words[at + 1 :])
                    return not rest or not _CLIENT_LOOKS.match(rest) or "-p" in words
        return False

    def changes(self) -> tuple[str, str]:
        """`production`, `project` or "", and the command that says so."""
        found = ("", "")
        for run in self.runs:
            simple = run.simple
            kind = changes(simple.program, simple.texts, self.command) if simple.words else ""
            coded = run.code and not run.script and code_writes(run.code)
            if coded or any(self._writes(run, op, word.text) for op, word in simple.redirects):
                kind = kind or PROJECT
            if kind == PROJECT and run.remote:
                kind = PRODUCTION
            if kind == PROJECT and (run.script or self._only_own(run)):
                continue
            if kind == PRODUCTION:
                return kind, _shown(simple)
            if kind and not found[0]:
                found = (kind, _shown(simple))
        return found

    def _only_own(self, run: Running) -> bool:
        simple = run.simple
        if simple.program == "tee":
            plain = [w for w in simple.words[1:] if not w.text.startswith("-")]
            return all(
                self.place.is_own(w, simple.cwd) or w.text.startswith("/dev/") for w in plain
            )
        return False

    def _writes(self, run: Running, operator: str, target: str) -> bool:
        if operator not in reach.WRITING or target.startswith("/dev/") or target in {"", "-"}:
            return False
        cwd = run.simple.cwd
        own = [w for _, w in run.simple.redirects if self.place.is_own(w, cwd)]
        return not target.isdigit() and not any(word.text == target for word in own)


# Programs that only show or keep what they are given to say.
_QUOTES = frozenset(
    "echo printf grep rg cat less head tail ls git gh sed awk jq which type".split()
)


def helper_words(words: list[str]) -> list[str] | None:
    """The helper's own words in a command; None where the command is no call of the helper."""
    for at, word in enumerate(words[:4]):
        base = word.rsplit("/", 1)[-1]
        if base == "incident-state" or re.search(
            r"(?:^|/)incident_state(?:/(?:launch|__main__|cli)\.py|/hook|\.cli)?$", word
        ):
            if at and not _LEADS_IN.match(words[at - 1].rsplit("/", 1)[-1]):
                return None
            own = words[at + 1 :]
            while own and own[0] in {"--data", "--project"}:
                own = own[2:]
            return ["hook"] if base == "hook" else own
    return None


def _calls(words: list[str]) -> bool:
    text = " ".join(words)
    return bool(_HELPER.search(text) and _PERSONS.search(_HELPER.sub("", text)))


def _hides_a_call(run: Running) -> bool:
    words = " ".join(word.text for word in run.simple.words)
    if run.script and helper_words([w.text for w in run.simple.words]) is not None:
        return False
    return bool(_PERSONS.search(_HELPER.sub("", f"{words}\n{run.code}")))


def _variables(cwd: str, project: str) -> Mapping[str, str]:
    known = {name: value for name, value in os.environ.items() if len(value) < 1000}  # noqa: PLR2004 - a path's length
    return {**known, "PWD": cwd, "CLAUDE_PROJECT_DIR": project}


def _shown(simple: Simple) -> str:
    text = " ".join(word.text for word in simple.words) or "a redirection"
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - a line of a terminal


def is_helper_call(command: str) -> bool:
    """Whether the whole command line is one call of this plugin's helper."""
    command, *given = command.strip().split("\n")
    if given:
        command, _, end = command.rpartition("<<'")
        word = _END.fullmatch(end)
        # The shell ends the text at the first line that holds the word; nothing may follow it.
        if word is None or word[1] not in given or given.index(word[1]) < len(given) - 1:
            return False
        command = command.rstrip(" ")
    if not _LINE.fullmatch(command):
        return False
    words = shlex.split(command)
    if len(words) < 2 or words[0] != _wrapper():  # noqa: PLR2004 - the helper and its command
        return False
    return words[1] in COMMANDS - {"start", "report"}


def _wrapper() -> str:
    return os.path.join(os.environ.get("CLAUDE_PLUGIN_DATA", "/"), "incident-state")  # noqa: PTH118


__all__ = ["COMMANDS", "Line", "Unfathomable", "helper_words", "is_helper_call"]
