"""The report: one self-contained HTML page of an incident, fit to be mailed and printed."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from pathlib import Path

from incident_state import __version__
from incident_state.documents import document
from incident_state.report import about, library, sections
from incident_state.report.markup import Markup, element
from incident_state.report.papers import Papers
from incident_state.views.view import View

# How every page of this program begins, of whichever version.
OPENING = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
    '<meta name="generator" content="incident-state '
)


def page(view: View, papers: Papers) -> str:
    """The whole page; it loads nothing, runs nothing, and says so in its policy."""
    style = document.plain(Path(__file__).with_name("page.css").read_text(encoding="utf-8"))
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'none'; script-src 'none'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="generator", content=f"incident-state {__version__}"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{view.state.severity} {view.title}"),
        element("style", Markup(style)),
    )
    shelf = library.shelf(papers)
    parts = sections.parts(view, papers, shelf)
    body = element(
        "body",
        about.heading(view, shelf),
        sections.contents(parts),
        element("main", *(part.html for part in parts)),
        about.foot(view),
    )
    # Whatever a document or a note held, no control character or direction mark is on the page.
    inert = Markup(document.plain(body))
    return "<!DOCTYPE html>\n" + element("html", head, "\n", inert, lang="en") + "\n"
