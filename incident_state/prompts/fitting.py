"""As much of a question's summary as a terminal has room for above what is asked."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from incident_state.documents import headlines
from incident_state.prompts.summaries import ITEM, Shown

# The lines of the terminal that a question may have, of that many columns; the dialog has a frame.
ROWS, COLUMNS = 15, 76


def fitted(lines: list[Shown], asked: str) -> list[Shown]:
    """The lines as far as they have room above what is asked: rows left out, or shortened.

    Those that matter least give way first, the last of them before the others.
    """
    kept = list(lines)
    for at in reversed(range(len(kept))):
        if kept[at].matters < 0 and _rows(kept, asked) > ROWS:
            del kept[at]
    for shorter, least in ((_fewer_rows, 0), (_in_one, 0), (_in_one, 1), (_fewer_rows, 1)):
        for at in reversed(range(len(kept))):
            while kept[at].matters == least and _rows(kept, asked) > ROWS:
                less = shorter(kept[at])
                if less == kept[at]:
                    break
                kept[at] = less
    return kept


def _rows(lines: list[Shown], asked: str) -> int:
    return sum(len(wrapped(each.line)) for each in lines) + len(wrapped(asked))


def _fewer_rows(shown: Shown) -> Shown:
    first, *rest = shown.text.split("\n")
    return replace(shown, text="\n".join([first, *rest[:-1]]))


def _in_one(shown: Shown) -> Shown:
    """What each of its rows says in a row of the terminal."""
    rows = []
    for at, row in enumerate(shown.text.split("\n")):
        before = f"{shown.label}: " if at == 0 else ""
        limit = min(len(row), 2 * COLUMNS)
        while limit > ITEM // 2 and len(wrapped(before + _cut(row, limit))) > 1:
            limit -= 3
        rows.append(_cut(row, limit))
    return replace(shown, text="\n".join(rows))


def _cut(row: str, limit: int) -> str:
    return row if limit >= len(row) else headlines.shortened(row, limit)


def wrapped(text: str) -> list[str]:
    """The rows that a text takes in a terminal of that many columns; broad signs take two."""
    rows = []
    for line in text.split("\n"):
        row, room = "", COLUMNS
        for word in line.split(" "):
            rest, wide = word, _width(word)
            if row and wide + 1 > room:
                rows.append(row)
                row, room = "", COLUMNS
            while wide > room:
                cut = next(n for n in range(room, 0, -1) if _width(rest[:n]) <= room)
                rows.append(rest[:cut])
                wide -= _width(rest[:cut])
                rest = rest[cut:]
            room -= wide + 1 if row else wide
            row = f"{row} {rest}" if row else rest
        rows.append(row)
    return rows


def _width(word: str) -> int:
    if word.isascii():
        return len(word)
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in word)
