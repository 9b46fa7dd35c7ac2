"""HTML and SVG put together so that what is not markup is escaped: there is no other way in."""

from __future__ import annotations

from html import escape
from typing import TypeAlias

EMPTY = frozenset({"meta", "br", "line", "rect", "circle"})


class Markup(str):
    """Text that is HTML already; every other string is words, and is escaped."""

    __slots__ = ()


Child: TypeAlias = str | None


def element(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """The element with its children; None is left out, `for_`, `http_equiv` are the usual names."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in EMPTY and not children:
        return Markup(f"<{name}{given}/>")
    return Markup(f"<{name}{given}>{join(*children)}</{name}>")


def join(*children: Child, by: str = "") -> Markup:
    """The children one after the other, what is not markup escaped."""
    parts = [
        child if isinstance(child, Markup) else escape(child)
        for child in children
        if child is not None
    ]
    return Markup(escape(by).join(parts))


def _attribute(value: str | float) -> str:
    return escape(f"{value:g}" if isinstance(value, float) else str(value))
