"""The page's sections in the order in which they are read, and their contents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from incident_state.documents import markdown
from incident_state.report import library
from incident_state.report.action_items import SECTION, ActionItem, gathered
from incident_state.report.drawing import NARROW, WIDE, drawn, key
from incident_state.report.lanes import MARKS, lanes, named, until
from incident_state.report.markup import Child, Markup, element, join
from incident_state.report.papers import Papers
from incident_state.report.rendering import MAX_CHARACTERS, REL, rendered
from incident_state.state.timeline import Event, Notes
from incident_state.views import events
from incident_state.views.moments import clock, length
from incident_state.views.response_times import Span
from incident_state.views.view import DECISIVE, View

POSTMORTEM = "10-postmortem.md"
# More than a year of an incident; what is beyond is in the session's own timeline.
MAX_EVENTS = 2_000
MAX_WORDS = 2_000


@dataclass(frozen=True)
class Part:
    """A section of the page: its anchor, its heading, and its HTML with both."""

    anchor: str
    title: str
    html: Markup


def parts(view: View, papers: Papers) -> tuple[Part, ...]:
    """Every section that has something to say."""
    shelf = library.shelf(papers)
    named = [
        ("course", "What happened when", _course(view)),
        ("steps", "Phases and steps", _steps(view)),
        ("decisions", "Decisions", _decisions(view)),
        ("changes", "Changed in production", _changes(view)),
        ("actions", "Action items", _actions(view, papers, shelf)),
        ("after", "Follow-ups", _after(view)),
        ("events", "Timeline", _events(view)),
        ("documents", "Documents", library.documents(shelf, papers)),
    ]
    return tuple(_part(anchor, title, html) for anchor, title, html in named if html)


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


def table(heads: Iterable[str], rows: Iterable[Markup], class_: str) -> Markup:
    """A table that scrolls by itself where it is wider than the page."""
    head = element("thead", element("tr", *(element("th", head, scope="col") for head in heads)))
    whole = element("table", head, element("tbody", *rows), class_=class_)
    return element("div", whole, class_="scroll")


def _row(*cells: Child) -> Markup:
    return element("tr", *(element("td", cell, dir="auto") for cell in cells))


def _course(view: View) -> Markup:
    return element("figure", drawn(view, WIDE), drawn(view, NARROW), key(view))


def _steps(view: View) -> Markup:
    rows: list[Markup] = []
    for phase, found in zip(view.phases, lanes(view), strict=True):
        title = f"Phase {phase.number}: {phase.title}"
        rows.append(element("tr", element("th", title, colspan=5, scope="colgroup")))
        for lane in found:
            name = named(lane.row)
            if not lane.bars:
                at = _when(lane.row.at, view) if lane.row.at else ""
                rows.append(_row(name, MARKS[lane.row.mark], "", at, ""))
            for bar in lane.bars:
                rows.append(_row(name, bar.words, *_times(view, bar.span)))
                name = ""
    rows += [_row("Pause", "nothing new launched", *_times(view, each)) for each in view.pauses]
    return table(("Step", "What came of it", "From (UTC)", "To", "Took"), rows, "steps")


def _times(view: View, span: Span) -> tuple[str, str, str]:
    ended = _when(span.ended, view) if span.ended else "goes on"
    return _when(span.began, view), ended, length((span.ended or until(view)) - span.began)


def _decisions(view: View) -> Markup:
    if not view.decisions:
        return element("p", "Nothing has been decided yet.", class_="note")
    notes = Notes(view.state.timeline)
    rows = (
        _row(
            _when(event.at, view),
            _words(event, notes),
            ", ".join(part for part in (events.who(event), events.where(event)) if part),
        )
        for event in view.decisions[-MAX_EVENTS:]
    )
    return table(("When (UTC)", "What", "Who"), rows, "decisions")


def _changes(view: View) -> Markup:
    if view.changes is None:
        return element("p", "No document lists any change yet.", class_="note")
    name, text = view.changes
    source = element("p", "The newest list, in ", element("code", name), class_="note")
    return join(source, rendered(text[:MAX_CHARACTERS], "change").html)


def _actions(view: View, papers: Papers, shelf: tuple[library.Shelved, ...]) -> Markup | None:
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


def _events(view: View) -> Markup:
    shown = view.state.timeline[-MAX_EVENTS:]
    left = len(view.state.timeline) - len(shown)
    note = f"The {left:,} events before are in the session's own timeline." if left else None
    return join(
        element("p", note, class_="note") if note else None,
        table(("When (UTC)", "After", "Who", "What"), _lines(view, shown), "events"),
    )


def _lines(view: View, shown: Iterable[Event]) -> Iterator[Markup]:
    day, notes = None, Notes(view.state.timeline)
    for event in shown:
        at = event.at.astimezone(timezone.utc)
        if at.date() != day:
            day = at.date()
            yield element("tr", element("th", f"{day}", colspan=4, scope="colgroup"))
        yield element(
            "tr",
            element("td", element("time", f"{at:%H:%M:%S}", datetime=at.isoformat())),
            element("td", events.elapsed(event.at - view.state.started_at)),
            element("td", events.who(event)),
            element("td", _words(event, notes), dir="auto"),
            class_="decisive" if event.kind in DECISIVE else None,
        )


def _when(moment: datetime, view: View) -> str:
    return clock(moment, view.state.started_at).removesuffix(" UTC")


def _words(event: Event, notes: Notes) -> str:
    words = events.text(event, notes)
    return words if len(words) <= MAX_WORDS else f"{words[:MAX_WORDS]} …"
