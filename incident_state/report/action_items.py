"""Action items as documents list them, in a table or a list, and those of several gathered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from incident_state.report.rendering import parsed, plain

if TYPE_CHECKING:
    from markdown_it.token import Token

SECTION = "ACTION_ITEMS"
_WORDS = {
    "action": r"action(?: items?)?|outcomes?|items?|tasks?|what|to-?do|description",
    "owner": r"owners?|owned by|assignees?|assigned to|who|responsible",
    "deadline": r"deadline|due(?: date| by)?|by when|when|target(?: date)?|until",
    "done_when": r"done when|acceptance(?: criteri(?:on|a))?|verified by|success criteri(?:on|a)",
    "kind": r"kind|category",
    "number": r"#|no\.?|nr\.?|id",
}
_COLUMNS = {name: re.compile(words, re.IGNORECASE) for name, words in _WORDS.items()}
_BESIDE = re.compile(rf"{_WORDS['number']}|priority|status|type|state", re.IGNORECASE)
# A number that names an item in the other documents as well.
_NUMBER = re.compile(r"[A-Z]{1,4}-?\d{1,3}", re.IGNORECASE)
_REFUTED = re.compile(
    r"(?:\W*refuted\b[\s:.,\u2013\u2014-]*)(?P<why>.*)", re.IGNORECASE | re.DOTALL
)
_FIELD = re.compile(
    rf"(?<!\w)(?:(?P<owner>{_WORDS['owner']})|(?P<deadline>{_WORDS['deadline']}))\s*[:=]\s*",
    re.IGNORECASE,
)
_TASK_BOX = re.compile(r"\A\[[ xX]\]\s+")
_ENDS = re.compile(r"[;)\]]")
_AROUND = " \t,;.([\u2013\u2014-|"
_NOTHING = frozenset({"", "-", "\u2013", "\u2014", "?", "unknown", "none", "n/a"})


@dataclass(frozen=True)
class ActionItem:
    """What is to be done, by whom, until when; None is not stated.

    Of one that is gathered also which document lists it, and which later one refutes it, and why.
    """

    action: str
    owner: str | None = None
    deadline: str | None = None
    done_when: str | None = None
    kind: str | None = None
    number: str | None = None
    source: str = ""
    refuted: tuple[str, str] | None = None


def action_items(section: str) -> tuple[ActionItem, ...]:
    """Every item of the section's text, in order; empty if it has neither table nor list."""
    tokens = parsed(section)
    found: list[ActionItem] = []
    at = 0
    while at < len(tokens):
        kind = tokens[at].type
        if kind == "table_open":
            end = _end(tokens, at, "table_close")
            found += _from_table(tokens[at:end])
        elif kind == "list_item_open":
            end = _end(tokens, at, "list_item_close")
            found += _from_item(tokens[at:end])
        else:
            end = at + 1
        at = end
    return tuple(found)


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
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(plain(token))
    if not rows:
        return
    columns = {name: _column(rows[0], pattern) for name, pattern in _COLUMNS.items()}
    if columns["action"] is None:
        taken = {at for name, at in columns.items() if name != "action"}
        others = [n for n, head in enumerate(rows[0]) if n not in taken]
        named = [n for n in others if not _BESIDE.fullmatch(rows[0][n])]
        columns["action"] = next(iter(named or others), None)
    for row in rows[1:]:
        cells = {
            name: _stated(row[at]) if at is not None and at < len(row) else None
            for name, at in columns.items()
        }
        number = cells.pop("number") or ""
        if any(cells.values()):
            yield ActionItem(
                cells["action"] or "unknown",
                cells["owner"],
                cells["deadline"],
                cells["done_when"],
                cells["kind"],
                number if _NUMBER.fullmatch(number) else None,
            )


def _column(heads: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    return next((n for n, head in enumerate(heads) if pattern.fullmatch(head.strip(" :*"))), None)


def _from_item(tokens: Sequence[Token]) -> Iterator[ActionItem]:
    """The item with what is nested in it: `do x (owner: y, deadline: z)`, in one line or more."""
    parts = [plain(token) for token in tokens if token.type == "inline"]
    text = _TASK_BOX.sub("", "; ".join(part for part in parts if part))
    if not text:
        return
    fields = list(_FIELD.finditer(text))
    found: dict[str, str] = {}
    ends = [*(field.start() for field in fields[1:]), len(text)]
    for field, end in zip(fields, ends, strict=False):
        value = _ENDS.split(text[field.end() : end], maxsplit=1)[0].strip(_AROUND)
        found.setdefault(field.lastgroup or "", value)
    action = text[: fields[0].start()].strip(_AROUND) if fields else text
    yield ActionItem(
        action or text, _stated(found.get("owner", "")), _stated(found.get("deadline", ""))
    )


def _stated(value: str) -> str | None:
    return None if value.strip().lower() in _NOTHING else value.strip()
