"""Action items as documents list them, in a table or a list, and those of several gathered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from incident_state.report import fields
from incident_state.report.fields import links_in as links
from incident_state.report.rendering import BOX, parsed, plain

if TYPE_CHECKING:
    from markdown_it.token import Token

SECTION = "ACTION_ITEMS"
_ACTIONS = re.compile(
    r"action(?: items?)?|outcomes?|items?|tasks?|what|to-?do|description|follow-?ups?",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"#|no\.?|nr\.?|id", re.IGNORECASE)
# A number that names an item in the other documents as well.
_NUMBER = re.compile(r"[A-Z]{1,4}-?\d{1,3}", re.IGNORECASE)
_REFUTED = re.compile(
    r"(?:\W*refuted\b[\s:.,\u2013\u2014-]*)(?P<why>.*)", re.IGNORECASE | re.DOTALL
)
_ORDINAL = re.compile(r"\A\d{1,3}[.)]\s+")
_DONE = re.compile(
    r"\W*(?:done|closed|completed?|fixed|resolved|shipped|merged|yes|x)\W*"
    "|[\N{WHITE HEAVY CHECK MARK}\N{BALLOT BOX WITH CHECK}\N{HEAVY CHECK MARK}]\ufe0f?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ActionItem:
    """What is to be done, by whom, until when; None is not stated.

    `parts` are smaller ones nested in it, `links` those to the web that it has, as words and
    address; `done` where its box is ticked, or its status says so.

    Of one that is gathered also which document lists it, and which later one refutes it, and why.
    """

    action: str
    owner: str | None = None
    deadline: str | None = None
    done_when: str | None = None
    kind: str | None = None
    number: str | None = None
    status: str | None = None
    ticket: str | None = None
    priority: str | None = None
    done: bool = False
    parts: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    source: str = ""
    refuted: tuple[str, str] | None = None


def action_items(section: str) -> tuple[ActionItem, ...]:
    """Every item of the section's text, in order; empty if it has neither table nor list."""
    return tuple(_items(parsed(section)))


def _items(tokens: Sequence[Token]) -> Iterator[ActionItem]:
    at = 0
    while at < len(tokens):
        kind, end = tokens[at].type, at + 1
        if kind == "table_open":
            end = _end(tokens, at, "table_close")
            yield from _from_table(tokens[at:end])
        elif kind == "list_item_open":
            end = _end(tokens, at, "list_item_close")
            yield from _from_item(tokens[at:end])
        elif kind == "heading_open":
            headings = (n for n in range(at + 3, len(tokens)) if tokens[n].type == kind)
            end = next(headings, len(tokens))
            yield from _from_heading(tokens[at:end])
        elif kind == "inline":
            yield from _from_paragraph(tokens[at])
        at = end


def gathered(sections: Iterable[tuple[str, str]]) -> tuple[ActionItem, ...]:
    """The items of several documents, each given by name and section, in order.

    A row that refutes an item of an earlier document is no item: the earlier one is marked.
    """
    found: list[ActionItem] = []
    for name, section in sections:
        earlier = len(found)
        for item in action_items(section):
            said = _REFUTED.match(item.action)
            at = _refuted(item, found[:earlier]) if said else None
            if said and at is not None:
                found[at] = replace(found[at], refuted=(name, said["why"].strip()))
            else:
                found.append(replace(item, source=name))
    return tuple(found)


def _refuted(row: ActionItem, earlier: Sequence[ActionItem]) -> int | None:
    """Which of the earlier items the row speaks of: by its number, or by naming or quoting it."""
    said = row.action.casefold()
    numbers = {each.casefold() for each in _NUMBER.findall(row.action)}
    own = (row.number or "").casefold()
    by_number = {(each.number or "").casefold(): at for at, each in enumerate(earlier)}
    by_number.pop("", None)
    if own in by_number:
        return by_number[own]
    quoted = [at for at, each in enumerate(earlier) if each.action.casefold() in said]
    named = [by_number[number] for number in sorted(numbers) if number in by_number]
    return next(iter(quoted + named), None)


def _end(tokens: Sequence[Token], start: int, kind: str) -> int:
    """The place after the token of that kind that closes what `start` opens."""
    level = tokens[start].level
    for at in range(start, len(tokens)):
        if tokens[at].type == kind and tokens[at].level == level:
            return at + 1
    return len(tokens)


