"""A simple command of a shell and its words: their text, what they match, what is unseen."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

_C_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|.)")
# A character of a pattern that stands for itself; a pattern as brace expansion sees it.
_QUOTED = re.compile(r"\[(.)\]", re.DOTALL)
_BRACE_TOKENS = re.compile(r"[{},]|(?:\[.\]|[^{},])+", re.DOTALL)
_MOST_WORDS = 64
_C_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f"}


@dataclass(frozen=True)
class Word:
    """One word: its text without quotes, the same as a glob pattern, and what is unseen of it."""

    text: str
    pattern: str = ""
    unseen: bool = False

    @property
    def globs(self) -> bool:
        """Whether the shell replaces the word by the names that match it."""
        return any(sign in self.pattern for sign in "*?[") and self.pattern != quoted(self.text)


@dataclass(frozen=True)
class Simple:
    """One simple command: words, redirections as operator and target, heredocs' text, folder."""

    words: tuple[Word, ...] = ()
    redirects: tuple[tuple[str, Word], ...] = ()
    given: str = ""
    piped: bool = False
    cwd: str | None = None

    @property
    def program(self) -> str:
        """The base name of the program."""
        return os.path.basename(self.words[0].text) if self.words else ""  # noqa: PTH119 - costs a hook time

    @property
    def texts(self) -> list[str]:
        """The texts of the words after the program."""
        return [word.text for word in self.words[1:]]

    def without(self, count: int) -> Simple:
        """The command that is left when that many words are taken away in front."""
        return replace(self, words=self.words[count:])


def quoted(text: str) -> str:
    """The glob pattern that matches just the text, with no brace or comma that would expand."""
    return re.sub(r"([*?[\]{},])", r"[\1]", text)


@dataclass
class Piece:
    """A word as it is being read."""

    text: list[str] = field(default_factory=list)
    pattern: list[str] = field(default_factory=list)
    unseen: bool = False
    bare: bool = True  # nothing but an unquoted variable, which the shell splits into words
    begun: bool = False

    def add(self, text: str, pattern: str | None = None, *, bare: bool = False) -> None:
        """Go on with that text, and the pattern that it is, if it is not quoted."""
        self.text.append(text)
        self.pattern.append(quoted(text) if pattern is None else pattern)
        self.begun = True
        self.bare = self.bare and bare

    def words(self) -> list[Word]:
        """What the shell makes of it: one word or several."""
        text, pattern = "".join(self.text), "".join(self.pattern)
        if self.bare and text.split() != [text]:
            return [Word(part, part, self.unseen) for part in text.split()]
        braced = _braces(pattern)
        if braced == [pattern]:
            return [Word(text, pattern, self.unseen)]
        return [Word(_QUOTED.sub(r"\1", each), each, self.unseen) for each in braced]


def _braces(pattern: str) -> list[str]:
    """What the shell makes of `{a,b}`; the pattern itself where it is none or makes too many."""
    bare = _QUOTED.sub("", pattern)
    if "{" not in bare or "," not in bare or bare.count("{") > _MOST_WORDS:
        return [pattern]
    # What was read in each brace that is still open, the whole word in the first: the
    # alternatives before the last comma, each as the texts that it makes, and the last one's.
    stack: list[tuple[list[list[str]], list[str]]] = [([], [""])]
    for sign in _BRACE_TOKENS.findall(pattern):
        before, last = stack[-1]
        if sign == "{":
            stack.append(([], [""]))
        elif sign == "," and len(stack) > 1:
            stack[-1] = ([*before, last], [""])
        elif sign == "}" and len(stack) > 1:
            stack.pop()
            made = [text for each in (*before, last) for text in each]
            stack[-1] = _followed(stack[-1], made if before else [f"{{{text}}}" for text in made])
        else:
            stack[-1] = (before, [text + sign for text in last])
        if len(stack[-1][0]) > _MOST_WORDS or len(stack[-1][1]) > _MOST_WORDS:
            return [pattern]
    while len(stack) > 1:  # a brace that nothing closes is one
        before, last = stack.pop()
        made = ["{"]
        for number, each in enumerate((*before, last)):
            made = [text + "," * (number > 0) + more for text in made for more in each]
            if len(made) > _MOST_WORDS:
                return [pattern]
        stack[-1] = _followed(stack[-1], made)
    return stack[0][1] if len(stack[0][1]) <= _MOST_WORDS else [pattern]


def _followed(
    frame: tuple[list[list[str]], list[str]], made: list[str]
) -> tuple[list[list[str]], list[str]]:
    before, last = frame
    return before, [text + more for text in last[: _MOST_WORDS + 1] for more in made]


def unescaped(body: str) -> str:
    """The text that stands between the quotes of `$'…'`."""
    return _C_ESCAPE.sub(_unescaped, body)


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "xuU" and len(code) > 1:
        return chr(min(int(code[1:], 16), 0x10FFFF))
    if code[0] in "01234567":
        return chr(int(code, 8) & 0xFF)
    return _C_LETTERS.get(code, code)


def expanded(word: Word) -> Iterator[str]:
    """The texts that stand in a word: itself, and what stands after `=`, `:` or `,` in it."""
    yield word.text
    for sign in "=:,":
        if sign in word.text:
            yield from word.text.split(sign)
