"""A simple command of a shell and its words: their text, and what of it only the shell knows."""

from __future__ import annotations

import os
import re
import sys

from incident_state.patterns import pattern
from incident_state.records import record, replace

_BY_NAME = pattern(r"\\(?:u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|.)", re.DOTALL)


class Unfathomable(ValueError):  # noqa: N818 - a condition that gates answer, not a fault of theirs
    """The line is too long or too deeply nested to be looked through."""


@record
class Word:
    """One word: its text without quotes, and whether the shell makes more of it than is seen."""

    text: str
    unseen: bool = False


@record
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

    @property
    def plain(self) -> list[str]:
        """Those of them that are no options."""
        return [text for text in self.texts if not text.startswith("-")]

    def since(self, count: int) -> Simple:
        """The command that is left when that many words are taken away in front."""
        return replace(self, words=self.words[count:])


class Piece:
    """A word as it is being read."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.text: list[str] = []
        self.unseen = False
        self.bare = True  # nothing but an unquoted variable, which the shell splits into words
        self.begun = False
        self.braces = ""  # the signs of an expansion that stand unquoted

    def add(self, text: str, *, bare: bool = False) -> None:
        """Go on with that text."""
        self.text.append(text)
        self.begun = True
        self.bare = self.bare and bare

    def words(self) -> list[Word]:
        """What the shell makes of it: one word or several."""
        text = "".join(self.text)
        if self.bare and text.split() != [text]:
            parts = text.split() or ([""] if self.unseen else [])
            return [Word(part, self.unseen) for part in parts]
        expands = re.search(r"\{[^}]*(?:,|\.\.)", self.braces) is not None
        return [Word(text, self.unseen or expands)]


def unescaped(body: str) -> str:
    """The text that stands between the quotes of `$'…'`."""
    # \u names a letter; the other numbers are bytes, of which one letter may have several.
    named = _BY_NAME.sub(_letter, body).encode("utf-8", "surrogateescape")
    signs = named.decode("unicode_escape", "replace").encode("latin-1", "replace")
    return signs.decode("utf-8", "surrogateescape")


def _letter(match: re.Match[str]) -> str:
    given = match[1] or match[2]
    if given is None:
        return match[0]
    number = int(given, 16)
    if number < 0x80:  # noqa: PLR2004 - ASCII, of which a backslash must not begin another escape
        return f"\\x{number:02x}"
    is_letter = number <= sys.maxunicode and not 0xD800 <= number <= 0xDFFF  # noqa: PLR2004 - halves of a pair
    return chr(number) if is_letter else "\ufffd"
