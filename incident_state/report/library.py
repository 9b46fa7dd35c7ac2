"""The documents on the page, each rendered, folded below its title, with links to its sections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from incident_state.report.markup import Markup, element, join
from incident_state.report.papers import Paper, Papers
from incident_state.report.rendering import Rendered, rendered


@dataclass(frozen=True)
class Shelved:
    """A document with its anchor and its rendered text."""

    paper: Paper
    anchor: str
    text: Rendered


def shelf(papers: Papers) -> tuple[Shelved, ...]:
    """Every current document, rendered."""
    return tuple(_shelved(paper) for paper in papers.current)


def anchor_of(found: Iterable[Shelved], name: str, section: str) -> str:
    """The anchor of a document's section; the document's own where it has no such section."""
    for each in found:
        if each.paper.name == name:
            places = {words: anchor for anchor, words in each.text.contents}
            return places.get(section, each.anchor)
    return "documents"


def documents(found: tuple[Shelved, ...], papers: Papers) -> Markup:
    """The documents, each folded, and the names of those that were replaced."""
    if not found:
        return element("p", "No document is complete yet.", class_="note")
    parts = [_folded(each) for each in found]
    if papers.replaced:
        names = (element("li", element("code", name)) for name in papers.replaced)
        told = "Replaced on the way, and kept in the session's folder below revisions/:"
        parts += [element("h3", "Earlier versions"), element("p", told), element("ul", *names)]
    return join(*parts)


def _shelved(paper: Paper) -> Shelved:
    anchor = f"document-{paper.name.removesuffix('.md')}"
    return Shelved(paper, anchor, rendered(paper.text, anchor, paper.title))


def _sections(each: Shelved) -> Markup | None:
    links = [
        element("a", words.replace("_", " ") if words.isupper() else words, href=f"#{anchor}")
        for anchor, words in each.text.contents
    ]
    named = element("nav", join(*links, by=" · "), aria_label=each.paper.title, class_="of-it")
    return named if links else None


def _folded(each: Shelved) -> Markup:
    remark = element("p", each.paper.remark, class_="remark") if each.paper.remark else None
    heading = element("h3", each.paper.title, " ", element("code", each.paper.name))
    whole = join(element("summary", heading), remark, _sections(each), each.text.html)
    return element("details", whole, id=each.anchor, class_="document")
