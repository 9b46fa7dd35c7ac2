"""What the documents say of the incident itself, each thing from the latest that has it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from incident_state.documents import first_lines, headlines, markdown
from incident_state.report import library
from incident_state.report.markup import Markup, element, join
from incident_state.report.rendering import rendered
from incident_state.state import facts
from incident_state.views.moments import clock, length
from incident_state.views.view import View

# As much of a section as is read before the documents: the rest is a link away.
MAX_QUOTED, MOST_LINES, LINE = 4_000, 6, 240

CLASSIFICATION, MITIGATION = "01-classification.md", "03-mitigation.md"
DEBUGGING, FIX, DEPLOYMENT = "04-debugging.md", "06-fix.md", "07-deployment.md"
ROLLBACK, COMMUNICATION = "07-rollback.md", "08-communication.md"
IMPACT, POSTMORTEM = "09-customer-impact.md", "10-postmortem.md"

SUMMARIES = (
    (POSTMORTEM, "SUMMARY"),
    (COMMUNICATION, "EXECUTIVE_SUMMARY"),
    (MITIGATION, "STATUS_UPDATE"),
    (CLASSIFICATION, "FIRST_STATUS_UPDATE"),
)
IMPACTS = (
    (POSTMORTEM, "IMPACT"),
    (IMPACT, "CUSTOMER_IMPACT_REPORT"),
    (CLASSIFICATION, "USER_IMPACT"),
)
CAUSES = ((POSTMORTEM, "ROOT_CAUSE_SUMMARY"), (DEBUGGING, "ROOT_CAUSE"))
COURSES = ((POSTMORTEM, "INCIDENT_TIMELINE"), (COMMUNICATION, "INCIDENT_TIMELINE"))
QUESTIONS = ((POSTMORTEM, "OPEN_QUESTIONS"),)
COMMAND = ((CLASSIFICATION, "INCIDENT_COMMAND"),)
# What was done, in the order in which it is done: what a section says first.
DONE = (
    ("Mitigation", MITIGATION, "MITIGATION_ACTIONS"),
    ("Users after it", MITIGATION, "USER_IMPACT_REDUCTION"),
    ("Fix", FIX, "FIX_IMPLEMENTATION"),
    ("Deployment", DEPLOYMENT, "DEPLOYMENT_STATUS"),
    ("Services after it", DEPLOYMENT, "SERVICE_HEALTH_POST_DEPLOY"),
    ("Rollback", ROLLBACK, "ROLLBACK_STATUS"),
    ("Services after that", ROLLBACK, "SERVICE_HEALTH_POST_ROLLBACK"),
)

Shelf = tuple[library.Shelved, ...]
Places = Iterable[tuple[str, str]]


def quoted(shelf: Shelf, places: Places) -> Markup | None:
    """The first of those sections that a document has, with a link to it; None if none has."""
    for name, section in places:
        text = _section(shelf, name, section)
        if text:
            shown = markdown.beginning(text, MAX_QUOTED)
            told = "From " if shown == text else "The rest is in "
            source = element("p", told, _link(shelf, name, section), ".", class_="note")
            prefix = f"quoted-{section.lower().replace('_', '-')}"
            html = rendered(shown, prefix).html
            return join(html, source)
    return None


def cause(shelf: Shelf) -> Markup | None:
    """The root cause, how sure it is, and what a person decided on."""
    found = quoted(shelf, CAUSES)
    if found is None:
        return None
    text = _text(shelf, DEBUGGING)
    sure = first_lines.stated(text, "CONFIDENCE")
    said = headlines.headline(markdown.section(text, "ROOT_CAUSE"))
    known = element("strong", f"{sure[:1].upper()}{sure[1:]}: ") if sure else None
    where = element("small", _link(shelf, DEBUGGING, "ROOT_CAUSE"))
    lead = element("p", known, said, " ", where, dir="auto") if said else None
    return join(lead, found)


def done(shelf: Shelf) -> Markup | None:
    """What was done and what came of it, each with a link to where it stands."""
    rows: list[Markup] = []
    for label, name, section in DONE:
        said = _said(shelf, name, section)
        if said:
            where = element("small", _link(shelf, name, section))
            rows += [element("dt", label), *(element("dd", each, dir="auto") for each in said)]
            rows.append(element("dd", where))
    return element("dl", *rows, class_="deeds") if rows else None


def over(view: View) -> str:
    """Whether it is over, in a sentence, by what people and documents said."""
    state, known = view.state, view.facts
    if known.outcome == "no-incident":
        return "There was no incident, or none that is recorded here."
    better = known.mitigated_at and f"sers were better off {_when(view, known.mitigated_at)}"
    if known.resolved_at is not None:
        resolved = f"resolved {_when(view, known.resolved_at)}"
        return f"Over. U{better}; {resolved}." if better else f"Over: {resolved}."
    if better:
        return f"U{better}; nobody has said that it is over."
    rolled = facts.stated(state, "rollback", facts.HEALTH_ROLLED_BACK)
    health = rolled or facts.stated(state, facts.DEPLOYMENT, facts.HEALTH)
    if health not in {None, "Unknown"}:
        what = "rollback" if rolled else "deployment"
        return f"After the {what} services were {str(health).lower()}."
    after = facts.stated(state, facts.MITIGATION, facts.STATUS_AFTER)
    return (
        f"After the mitigation: {after.lower()}." if after else "Nobody has said that it is over."
    )


def elapsed(view: View, moment: datetime) -> tuple[str | None, str]:
    """How long after the onset that was, None where it is not known, and when."""
    onset = view.facts.onset
    at = clock(moment, onset or view.state.started_at)
    return (f"after {length(moment - onset)}" if onset else None), at


def _when(view: View, moment: datetime) -> str:
    took, at = elapsed(view, moment)
    return f"{took} ({at})" if took else f"at {at}"


def _said(shelf: Shelf, name: str, section: str) -> list[str]:
    """What the section says, in at most that many lines."""
    text = _text(shelf, name)
    if section in first_lines.FIRST_LINES or section in headlines.HEADLINED:
        return [said] if (said := headlines.of(text, section)) else []
    return headlines.items(_section(shelf, name, section), LINE)[:MOST_LINES]


def _section(shelf: Shelf, name: str, section: str) -> str:
    text = markdown.section(_text(shelf, name), section)
    return "" if first_lines.not_applicable(text) else text


def _text(shelf: Shelf, name: str) -> str:
    return next((each.paper.text for each in shelf if each.paper.name == name), "")


def _link(shelf: Shelf, name: str, section: str) -> Markup:
    return element("a", name, href=f"#{library.anchor_of(shelf, name, section)}")
