"""Markdown that nobody vouches for, as HTML that does nothing but be read.

No HTML of the document's own, no image, no link but to the web or a mailbox.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from incident_state.report.markup import Markup, element

if TYPE_CHECKING:
    from markdown_it.token import Token

# Rendering takes seconds for the worst text of this length, and a document has a tenth of it.
MAX_CHARACTERS = 100_000
# A heading of a document stands below the page's own three levels.
TOP_LEVEL, LOWEST_LEVEL = 4, 6
MAX_CONTENTS = 30
REL = "noopener noreferrer nofollow"

_LINK = re.compile(r"(?:https?://[^\s/]|mailto:[^\s@]+@)\S*", re.IGNORECASE)
_SECTION_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
_HEADING = re.compile(r"h([1-6])")


@dataclass(frozen=True)
class Rendered:
    """A document's HTML, and its sections as anchor and heading, for a table of contents."""

    html: Markup
    contents: tuple[tuple[str, str], ...]


def rendered(text: str, prefix: str, title: str = "") -> Rendered:
    """The Markdown text as HTML, its anchors beginning with `prefix`.

    A first heading that only repeats the title is left out.
    """
    tokens = parsed(text)
    if title and [t.type for t in tokens[:1]] == ["heading_open"] and plain(tokens[1]) == title:
        del tokens[:3]
    contents: list[tuple[str, str]] = []
    for number, (opening, inline, closing) in enumerate(_headings(tokens), start=1):
        level = int(opening.tag[1])
        anchor = f"{prefix}-{number}"
        opening.attrSet("id", anchor)
        opening.tag = closing.tag = f"h{min(LOWEST_LEVEL, max(TOP_LEVEL, level + 2))}"
        words = plain(inline)
        if level == 2 and words and len(contents) < MAX_CONTENTS:  # noqa: PLR2004 - a section
            contents.append((anchor, words))
        if _SECTION_NAME.fullmatch(words):
            opening.attrSet("class", "section-name")
            for child in inline.children or ():
                child.content = child.content.replace("_", " ")
    for token in tokens:
        _inert(token)
    return Rendered(
        Markup(_markdown().renderer.render(tokens, _markdown().options, {})), tuple(contents)
    )


def parsed(text: str) -> list[Token]:
    """The tokens of the Markdown text."""
    return _markdown().parse(text)


def plain(inline: Token) -> str:
    """The words of an inline token, without markup, on one line."""
    return " ".join("".join(words_of(inline.children or ())).split())


def words_of(children: Sequence[Token]) -> Iterator[str]:
    """The words of those tokens in a line, without markup."""
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            yield " "
        elif child.type == "image":
            yield _image_as_text(child)
        else:
            yield child.content


def _headings(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token, Token]]:
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and _HEADING.fullmatch(token.tag):
            yield token, tokens[at + 1], tokens[at + 2]


def _inert(token: Token) -> None:
    """What markdown-it would write for the token, replaced where the page wants it otherwise."""
    # A cell's alignment becomes a class: the page's policy allows no style of an element's own.
    style = token.attrs.pop("style", None)
    if style is not None:
        token.attrSet("class", str(style).rpartition(":")[2].strip())
    if token.type == "link_open":
        # An empty address is the one that the parser does not ask about.
        address = str(token.attrGet("href") or "")
        token.attrs = {"href": address, "rel": REL} if may_be_linked(address) else {}
    elif token.type == "image":
        _as_html(token, element("span", _image_as_text(token), class_="image"))
    elif token.type in {"fence", "code_block"}:
        _as_html(token, element("pre", element("code", token.content)) + "\n")
    elif token.type == "table_open":
        _as_html(token, '<div class="scroll"><table>\n')
    elif token.type == "table_close":
        _as_html(token, "</table></div>\n")
    for child in token.children or ():
        _inert(child)


def _as_html(token: Token, html: str) -> None:
    token.type, token.content, token.children = "html_inline", html, None


def _image_as_text(token: Token) -> str:
    words = "".join(words_of(token.children or ()))
    return f"[image: {' '.join(part for part in (words, str(token.attrGet('src') or '')) if part)}]"


def may_be_linked(address: str) -> bool:
    """Whether the address is one of the web or of a mailbox."""
    return _LINK.fullmatch(address) is not None


class _Markdown(MarkdownIt):
    """CommonMark with tables and strikethrough, without HTML, and with few links."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name for it
        """Whether the parser makes a link of it; else its source stays text."""
        return may_be_linked(url)


@functools.cache
def _markdown() -> MarkdownIt:
    made = _Markdown("commonmark", {"html": False, "linkify": False, "typographer": False})
    return made.enable(["table", "strikethrough"])
