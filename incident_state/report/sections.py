"""The page's sections in the order in which they are read, and their contents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from incident_state.documents import markdown
from incident_state.report import library
from incident_state.report.action_items import SECTION, ActionItem, gathered
from incident_state.report.markup import Child, Markup, element, join
from incident_state.report.outage import (
    COMMAND,
    COURSES,
    IMPACTS,
    POSTMORTEM,
    QUESTIONS,
    Shelf,
    cause,
    done,
    quoted,
)
from incident_state.report.papers import Papers
from incident_state.report.rendering import MAX_CHARACTERS, REL, rendered
from incident_state.report.tables import MAX_EVENTS, row, table, when, words
from incident_state.report.workflow_log import workflow_log
from incident_state.state.timeline import Event, Notes
from incident_state.views import events
from incident_state.views.view import DECISIVE, View


@dataclass(frozen=True)
class Part:
    """A section of the page: its anchor, its heading, and its HTML with both."""

    anchor: str
    title: str
    html: Markup


def parts(view: View, papers: Papers, shelf: Shelf) -> tuple[Part, ...]:
    """Every section that has something to say: the incident, then its papers, then the workflow."""
    named = [
        ("impact", "Impact", quoted(shelf, IMPACTS)),
        ("changes", "Live in production now", _changes(view)),
        ("cause", "Cause", cause(shelf)),
        ("done", "What was done", done(shelf)),
        ("actions", "Action items", _actions(view, papers, shelf)),
        ("after", "Follow-ups", _after(view)),
        ("questions", "Open questions", quoted(shelf, QUESTIONS)),
        ("course", "Timeline of the incident", quoted(shelf, COURSES) or _said(view)),
        ("decisions", "Decisions", _decisions(view, shelf)),
        ("documents", "Documents", library.documents(shelf, papers)),
    ]
    found = [_part(anchor, title, html) for anchor, title, html in named if html]
    return (*found, _folded("workflow", "How the workflow went", workflow_log(view)))


def contents(found: Iterable[Part]) -> Markup:
    """The links to the sections."""
    items = (element("li", element("a", p.title, href=f"#{p.anchor}")) for p in found)
    return element("nav", element("ol", *items), aria_label="Contents", class_="contents")


def _part(anchor: str, title: str, html: Markup) -> Part:
    heading = element("h2", title, id=f"{anchor}-heading")
    whole = element(
        "section", heading, html, id=anchor, aria_labelledby=f"{anchor}-heading", class_=anchor
    )
    return Part(anchor, title, whole)


def _folded(anchor: str, title: str, html: Markup) -> Part:
    heading = element("summary", element("h2", title))
    return Part(anchor, title, element("details", heading, html, id=anchor, class_=anchor))


def _said(view: View) -> Markup | None:
    """What people said and decided, where no document tells the course of the incident yet."""
    notes = Notes(view.state.timeline)
    told = [e for e in view.state.timeline if notes.number(e) or e.kind in DECISIVE]
    return _lines(view, told) if told else None


def _lines(view: View, shown: Sequence[Event]) -> Markup:
    notes = Notes(view.state.timeline)
    rows = (row(when(e.of or e.at, view), words(e, notes), _who(e)) for e in shown[-MAX_EVENTS:])
    return table(("When (UTC)", "What", "Who"), rows, "decisions")


def _who(event: Event) -> str:
    return ", ".join(part for part in (events.who(event), events.where(event)) if part)


def _decisions(view: View, shelf: Shelf) -> Markup:
    """Who leads, as the first document has it; what was decided, when and by whom."""
    command = quoted(shelf, COMMAND)
    if not view.decisions:
        return join(command, element("p", "Nothing has been decided yet.", class_="note"))
    return join(command, _lines(view, view.decisions))


def _changes(view: View) -> Markup:
    if view.changes is None:
        return element("p", "No document lists any change yet.", class_="note")
    name, text = view.changes
    source = element("p", "The newest list, in ", element("code", name), class_="note")
    return join(source, rendered(text[:MAX_CHARACTERS], "change").html)


def _actions(view: View, papers: Papers, shelf: Shelf) -> Markup | None:
    paper = next((p for p in papers.current if p.name == POSTMORTEM), None)
    if paper is None:
        # A closed incident owes none.
        note = None if view.state.closed is not None else "The postmortem is not written yet."
        return element("p", note, class_="note") if note else None
    listing = [p for p in papers.current if markdown.section(p.text, SECTION)]
    items = gathered((p.name, markdown.section(p.text, SECTION)) for p in listing)
    links = []
    for each in listing or [paper]:
        place = library.anchor_of(shelf, each.name, SECTION)
        links += [", ", element("a", each.name, href=f"#{place}")]
    if not items:
        words = SECTION.replace("_", " ")
        found = f"No table and no list of action items was found in the section {words} of "
        return element("p", found, *links[1:], ".", class_="note")
    source = element("p", f"{len(items)}, from ", *links[1:], class_="note")
    return join(source, _items(items))


def _items(items: Sequence[ActionItem]) -> Markup:
    """The items as a table; columns that no item fills are left out."""
    columns: dict[str, list[Child]] = {
        "Number": [i.number for i in items],
        "Action": [_action(i) for i in items],
        "Done when": [i.done_when for i in items],
        "Owner": [_or_unknown(i.owner) for i in items],
        "Deadline": [_or_unknown(i.deadline) for i in items],
        "Status": [i.status or ("done" if i.done else None) for i in items],
        "Priority": [i.priority for i in items],
        "Ticket": [_ticket(i) for i in items],
        "Kind": [i.kind for i in items],
    }
    filled = {head: cells for head, cells in columns.items() if any(cells)}
    classes = [head.lower().replace(" ", "-") for head in filled]
    rows = (
        element(
            "tr",
            *(
                element("td", cell, class_=class_, dir="auto")
                for cell, class_ in zip(cells, classes, strict=True)
            ),
        )
        for cells in zip(*filled.values(), strict=True)
    )
    return table(filled, rows, "actions")


def _action(item: ActionItem) -> Child:
    parts = element("ul", *(element("li", part) for part in item.parts)) if item.parts else None
    if item.refuted is None:
        return join(item.action, parts)
    name, why = item.refuted
    said = f"Refuted in {name}: {why}"
    return join(element("s", item.action), parts, element("br"), said)


def _ticket(item: ActionItem) -> Child:
    """What the ticket column says, and the links that the item has anywhere."""
    links = [element("a", words, href=address, rel=REL) for words, address in item.links]
    named = item.ticket and item.ticket not in {words for words, _ in item.links}
    shown: list[Child] = [item.ticket, *links] if named else [*links]
    return join(*(part for each in shown for part in (" ", each))) if shown else None


def _or_unknown(value: str | None) -> Child:
    return value if value is not None else element("span", "unknown", class_="unknown")


def _after(view: View) -> Markup | None:
    if not view.facts.follow_ups:
        return None
    criteria = view.facts.success_criteria
    found = [element("ul", *map(_item, view.facts.follow_ups))]
    if criteria:
        found += [element("h3", "Success criteria"), element("ul", *map(_item, criteria))]
    return join(*found)


def _item(words: str) -> Markup:
    return element("li", words)
