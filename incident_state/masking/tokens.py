"""Tokens that tell by themselves what they are: by vendor, as the vendor's page describes them.

`tokens.tsv` has a row for each form: its kind, literals of which one is in every such token, its
pattern, and where the vendor describes it. Every pattern is bounded, and is tried only on a word
that has one of its literals.
"""

# ruff: noqa: PTH100, PTH118, PTH120, PTH123 - pathlib costs a hook time

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator

from incident_state.masking.spans import Span
from incident_state.patterns import pattern
from incident_state.records import record

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tokens.tsv")
_START = 3
# What stands in examples in the place of a token.
_SHAM = pattern(r"(?i)x{8}|[#*.]{8}|your[_-]|put_your|[_-]here$")
# Every token is such a word, and has a digit or begins as no word does; a text has few of them.
_LONG = pattern(r"(?<![\w+/=.~@:%-])[\w+/=.~@:%-]{20,}")
_DIGIT = pattern("[0-9]")
_BEGINNING = pattern(r"[A-Za-z]{2,12}[_.-]")


@record
class Form:
    """A row: the kind, the literals, the pattern."""

    kind: str
    literals: tuple[str, ...]
    pattern: re.Pattern[str]


@record
class Forms:
    """All rows, and which to try on a word.

    `by_start` has their numbers by the first three signs of a literal, so that a word is looked
    through once; `short` those with a shorter one; `beginnings` the literals that begin a token.
    """

    rows: tuple[Form, ...]
    by_start: dict[str, list[int]]
    short: tuple[tuple[str, int], ...]
    beginnings: frozenset[str]

    def of(self, word: str) -> list[int]:
        """The rows of which the word may hold a token."""
        if not _DIGIT.search(word) and self.beginnings.isdisjoint(_BEGINNING.findall(word)):
            return []
        found = {number for literal, number in self.short if literal in word}
        for at in range(len(word) - _START + 1):
            found.update(self.by_start.get(word[at : at + _START], ()))
        return sorted(found)


@functools.cache
def forms() -> Forms:
    """The rows of the file."""
    with open(FILE, encoding="utf-8") as file:
        cells = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    rows: list[Form] = []
    by_start: dict[str, list[int]] = {}
    short: list[tuple[str, int]] = []
    for number, (kind, literals, text, _) in enumerate(cells):
        bounded = text if text.startswith("(?<!") else rf"(?<![A-Za-z0-9_]){text}"
        rows.append(Form(kind, tuple(literals.split()), pattern(bounded)))
        for literal in literals.split():
            if len(literal) < _START:
                short.append((literal, number))
            else:
                by_start.setdefault(literal[:_START], []).append(number)
    beginnings = {each for row in rows for each in row.literals if each[-1] in "_.-"}
    return Forms(tuple(rows), by_start, tuple(short), frozenset(beginnings))


def found(text: str, _low: str) -> Iterator[Span]:
    """Where the text holds a token that is known by its form."""
    known = forms()
    for word in _LONG.finditer(text):
        for number in known.of(word.group()):
            row = known.rows[number]
            for match in row.pattern.finditer(text, *word.span()):
                group = 1 if match.re.groups else 0
                if not _SHAM.search(match[group]):
                    yield Span(match.start(group), match.end(group), row.kind)
