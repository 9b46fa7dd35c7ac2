"""A shell's command line taken apart without running it, as far as it can be seen.

Standard library only; `shlex` knows neither substitutions nor heredocs. What only the running shell
knows (an unset variable, a command's output) is marked as unseen, never guessed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace

from incident_state.hooks.shell.words import Piece, Simple, Word, quoted, unescaped

MAX_LENGTH = 200_000
MAX_DEPTH = 12
KEYWORDS = frozenset("if then elif else fi do done while until case esac { } ! time in".split())

_NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=")
_REDIRECT = re.compile(r"\d*(?:&>>|&>|>>|>\||>&|>|<<<|<<-|<<|<>|<&|<)")
_SEPARATOR = re.compile(r"&&|\|\||\|&|;;&|;;|;&|[;&|\n]")


class Unfathomable(ValueError):  # noqa: N818 - a condition that gates answer, not a fault of theirs
    """The line is too long or too deeply nested to be looked through."""


def take_apart(text: str, cwd: str | None, known: Mapping[str, str]) -> list[Simple]:
    """Every simple command of the text, those in substitutions among them, in order.

    `cwd` is the folder that it runs in, `known` are variables. Unfathomable if it is too much.
    """
    if len(text) > MAX_LENGTH:
        raise Unfathomable(f"it has more than {MAX_LENGTH:,} characters")
    variables = {name: Word(value, quoted(value)) for name, value in known.items()}
    scan = _Scan(text, cwd, variables)
    return scan.commands("")


class _Scan:
    """A reading position in the text, and what the shell would know there."""

    def __init__(
        self, text: str, cwd: str | None, variables: dict[str, Word], depth: int = 0
    ) -> None:
        if depth > MAX_DEPTH:
            raise Unfathomable("it is nested too deeply")
        self.text = text
        self.at = 0
        self.cwd = cwd
        self.variables = variables
        self.depth = depth
        self.found: list[Simple] = []
        self.heredocs: list[tuple[int, str, bool]] = []

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
        heredocs: list[tuple[str, bool]] = []
        while self.at < len(self.text):
            self._blanks()
            if self.at >= len(self.text) or (end and self.text.startswith(end, self.at)):
                break
            if self.text[self.at] in "()":
                self._parenthesis(words)
                if not words:
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
        number = self._keep(words, redirects, piped=piped)
        self.heredocs += [(number, mark, tabs) for mark, tabs in heredocs]
        return self._separator()

    def _keep(self, words: list[Word], redirects: list[tuple[str, Word]], *, piped: bool) -> int:
        """The command recorded, its assignments and its `cd` in effect from here on."""
        while words and (match := _ASSIGNMENT.match(words[0].text)):
            self._assign(match, words.pop(0))
        simple = Simple(tuple(words), tuple(redirects), "", piped, self.cwd)
        self.found.append(simple)
        if simple.program in {"export", "declare", "local", "readonly", "typeset"}:
            for word in words[1:]:
                if match := _ASSIGNMENT.match(word.text):
                    self._assign(match, word)
        elif simple.program == "for" and len(words) > 1:
            texts = [word.text for word in words[3:]]
            unseen = not texts or any(word.unseen or word.globs for word in words[3:])
            patterns = " ".join(word.pattern for word in words[3:])
            self.variables[words[1].text] = Word(" ".join(texts), patterns, unseen)
        elif simple.program in {"read", "mapfile", "readarray"}:
            for word in words[1:]:
                self.variables[word.text] = Word("", "", unseen=True)
        elif simple.program in {"cd", "pushd"}:
            self._change_folder(words[1:])
        return len(self.found) - 1

    def _assign(self, match: re.Match[str], word: Word) -> None:
        value = word.text[match.end() :]
        self.variables[match[1]] = Word(value, quoted(value), word.unseen)

    def _change_folder(self, words: list[Word]) -> None:
        wanted = [word for word in words if not word.text.startswith("-") or word.text == "-"]
        target = wanted[0] if wanted else self.variables.get("HOME", Word("", "", unseen=True))
        if target.unseen or target.text == "-" or self.cwd is None:
            self.cwd = None
        else:
            self.cwd = os.path.normpath(os.path.join(self.cwd, target.text))  # noqa: PTH118

    def _parenthesis(self, words: list[Word]) -> None:
        opens = self.text[self.at] == "("
        self.at += 1
        if opens and not words:
            # A subshell: its `cd` and its variables end with it.
            cwd, variables = self.cwd, dict(self.variables)
            self.commands(")")
            self.cwd, self.variables = cwd, variables

    def _redirect(
        self,
        operator: str,
        redirects: list[tuple[str, Word]],
        heredocs: list[tuple[str, bool]],
        end: str,
    ) -> None:
        self._blanks()
        words = self._word(end) or [Word("")]
        if operator in {"<<", "<<-"}:
            heredocs.append((words[0].text, operator == "<<-"))
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
        for number, mark, tabs in self.heredocs:
            body: list[str] = []
            while self.at < len(self.text):
                stop = self.text.find("\n", self.at)
                stop = len(self.text) if stop < 0 else stop
                line = self.text[self.at : stop]
                self.at = stop + 1
                if (line.lstrip("\t") if tabs else line) == mark:
                    break
                body.append(line)
            self.found[number] = replace(self.found[number], given="\n".join(body))
        self.heredocs = []

    # -- words --------------------------------------------------------------------------------

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
        if sign == "'":
            self._single(piece)
        elif sign == '"':
            self._double(piece)
        elif sign == "\\":
            piece.add(self.text[self.at + 1 : self.at + 2])
            self.at += 2
        elif sign in "<>(":
            self.at += 1 if sign == "(" else 2
            self._substitution(piece, ")")
        elif sign in "$`":
            self._dollar(piece, quoted=False)
        else:
            if sign == "~" and not piece.begun and "HOME" in self.variables:
                sign = self.variables["HOME"].text
            piece.add(sign, sign)
            self.at += 1

    def _single(self, piece: Piece) -> None:
        stop = self.text.find("'", self.at + 1)
        stop = len(self.text) if stop < 0 else stop
        piece.add(self.text[self.at + 1 : stop])
        self.at = stop + 1

    def _double(self, piece: Piece) -> None:
        self.at += 1
        piece.add("")
        while self.at < len(self.text) and self.text[self.at] != '"':
            sign = self.text[self.at]
            if sign == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                piece.add(following if following in '$`"\\\n' else "\\" + following)
                self.at += 2
            elif sign in "$`":
                self._dollar(piece, quoted=True)
            else:
                piece.add(sign)
                self.at += 1
        self.at += 1

    def _dollar(self, piece: Piece, *, quoted: bool) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if self.text[self.at] == "`":
            self.at += 1
            self._substitution(piece, "`")
        elif following == "(":
            self.at += 2
            self._substitution(piece, ")")
        elif following == "{":
            stop = self.text.find("}", self.at)
            stop = len(self.text) if stop < 0 else stop
            self._variable(piece, self.text[self.at + 2 : stop], quoted=quoted)
            self.at = stop + 1
        elif following == "'" and not quoted:
            self._ansi(piece)
        elif match := _NAME.match(self.text, self.at + 1):
            self._variable(piece, match[0], quoted=quoted)
            self.at = match.end()
        elif following and following in "@*#?$!0123456789-":
            piece.add("", "")
            piece.unseen = True
            self.at += 2
        else:
            piece.add("$")
            self.at += 1

    def _ansi(self, piece: Piece) -> None:
        match = re.compile(r"((?:[^'\\]|\\.)*)'?", re.DOTALL).match(self.text, self.at + 2)
        body = match[1] if match else ""
        piece.add(unescaped(body))
        self.at = match.end() if match else len(self.text)

    def _variable(self, piece: Piece, inside: str, *, quoted: bool) -> None:
        value = self.variables.get(inside)
        if value is None:
            # An operator's words (${x:-words}) are kept, so that what they name is seen.
            name = _NAME.match(inside)
            known = self.variables.get(name[0]) if name else None
            piece.add((known.text if known else "") + inside[name.end() if name else 0 :])
            piece.unseen = True
            return
        piece.add(value.text, None if quoted else value.pattern, bare=not quoted)
        piece.unseen = piece.unseen or value.unseen

    def _substitution(self, piece: Piece, end: str) -> None:
        cwd, variables = self.cwd, dict(self.variables)
        pending, self.heredocs = self.heredocs, []
        self.commands(end)
        self.heredocs = pending
        self.cwd, self.variables = cwd, variables
        piece.add("", "")
        piece.unseen = True
