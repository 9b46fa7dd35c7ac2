"""How much of a document changed, told from marks of the lines that it had, not from its text."""

from __future__ import annotations

import zlib

_DIGITS = 4


def marks(text: str) -> str:
    """A mark of each line, four hex digits a line: enough to count, too little to tell a secret."""
    lines = text.splitlines()
    return "".join(f"{zlib.crc32(line.encode()) & 0xFFFF:0{_DIGITS}x}" for line in lines)


def changed(before: str, text: str) -> str:
    """What a diff from the marked text to this one counts: `2 lines added, 1 removed`."""
    import difflib

    if not before:
        return "by how much is not known"
    old, new = _split(before), _split(marks(text))
    added = removed = 0
    for kind, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(
        None, old, new
    ).get_opcodes():
        if kind != "equal":
            added, removed = added + new_to - new_from, removed + old_to - old_from
    if not added and not removed:
        return "line ends or blanks alone"
    return f"{added} line{'s' * (added != 1)} added, {removed} removed"


def rewritten(before: str, text: str) -> str:
    """What a document written anew changes in the marked one, its first line aside; "" for none.

    The first line names the attempt, which is always another one.
    """
    if not before:
        return ""
    old, new = before[_DIGITS:], text.partition("\n")[2]
    return "no line changed" if old == marks(new) else changed(old, new)


def _split(found: str) -> list[str]:
    return [found[at : at + _DIGITS] for at in range(0, len(found), _DIGITS)]
