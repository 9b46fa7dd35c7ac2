"""The documents on the page: rendered one below the other, with a table of contents before them."""

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
    """The table of contents, the documents, and the names of those that were replaced."""
    if not found:
        return element("p", "No document is complete yet.", class_="note")
    contents = element("ul", *(_entry(each) for each in found))
    parts = [element("nav", contents, aria_label="Documents", class_="contents-of-documents")]
    parts += [_article(each) for each in found]
    if papers.replaced:
        names = (element("li", element("code", name)) for name in papers.replaced)
        told = "Replaced on the way, and kept in the session's folder below revisions/:"
        parts += [element("h3", "Earlier versions"), element("p", told), element("ul", *names)]
    return join(*parts)


def _shelved(paper: Paper) -> Shelved:
    anchor = f"document-{paper.name.removesuffix('.md')}"
    return Shelved(paper, anchor, rendered(paper.text, anchor, paper.title))


def _entry(each: Shelved) -> Markup:
    links = [
        element("a", words.replace("_", " ") if words.isupper() else words, href=f"#{anchor}")
        for anchor, words in each.text.contents
    ]
    sections = element("span", join(*links, by=" · "), class_="of-it") if links else None
    title = element("a", each.paper.title, href=f"#{each.anchor}", class_="document")
    return element("li", title, " ", sections)


def _article(each: Shelved) -> Markup:
    remark = element("p", each.paper.remark, class_="remark") if each.paper.remark else None
    heading = element("h3", each.paper.title, " ", element("code", each.paper.name))
    return element("article", heading, remark, each.text.html, id=each.anchor)
