"""Markdown that nobody vouches for, as HTML that does nothing but be read.

No HTML of the document's own, no image, no link but to the web or a mailbox.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from incident_state.documents import markdown
from incident_state.report.markup import Markup, element

# Rendering takes seconds for the worst text of this length, and a document has a tenth of it.
MAX_CHARACTERS = 100_000
# A heading of a document stands below the page's own three levels.
TOP_LEVEL, LOWEST_LEVEL = 4, 6
MAX_CONTENTS = 30
BOX = re.compile(r"\[([ xX])\](?=\s)")  # a task's, at the beginning of a list's item
OWN = "own"  # the type of a token that is this module's HTML, not the document's
REL = "noopener noreferrer nofollow"

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BEHIND = ".,;:!?*_"  # signs that end a sentence, not an address
_BARE = re.compile(r"https?://[^\s<>\"'`|]+", re.IGNORECASE)
# Blocks of which each is read in the direction of its own words.
_BLOCKS = frozenset(["paragraph_open", "heading_open", "list_item_open", "td_open", "th_open"])
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
    for before, token in zip([None, None, *tokens], tokens, strict=False):
        if before is not None and before.type == "list_item_open" and token.type == "inline":
            _boxed(token)
        _inert(token)
    return Rendered(
        Markup(_markdown().renderer.render(tokens, _markdown().options, {})), tuple(contents)
    )


def parsed(text: str) -> list[Token]:
    """The tokens of the Markdown text, in which HTML is `html_inline` and never a block."""
    return _markdown().parse(markdown.without_comments(text))


def plain(inline: Token) -> str:
    """The words of an inline token, without markup, on one line."""
    return " ".join("".join(words_of(inline.children or ())).split())


def words_of(children: Sequence[Token]) -> Iterator[str]:
    """The words of those tokens in a line, without markup."""
    for child in children:
        if child.type in {"softbreak", "hardbreak"} or _is_break(child):
            yield " "
        elif _is_comment(child):
            yield ""
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
    if token.type in _BLOCKS:
        token.attrSet("dir", "auto")
    if token.type == "inline":
        token.children = list(_mended(token.children or ()))
    for child in token.children or ():
        _inert(child)


def _mended(children: Sequence[Token]) -> Iterator[Token]:
    """The tokens of a line: its breaks are breaks, its other HTML words, its addresses links."""
    depth = 0
    for child in children:
        depth += child.nesting if child.type.startswith("link_") else 0
        if child.type == "html_inline":
            if _is_comment(child):
                continue
            child.type = "hardbreak" if _is_break(child) else "text"
            child.content = "" if child.type == "hardbreak" else child.content
        if child.type == "text" and not depth:
            yield from _linked(child.content)
        else:
            yield child


def _linked(text: str) -> Iterator[Token]:
    at = 0
    for match in _BARE.finditer(text):
        address = match[0].rstrip(_BEHIND)
        closed = address.count(")") - address.count("(")
        while closed > 0 and address.endswith(")"):
            closed -= 1
            address = address[:-1]
        address = address.rstrip(_BEHIND)
        if may_be_linked(address):
            yield _text(text[at : match.start()])
            yield Token("link_open", "a", 1, attrs={"href": address})
            yield _text(address)
            yield Token("link_close", "a", -1)
            at = match.start() + len(address)
    yield _text(text[at:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _boxed(inline: Token) -> None:
    """A task's box as a box, where an item of a list begins with one."""
    first = next(iter(inline.children or ()), None)
    box = BOX.match(first.content) if first is not None and first.type == "text" else None
    if first is None or box is None:
        return
    first.content = first.content[box.end() :]
    sign, said = (
        ("\N{BALLOT BOX}", "open") if box[1] == " " else ("\N{BALLOT BOX WITH CHECK}", "done")
    )
    box_of = element("span", sign, class_="box", role="img", aria_label=said)
    inline.children = [Token(OWN, "", 0, content=box_of), *(inline.children or ())]


def _is_break(token: Token) -> bool:
    return token.type == "html_inline" and _BREAK.fullmatch(token.content) is not None


def _is_comment(token: Token) -> bool:
    return token.type == "html_inline" and token.content.startswith("<!--")


def _as_html(token: Token, html: str) -> None:
    token.type, token.content, token.children = OWN, html, None


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
    made = _Markdown("commonmark", {"html": True, "linkify": False, "typographer": False})
    made.add_render_rule(OWN, lambda _self, tokens, at, _options, _env: tokens[at].content)
    return made.enable(["table", "strikethrough"]).disable("html_block")