def _from_table(tokens: Sequence[Token]) -> Iterator[ActionItem]:
    rows: list[list[Token]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token)
    heads = [plain(cell) for cell in rows[0]] if rows else []
    at: dict[str, int] = {}
    for place, head in enumerate(heads):
        name = "number" if _NUMBERS.fullmatch(head.strip(" :*")) else fields.column(head)
        at.setdefault(name or "", place)
    # Where none is headed so, it is the first whose head says nothing known.
    named = (n for n, head in enumerate(heads) if _ACTIONS.fullmatch(head.strip(" :*")))
    action = next(named, at.get("", 0))
    for row in rows[1:]:
        cells = {name: plain(row[n]) for name, n in at.items() if name and n < len(row)}
        if item := _made(plain(row[action]) if action < len(row) else "", cells, links(row)):
            yield item


def _from_item(tokens: Sequence[Token]) -> Iterator[ActionItem]:
    """An item of a list with what is nested in it: fields, parts, items of their own, tables."""
    own: list[Token] = []
    below: list[Sequence[Token]] = []
    at = 1
    while at < len(tokens):
        end = at + 1
        if tokens[at].type == "list_item_open":
            end = _end(tokens, at, "list_item_close")
            below.append(tokens[at:end])
        elif tokens[at].type == "table_open":
            end = _end(tokens, at, "table_close")
            below.append(tokens[at:end])
        elif tokens[at].type == "inline":
            own.append(tokens[at])
        at = end
    text = "; ".join(filter(None, map(fields.words_in, own)))
    parts: list[ActionItem] = []
    for each in below:
        said = [fields.words_in(token) for token in each if token.type == "inline"]
        if each[0].type == "list_item_open" and said and all(map(fields.begins_with_field, said)):
            text += "".join(f"; {line}" for line in said)
            own += [token for token in each if token.type == "inline"]
        else:
            parts += _items(each)
    item = _of_text(text, links(own))
    if item is None:
        yield from parts
    elif not any(part.owner or part.deadline for part in parts):
        yield replace(item, parts=tuple(part.action for part in parts))
    else:
        # What only heads others is none of its own.
        if item.owner or item.deadline:
            yield item
        yield from (replace(part, kind=part.kind or item.action.rstrip(":")) for part in parts)


def _from_heading(tokens: Sequence[Token]) -> Iterator[ActionItem]:
    """A heading and what is below it: an item where that is its fields, else what it heads."""
    inlines = [token for token in tokens[3:] if token.type == "inline"]
    lines = [line for token in inlines for line in fields.words_in(token).split("\n")]
    in_list = any(token.type == "list_item_open" for token in tokens)
    named = [line for line in lines if fields.begins_with_field(line)]
    title = _ORDINAL.sub("", fields.words_in(tokens[1]))
    if not lines or (named and (not in_list or len(named) == len(lines))):
        text = "; ".join([title, *named])
        item = _of_text(text, links([tokens[1], *inlines]))
        if item is not None and (lines or item.owner or item.deadline):
            yield item
        return
    yield from _items(tokens[3:])


def _from_paragraph(inline: Token) -> Iterator[ActionItem]:
    """A line of prose is an item where it says who or until when."""
    for line in fields.words_in(inline).split("\n"):
        item = _of_text(line, links([inline]))
        if item and (item.owner or item.deadline) and not fields.begins_with_field(line):
            yield item


def _of_text(text: str, linked: tuple[tuple[str, str], ...]) -> ActionItem | None:
    box = BOX.match(text)
    text = text[box.end() :].lstrip() if box else text
    action, found = fields.taken_apart(text)
    item = _made(action or fields.shown(text), found, linked)
    ticked = box is not None and box[1] != " "
    return replace(item, done=item.done or ticked) if item else None


def _made(
    action: str, found: Mapping[str, str], linked: tuple[tuple[str, str], ...]
) -> ActionItem | None:
    """The item of those words; None where nothing is said in them."""
    said = {name: fields.stated(value) for name, value in found.items()}
    number = said.pop("number", None) or ""
    if fields.stated(action) is None and not any(said.values()):
        return None
    return ActionItem(
        action=fields.stated(action) or "unknown",
        owner=said.get("owner"),
        deadline=said.get("deadline"),
        done_when=said.get("done_when"),
        kind=said.get("kind"),
        status=said.get("status"),
        ticket=said.get("ticket"),
        priority=said.get("priority"),
        number=number if _NUMBER.fullmatch(number) else None,
        done=_DONE.fullmatch(said.get("status") or "") is not None,
        links=linked,
    )
