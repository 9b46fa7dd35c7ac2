"""Where a word stands, found without a step for each sign of the text."""

from __future__ import annotations

from collections.abc import Iterator


def everywhere(text: str, word: str) -> Iterator[int]:
    """Where that word begins in the text, each time it does."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def occurrences(low: str, word: str) -> Iterator[int]:
    """Where that word begins in a text in lower case, and no other goes on into it."""
    for at in everywhere(low, word):
        before = low[at - 1] if at else " "
        if not before.isalnum() and before not in "_-.":
            yield at
