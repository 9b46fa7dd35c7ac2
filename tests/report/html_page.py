"""An HTML page as tests look at it: its elements, its text, its tables, what it would load."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

INLINE = {"a", "span", "small", "code", "em", "strong", "s"}


@dataclass
class Element:
    """An element: its name, its attributes, and what it holds, elements and text."""

    name: str
    attributes: dict[str, str]
    holds: list[Element | str] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[Element]:
        """Every element below it, of those names if any are given, in order."""
        for each in self.holds:
            if isinstance(each, Element):
                if not names or each.name in names:
                    yield each
                yield from each.all(*names)

    def one(self, anchor: str) -> Element:
        """The one element with that id."""
        (found,) = (each for each in self.all() if each.attributes.get("id") == anchor)
        return found

    @property
    def text(self) -> str:
        """All words below it, blanks made one; a block begins a word of its own."""
        words = (
            each if isinstance(each, str) else each.raw if each.name in INLINE else f" {each.text} "
            for each in self.holds
        )
        return " ".join("".join(words).split())

    @property
    def raw(self) -> str:
        """All text below it, as it is."""
        return "".join(each if isinstance(each, str) else each.raw for each in self.holds)

    def rows(self) -> list[list[str]]:
        """The words of each row's cells, of all tables below it."""
        return [[cell.text for cell in row.all("th", "td")] for row in self.all("tr")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].holds.append(made)
        self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].holds.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].holds.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def read(text: str) -> Element:
    """The page's elements; AssertionError where they are not closed in order."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].name}> is left open"
    return reader.open[0]
