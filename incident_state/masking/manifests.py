"""The entries of a Kubernetes Secret, and the cells of a table below a heading such as `token`."""

from __future__ import annotations

from collections.abc import Iterator

from incident_state.masking import values
from incident_state.masking.spans import Span
from incident_state.patterns import pattern

_KIND = pattern(r"kind[\"']?:[ \t]{0,4}[\"']?Secret\b(?!\w)")
_PARTS = pattern(r"(?m)^(?:---|```|~~~)[^\n]{0,200}")
_DATA = pattern(r"(?m)^(?P<indent>[ \t]{0,40})(?:string)?[dD]ata:[ \t]{0,8}$")
_ENTRY = pattern(
    r"[ \t]{1,60}[\w.\"'-]{1,128}:[ \t]{0,8}(?:[|>][+-]?[ \t]{0,8})?"
    r"(?P<value>[^\s#|>][^\r\n]{0,65536})?$"
)
_JSON_DATA = pattern(r"\"(?:stringD|d)ata\"[ \t]{0,4}:[ \t]{0,4}\{(?P<body>[^{}]{1,65536})\}")
_JSON_ENTRY = pattern(r"\"[\w.-]{1,128}\"[ \t]{0,4}:[ \t]{0,4}\"(?P<value>[^\"]{1,65536})\"")
_HEADING = pattern(
    r"(?i)[\s*_`]{0,40}(?:\w[\w ]{0,20}[ _-])?"
    r"(?:password|passwd|pwd|secret|token|api[ _-]?key|passphrase|credentials?)[\s*_`]{0,40}"
)
_WORDS = ("pass", "pwd", "secret", "token", "key", "cred")
_RULE = pattern(r"[\s|:-]{1,2000}")
_SHORTEST = 4


def found(text: str, low: str) -> Iterator[Span]:
    """Each value of a Secret's `data`, which is base64 and so looks like nothing."""
    if "secret" not in low or "data" not in low or not _KIND.search(text):
        return
    for match in _JSON_DATA.finditer(text):
        for entry in _JSON_ENTRY.finditer(text, *match.span("body")):
            yield Span(*entry.span("value"))
    begin = 0
    for end, after in (*(part.span() for part in _PARTS.finditer(text)), (len(text), len(text))):
        if _KIND.search(text, begin, end):
            for match in _DATA.finditer(text, begin, end):
                yield from _entries(text, match.end() + 1, end, len(match["indent"]))
        begin = after


def _entries(text: str, at: int, end: int, above: int) -> Iterator[Span]:
    """The values of the lines that are indented by more than `above`."""
    within = 0  # the indent of a key whose value stands on the lines below it
    while at < end:
        stop = text.find("\n", at)
        stop = end if stop < 0 else min(stop, end)
        line = text[at:stop]
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent <= above:
            return
        if within and indent > within:
            yield Span(at + indent, at + len(line.rstrip()))
        elif entry := _ENTRY.match(line):
            within = 0 if entry["value"] else indent
            if entry["value"] and not values.is_harmless(entry["value"]):
                yield Span(at + entry.start("value"), at + entry.end("value"))
        at = stop + 1


def tables(text: str, low: str) -> Iterator[Span]:
    """The cells below such a heading."""
    if "|" not in text or not any(word in low for word in _WORDS):
        return
    columns: list[int] = []
    at, before = 0, ""
    for line in text.splitlines(keepends=True):
        if line.count("|") < 2:  # noqa: PLR2004 - the bars of one cell
            columns = []
        elif "-" in line and _RULE.fullmatch(line):
            columns = [n for n, cell in enumerate(before.split("|")) if _HEADING.fullmatch(cell)]
        elif columns:
            yield from _cells(line, at, columns)
        at, before = at + len(line), line


def _cells(line: str, at: int, columns: list[int]) -> Iterator[Span]:
    for number, cell in enumerate(line.split("|")):
        value = cell.strip(" \t\r\n*_`")
        if number in columns and len(value) >= _SHORTEST and " " not in value:
            begin = at + cell.index(value)
            if not values.is_harmless(value):
                yield Span(begin, begin + len(value))
        at += len(cell) + 1
