"""Fields of an action item as people write them: labels, and `owner: x` in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from incident_state.report.rendering import may_be_linked, words_of

if TYPE_CHECKING:
    from markdown_it.token import Token

LABELS = {
    "owner": r"owners?|owned by|assignees?|assigned to|who|responsible|dri|accountable|lead",
    "deadline": (
        r"deadline|due(?: date| by| on)?|by when|when|target(?: date)?|until|eta"
        r"|(?:expected|completion|planned)(?: (?:date|by|completion))?"
    ),
    "status": r"status|state|progress|done\??|completed\??",
    "ticket": r"tickets?|issues?|jira|bugs?|tracking|tracked in|links?|references?|pr",
    "priority": r"priority|prio|severity|urgency",
    "done_when": r"done when|acceptance(?: criteri(?:on|a))?|verified by|success criteri(?:on|a)",
    "kind": r"kind|category|type|theme",
}
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^][]*\]")
# Where a field can begin: at the start, behind a sign that ends what was before, or a dash.
_FIELD = re.compile(
    r"(?:\A|[(\[;,.|\n]|\s[-\u2013\u2014])\s*(?:and\s+)?(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in LABELS.items())
    + r")(?:\((?:s|utc)\)|\s*\(utc\))?\s*[:=]\s*",
    re.IGNORECASE,
)
# A sentence that goes on behind a value; `Dr. Smith` is one value.
_SENTENCE = re.compile(r"(?<=[\w)]{3})\.\s+(?=[A-Z])")
_AROUND = " \t\n,;.|\u2013\u2014-"
_NOTHING = frozenset({"", "-", "\u2013", "\u2014", "?", "unknown", "none", "n/a", "tbd", "tba"})
# What stands in code is none of the signs by which fields are told.
_IN_CODE = str.maketrans({sign: chr(0xE000 + n) for n, sign in enumerate(":=;()[],.|\n")})
_SHOWN = {number: chr(sign) for sign, number in ((s, ord(t)) for s, t in _IN_CODE.items())}


def column(head: str) -> str | None:
    """Which field a column of that head holds; None if it is no known one."""
    bare = _IN_BRACKETS.sub("", head).strip(" :*?").lower()
    return next((n for n, words in LABELS.items() if re.fullmatch(words, bare)), None)


def stated(value: str) -> str | None:
    """The value, or None where it says that nothing is."""
    return None if value.strip().lower() in _NOTHING else value.strip()


def begins_with_field(text: str) -> bool:
    """Whether the text is a field, and not an action that has some."""
    return _FIELD.match(text) is not None


def taken_apart(text: str) -> tuple[str, dict[str, str]]:
    """The action, and its fields by name, the first of each; the text is `words_in`'s."""
    fields = list(_FIELD.finditer(text))
    found: dict[str, str] = {}
    action = text
    if fields:
        action = text[: fields[0].start()].strip().rstrip(_AROUND)
        action += ")" * (action.count("(") > action.count(")"))  # which a field has closed
    ends = [*(field.start() for field in fields[1:]), len(text)]
    for field, end in zip(fields, ends, strict=False):
        value, rest = _value(text[field.end() : end])
        found.setdefault(field.lastgroup or "", shown(value))
        if rest.strip(_AROUND):
            action = f"{action.rstrip()} {rest.strip(_AROUND)}"
    return shown(action.strip().rstrip(_AROUND)), found


def _value(text: str) -> tuple[str, str]:
    """A field's value, and what follows it that is none of it."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if depth < 0 or (sign == ";" and depth == 0):
            return text[:at].strip(_AROUND), text[at + 1 :]
    end = _SENTENCE.search(text)
    if end:
        return text[: end.start()].strip(_AROUND), text[end.end() :]
    return text.strip(_AROUND), ""


def shown(text: str) -> str:
    """The text as its author wrote it, on one line."""
    return " ".join(text.translate(_SHOWN).split())


def words_in(inline: Token) -> str:
    """The words of an inline token, in which signs in code tell no field; a line stays a line.

    A label in bold begins a field wherever it stands.
    """
    return "".join(_words(inline.children or ())).strip()


def _words(children: Sequence[Token]) -> Iterator[str]:
    bold = False
    for child in children:
        if child.type == "code_inline":
            yield child.content.translate(_IN_CODE)
        elif child.type in {"softbreak", "hardbreak"}:
            yield "\n"
        elif child.type in {"strong_open", "strong_close"}:
            bold = child.type == "strong_open"
        elif bold and column(child.content.rstrip(" :=")):
            yield f"; {child.content}"
        else:
            yield from words_of((child,))


def links_in(tokens: Sequence[Token]) -> tuple[tuple[str, str], ...]:
    """The links to the web among those tokens, as words and address."""
    found: list[tuple[str, str]] = []
    for token in tokens:
        children = token.children or ()
        for at, child in enumerate(children):
            address = str(child.attrGet("href") or "") if child.type == "link_open" else ""
            if may_be_linked(address):
                end = next(n for n in range(at, len(children)) if children[n].type == "link_close")
                found.append(("".join(words_of(children[at + 1 : end])) or address, address))
    return tuple(dict.fromkeys(found))
