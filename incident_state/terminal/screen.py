"""Where words are put for people: colour and width from the terminal, plain lines into a pipe."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from incident_state.documents import signs
from incident_state.patterns import pattern

# Into a pipe nothing is wrapped: what reads it goes by lines.
_PIPE = 10_000
NARROW = 60  # columns, below which what stands side by side is put one below the other
_MARK = pattern(r"\s*(?:[-*+]|\d+[.)])\s+")


class Inert(Console):
    """A console that shows nothing hidden, whoever wrote the words."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The segments of what is shown, their own words inert."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else signs.inert(text), style, control)


def console() -> Console:
    """The console on standard output."""
    return Inert(file=sys.stdout, highlight=False, markup=False, emoji=False)


def narrower_than(columns: int) -> bool:
    """Whether it is a terminal of fewer columns than that."""
    screen = console()
    return screen.is_terminal and screen.width < columns


def show(*parts: RenderableType) -> None:
    """Put the parts out, one below the other."""
    screen = console()
    if screen.is_terminal:
        for part in parts:
            screen.print(part, soft_wrap=isinstance(part, Command))
        return
    buffer = io.StringIO()
    plain = Console(
        file=buffer, width=_PIPE, color_system=None, highlight=False, markup=False, emoji=False
    )
    for part in parts:
        if isinstance(part, (str, Text)):  # rich would measure each word of a thousand lines
            buffer.write(f"{Text(part).plain if isinstance(part, str) else part.plain}\n")
        else:
            plain.print(part)
    for line in signs.inert(buffer.getvalue()).splitlines():
        sys.stdout.write(f"{line.rstrip()}\n")


class Command(Text):
    """A command line: it must be copied whole, so the terminal wraps it, not we."""


def heading(words: str) -> Text:
    """The heading of a section."""
    return Text(words, style="bold")


def indented(words: str | Text, by: int = 2) -> Padding:
    """A paragraph below a heading, wrapped at words."""
    return Padding(Text(words) if isinstance(words, str) else words, (0, 0, 0, by))


def item(words: str, by: int = 2) -> RenderableType:
    """An item of a list below a heading, wrapped under its own words."""
    mark = _MARK.match(words)
    if mark is None:
        return indented(words, by)
    row = Table.grid()
    row.add_column(width=len(mark[0]), no_wrap=True)
    row.add_column()
    row.add_row(Text(mark[0]), Text(words[mark.end() :]))
    return Padding(row, (0, 0, 0, by))


def command(line: str, by: int = 2) -> Command:
    """A command line below a heading."""
    return Command(" " * by + line, style="cyan")
