"""The Markdown of documents, as far as their structure goes: headings, sections, code fences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")
# A line of running text: no list item, quotation, table row, comment or indented code.
_PARAGRAPH = re.compile(r" {0,3}(?![-*+>|<]|\d+[.)] )\S")


@dataclass(frozen=True)
class Section:
    """A level-2 heading and the text below it, without blank lines around."""

    name: str
    text: str


def sections(text: str) -> list[Section]:
    """The text's level-2 sections in order; headings inside code fences do not count."""
    found: list[Section] = []
    name: str | None = None
    body: list[str] = []
    for line, heading in _lines(text):
        if heading and heading[0] == 2:  # noqa: PLR2004 - a section is a level-2 heading
            if name is not None:
                found.append(Section(name, "\n".join(body).strip()))
            name, body = heading[1], []
        else:
            body.append(line)
    if name is not None:
        found.append(Section(name, "\n".join(body).strip()))
    return found


def without_comments(text: str) -> str:
    """The text without its comments that begin a line, which may go over several paragraphs.

    One that is never closed is no comment.
    """
    kept: list[str] = []
    comment: list[str] = []
    for line, fence in _fences(text):
        if comment or (not fence and line.lstrip(" ").startswith("<!--")):
            comment.append(line)
            if "-->" in line:
                kept.append(line.partition("-->")[2])
                comment = []
        else:
            kept.append(line)
    return "\n".join([*kept, *comment])


def section(text: str, name: str) -> str:
    """The text of the section of that name; empty if there is none."""
    return next((s.text for s in sections(text) if s.name == name), "")


def beginning(text: str, limit: int) -> str:
    """The text, or as many of its first lines as have at most so many characters together."""
    shown = text[:limit]
    return text if len(text) <= limit else shown.rpartition("\n")[0] or shown


def deeper(text: str, levels: int) -> str:
    """The text with its headings that many levels deeper, and no code fence left open."""
    lines = [
        f"{'#' * min(heading[0] + levels, 6)} {heading[1]}" if heading else line
        for line, heading in _lines(text)
    ]
    return "\n".join([*lines, fence_at_end(text)]).strip()


def _lines(text: str) -> Iterator[tuple[str, tuple[int, str] | None]]:
    """Each line, with its heading's level and text where it is a heading (CommonMark).

    A heading that is underlined is one line: the underline is not given.
    """
    fenced = list(_fences(text))
    before, underline = "", False
    for number, (line, after) in enumerate(fenced):
        inside, before = bool(before or after), after
        if underline:
            underline = False
            continue
        level = 0 if inside else _underlined(line, fenced[number + 1 : number + 2])
        underline = level > 0
        if inside:
            yield line, None
        else:
            yield line, (level, line.strip()) if underline else heading_of(line)


def _underlined(line: str, following: list[tuple[str, str]]) -> int:
    """The level of the heading that the next line makes of this one; 0 if it makes none."""
    if not _PARAGRAPH.match(line) or not following or heading_of(line):
        return 0
    mark = following[0][0].strip()
    if not mark or following[0][0].startswith("    "):
        return 0
    return 1 if set(mark) == {"="} else 2 if set(mark) == {"-"} else 0


def fence_at_end(text: str) -> str:
    """The mark of the code fence that the text leaves open; empty if it leaves none."""
    return [fence for _, fence in _fences(text)][-1]


def _fences(text: str) -> Iterator[tuple[str, str]]:
    """Each line, with the mark of the code fence that is open after it; empty if none is."""
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.fullmatch(line)
        if mark and not fence:
            fence = mark["mark"]
        elif mark and mark["mark"].startswith(fence) and not mark["info"].strip():
            fence = ""
        yield line, fence


def heading_of(line: str) -> tuple[int, str] | None:
    """The level and text of an ATX heading; by hand, because a pattern backtracks on long lines."""
    indented = len(line) - len(line.lstrip(" "))
    hashes = line.lstrip(" ")
    text = hashes.lstrip("#")
    level = len(hashes) - len(text)
    if indented > 3 or not 1 <= level <= 6 or (text and text[0] not in " \t"):  # noqa: PLR2004 - CommonMark
        return None
    text = text.strip()
    bare = text.rstrip("#")
    return level, bare.rstrip() if not bare or bare[-1] in " \t" else text
