"""A shell's command line taken apart without running it, as far as it can be seen.

Standard library only; `shlex` knows neither substitutions nor heredocs. What only the running shell
knows (an unset variable, a command's output) is marked as unseen, never guessed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from incident_state.hooks.shell.words import Piece, Simple, Unfathomable, Word, unescaped
from incident_state.patterns import pattern
from incident_state.records import replace

MAX_LENGTH = 32_000
MAX_DEPTH = 12
MAX_COMMANDS = 2_000
KEYWORDS = frozenset("if then elif else fi do done while until esac { } ! time".split())

_NAME = pattern(r"[A-Za-z_]\w*")
_ASSIGNMENT = pattern(r"([A-Za-z_]\w*)\+?=")
_REDIRECT = pattern(r"\d*(?:&>>|&>|>>|>\||>&|>|<<<|<<-|<<|<>|<&|<)")
_SEPARATOR = pattern(r"&&|\|\||\|&|;;&|;;|;&|[;&|\n]")
_PLAIN = pattern(r"[\w@%+=:./-]+")
_UNQUOTED = pattern(r"[^$`\\\"]+")
_ANSI = pattern(r"((?:[^'\\]|\\.)*)'?", re.DOTALL)


def take_apart(text: str, cwd: str | None, known: Mapping[str, str]) -> list[Simple]:
    """Every simple command of the text, those in substitutions among them, in order.

    `cwd` is the folder that it runs in, `known` are variables. Unfathomable if it is too much.
    """
    if len(text) > MAX_LENGTH:
        raise Unfathomable(f"it has more than {MAX_LENGTH:,} characters")
    return _Scan(text, cwd, {name: Word(value) for name, value in known.items()}).commands("")


class _Scan:
    """A reading position in the text, and what the shell would know there."""

    def __init__(self, text: str, cwd: str | None, variables: dict[str, Word]) -> None:
        self.text, self.at, self.cwd = text, 0, cwd
        self.variables = variables
        self.depth = 0
        self.found: list[Simple] = []
        self.heredocs: list[tuple[int, str, bool, bool]] = []

    def commands(self, end: str) -> list[Simple]:
        """Read commands up to the closing sign, or to the end of the text."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unfathomable("it is nested too deeply")
        piped = False
        while self.at < len(self.text):
            if end and self.text.startswith(end, self.at):
                self.at += len(end)
                break
            piped = self._command(end, piped=piped)
        self.depth -= 1
        return self.found

    def _command(self, end: str, *, piped: bool) -> bool:
        """Read one simple command and its separator; whether the next one reads from a pipe."""
        words: list[Word] = []
        redirects: list[tuple[str, Word]] = []
        heredocs: list[tuple[str, bool, bool]] = []
        while self.at < len(self.text):
            self._blanks()
            if self.at >= len(self.text) or (end and self.text.startswith(end, self.at)):
                break
            if self.text[self.at] in "()":
                if self._parenthesis(words):
                    continue
                break
            if redirect := _REDIRECT.match(self.text, self.at):
                if not self.text.startswith(("<(", ">("), redirect.end() - 1):
                    self.at = redirect.end()
                    self._redirect(redirect[0].lstrip("0123456789"), redirects, heredocs, end)
                    continue
            elif _SEPARATOR.match(self.text, self.at):
                break
            words += self._word(end)
            if len(words) == 1 and words[0].text in KEYWORDS:
                words = []
        self._keep(words, redirects, piped=piped)
        self.heredocs += [(len(self.found) - 1, *each) for each in heredocs]
        return self._separator()

    def _keep(self, words: list[Word], redirects: list[tuple[str, Word]], *, piped: bool) -> None:
        """The command recorded, its assignments and its `cd` in effect from here on."""
        while words and (match := _ASSIGNMENT.match(words[0].text)):
            self._assign(match, words.pop(0))
        simple = Simple(tuple(words), tuple(redirects), "", piped, self.cwd)
        self.found.append(simple)
        if len(self.found) > MAX_COMMANDS:
            raise Unfathomable("it has too many commands")
        if simple.program in {"export", "declare", "local", "readonly", "typeset"}:
            for word in words[1:]:
                if match := _ASSIGNMENT.match(word.text):
                    self._assign(match, word)
        elif simple.program in {"for", "read", "mapfile", "readarray"}:
            for word in words[1:]:
                self.variables[word.text] = Word("", unseen=True)
        elif simple.program in {"cd", "pushd"}:
            self._change_folder(words[1:])

    def _assign(self, match: re.Match[str], word: Word) -> None:
        self.variables[match[1]] = Word(word.text[match.end() :], word.unseen)

    def _change_folder(self, words: list[Word]) -> None:
        wanted = [word for word in words if word.text[:1] != "-"] or [Word("", unseen=True)]
        known = self.cwd is not None and not wanted[0].unseen
        self.cwd = os.path.normpath(os.path.join(self.cwd or "", wanted[0].text)) if known else None  # noqa: PTH118 - pathlib costs a hook time

    def _parenthesis(self, words: list[Word]) -> bool:
        """A subshell, the end of a pattern or a function's head; whether the command goes on."""
        opens = self.text[self.at] == "("
        self.at += 1
        if not opens:
            words.clear()  # a pattern of `case`
        elif not words:
            self._apart(")")
        elif self.text.startswith(")", self.at):
            self.at += 1  # `name()`: what follows is judged where it stands
            words.insert(0, Word("function"))
        return not (opens and words)

    def _apart(self, end: str) -> None:
        """Commands of which `cd` and variables end with them."""
        cwd, variables = self.cwd, dict(self.variables)
        pending, self.heredocs = self.heredocs, []
        self.commands(end)
        self.heredocs = pending
        self.cwd, self.variables = cwd, variables

    def _redirect(
        self,
        operator: str,
        redirects: list[tuple[str, Word]],
        heredocs: list[tuple[str, bool, bool]],
        end: str,
    ) -> None:
        self._blanks()
        began = self.at
        words = self._word(end) or [Word("", unseen=True)]
        if operator in {"<<", "<<-"}:
            quoted = any(sign in self.text[began : self.at] for sign in "'\"\\")
            heredocs.append((words[0].text, operator == "<<-", quoted))
        else:
            redirects += [(operator, word) for word in words]

    def _blanks(self) -> None:
        while self.at < len(self.text):
            if self.text.startswith("\\\n", self.at):
                self.at += 2
            elif self.text[self.at] in " \t\r":
                self.at += 1
            elif self.text[self.at] == "#":
                stop = self.text.find("\n", self.at)
                self.at = len(self.text) if stop < 0 else stop
            else:
                return

    def _separator(self) -> bool:
        match = _SEPARATOR.match(self.text, self.at)
        if match is None:
            return False
        self.at = match.end()
        if match[0] == "\n":
            self._take_heredocs()
        return match[0] in {"|", "|&"}

    def _take_heredocs(self) -> None:
        heredocs, self.heredocs = self.heredocs, []
        for number, mark, tabs, quoted in heredocs:
            body: list[str] = []
            while self.at < len(self.text):
                stop = self.text.find("\n", self.at)
                stop = len(self.text) if stop < 0 else stop
                line = self.text[self.at : stop]
                self.at = stop + 1
                if (line.lstrip("\t") if tabs else line) == mark:
                    break
                body.append(line)
            given = "\n".join(body)
            self.found[number] = replace(self.found[number], given=given)
            if not quoted and ("$(" in given or "`" in given):
                self._within(given)

    def _within(self, text: str) -> None:
        """The commands that the shell runs to fill in a heredoc's text."""
        inner = _Scan(text, self.cwd, dict(self.variables))
        inner.depth, inner.found = self.depth, self.found
        while inner.at < len(text):
            if text[inner.at] in "$`":
                inner.dollar(Piece(), quoted=True)
            else:
                inner.at += 2 if text[inner.at] == "\\" else 1

    def _word(self, end: str) -> list[Word]:
        piece = Piece()
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign in " \t\r\n;&|)" or (end == "`" and sign == "`"):
                break
            if sign in "<>" and not self.text.startswith("(", self.at + 1):
                break
            if sign == "(" and self.text[self.at - 1] not in "=?*+@!":
                break  # the shell's own parenthesis, not an array's or a pattern's
            self._part(sign, piece)
        return piece.words() if piece.begun else []

    def _part(self, sign: str, piece: Piece) -> None:
        if plain := _PLAIN.match(self.text, self.at):
            piece.add(plain[0])
            piece.braces += plain[0] if ".." in plain[0] else ""
            self.at = plain.end()
        elif sign == "'":
            stop = self.text.find("'", self.at + 1)
            stop = len(self.text) if stop < 0 else stop
            piece.add(self.text[self.at + 1 : stop])
            self.at = stop + 1
        elif sign == '"':
            self._double(piece)
        elif sign == "\\":
            piece.add(self.text[self.at + 1 : self.at + 2].replace("\n", ""))
            self.at += 2
        elif sign in "<>(":
            self.at += 1 if sign == "(" else 2
            self._substitution(piece, ")")
        elif sign in "$`":
            self.dollar(piece, quoted=False)
        else:
            if sign == "~" and not piece.begun and "HOME" in self.variables:
                sign = self.variables["HOME"].text
            piece.add(sign)
            piece.braces += sign
            self.at += 1

    def _double(self, piece: Piece) -> None:
        self.at += 1
        piece.add("")
        while self.at < len(self.text) and self.text[self.at] != '"':
            if plain := _UNQUOTED.match(self.text, self.at):
                piece.add(plain[0])
                self.at = plain.end()
            elif self.text[self.at] == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                piece.add(following if following in '$`"\\\n' else "\\" + following)
                self.at += 2
            else:
                self.dollar(piece, quoted=True)
        self.at += 1

    def dollar(self, piece: Piece, *, quoted: bool) -> None:
        """What a dollar sign or a backtick begins, into the word that is being read."""
        following = self.text[self.at + 1 : self.at + 2]
        if self.text[self.at] == "`":
            self.at += 1
            self._substitution(piece, "`")
        elif self.text.startswith("((", self.at + 1) and "))" in self.text[self.at :]:
            self.at = self.text.index("))", self.at) + 2  # arithmetic
            piece.add("")
            piece.unseen = True
        elif following == "(":
            self.at += 2
            self._substitution(piece, ")")
        elif following == "{":
            self._braced(piece, quoted=quoted)
        elif following == "'" and not quoted:
            match = _ANSI.match(self.text, self.at + 2)
            piece.add(unescaped(match[1]) if match else "")
            self.at = match.end() if match else len(self.text)
        elif match := _NAME.match(self.text, self.at + 1):
            self._variable(piece, match[0], quoted=quoted)
            self.at = match.end()
        elif following and following in "@*#?$!0123456789-":
            piece.add("")
            piece.unseen = True
            self.at += 2
        else:
            piece.add("$")
            self.at += 1

    def _braced(self, piece: Piece, *, quoted: bool) -> None:
        """`${name}`; with an operator its words are kept, and what they run is looked at."""
        stop = self.text.find("}", self.at)
        stop = len(self.text) if stop < 0 else stop
        inside = self.text[self.at + 2 : stop]
        if _NAME.fullmatch(inside):
            self._variable(piece, inside, quoted=quoted)
        else:
            piece.add(inside)
            piece.unseen = True
            if "$(" in inside or "`" in inside:
                self._within(inside)
        self.at = stop + 1

    def _variable(self, piece: Piece, name: str, *, quoted: bool) -> None:
        value = self.variables.get(name, Word("", unseen=True))
        piece.add(value.text, bare=not quoted)
        piece.unseen = piece.unseen or value.unseen

    def _substitution(self, piece: Piece, end: str) -> None:
        self._apart(end)
        piece.add("")
        piece.unseen = True
