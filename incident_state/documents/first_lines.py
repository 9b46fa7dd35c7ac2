"""What documents state in the first line of a section: a fixed word or a time; and when it was."""

from __future__ import annotations

import contextlib
import re
from datetime import datetime

from incident_state.documents import markdown
from incident_state.workflow import Step

SEVERITY, ONSET, UNKNOWN, A_TIME = "SEVERITY", "ONSET", "unknown", "2026-07-02T13:42Z"
_HEALTH = ("Healthy", "Degraded", "Down", "Unknown")
# The words, one of which is the first line of such a section; of ONSET it is a time, or unknown.
FIRST_LINES = {
    SEVERITY: ("P0", "P1", "P2", "P3"),
    "SERVICE_STATUS_AFTER": ("Stable", "Improved", "Unchanged", "Worse"),
    "DEPLOYMENT_STATUS": ("Deployed", "Partly deployed", "Not deployed", "Nothing to deploy"),
    "ROLLBACK_READINESS": ("Yes", "No"),
    "SERVICE_HEALTH_POST_DEPLOY": _HEALTH,
    "ROLLBACK_STATUS": ("Rolled back", "Partly rolled back", "Not rolled back"),
    "SERVICE_HEALTH_POST_ROLLBACK": _HEALTH,
    "CONFIDENCE": ("confirmed", "probable", "open"),
}
# What `Not applicable: why` comes to in a section of fixed words; a severity always applies.
NOT_APPLICABLE = {
    "SERVICE_STATUS_AFTER": "Unchanged",
    "DEPLOYMENT_STATUS": "Nothing to deploy",
    "ROLLBACK_READINESS": "No",
    "SERVICE_HEALTH_POST_DEPLOY": "Unknown",
    "ROLLBACK_STATUS": "Not rolled back",
    "SERVICE_HEALTH_POST_ROLLBACK": "Unknown",
    "CONFIDENCE": "open",
    ONSET: UNKNOWN,
}
# Lines that any document may have: times on the incident's clock, by the name of what they state.
_LINES = {"REPORTED": "reported", "EVIDENCE_UNTIL": "evidence until"}
_NOT_APPLICABLE = re.compile(r"(?is)[*_`]{0,3}(?:not applicable|n/a)\b(?P<why>.*)")
_NO_WORD = re.compile(r"[\W_]*")


def stated(text: str, name: str) -> str:
    """What the section says in its first line, comments left out: a severity, a Yes or No."""
    section = markdown.section(text, name)
    return NOT_APPLICABLE.get(name, "") if not_applicable(section) else _first(section)


def not_applicable(section: str) -> bool:
    """Whether a section's text says that it does not apply here."""
    return _NOT_APPLICABLE.match(_content(section)) is not None


def facts(text: str, step: Step) -> dict[str, str]:
    """What a valid document of the step states, by section; times in ISO 8601.

    The severity is not among them: what counts of it is not the document's alone.
    """
    from incident_state import times

    found = {n: stated(text, n) for n in step.sections if n in FIRST_LINES and n != SEVERITY}
    if ONSET in step.sections:
        said = stated(text, ONSET)
        known = said.lower() != UNKNOWN
        found[ONSET] = times.moment(said).isoformat() if known else UNKNOWN
    for name, label in _LINES.items():
        if (moment := _labelled(text, label)) is not None:
            found[name] = moment.isoformat()
    return found


def problems(name: str, section: str) -> list[str]:
    """What is wrong with the first line of the section of that name and text."""
    said, refused = _first(section), _NOT_APPLICABLE.match(_content(section))
    if refused and _NO_WORD.fullmatch(refused["why"]):
        return [f"section {name} is not applicable, but does not say why"]
    if refused and name in NOT_APPLICABLE:
        return []
    if name == ONSET and said.lower() != UNKNOWN:
        from incident_state import times

        with contextlib.suppress(ValueError):
            times.moment(said)
            return []
    elif name not in FIRST_LINES or said in FIRST_LINES[name]:
        return []
    return [f"the first line of {name} is not just {allowed(name)}"]


def allowed(name: str) -> str:
    """What the first line of that section may be, in words; empty if it may be anything."""
    if name == ONSET:
        return f"{UNKNOWN} or a time such as {A_TIME}"
    *most, last = FIRST_LINES.get(name, ("",))
    return f"{', '.join(most)} or {last}" if most else ""


def _content(section: str) -> str:
    return markdown.COMMENT.sub("", section).strip()


def _first(section: str) -> str:
    return _content(section).split("\n", 1)[0].strip()


def _labelled(text: str, label: str) -> datetime | None:
    """The time in the first line that begins with the label; None without one, or a time."""
    from incident_state import times

    for line in text.split("\n"):
        said = line.strip(" >*_-").lower()
        if said.startswith(label) and said[len(label) :].lstrip(" *_").startswith(":"):
            return times.found(line)
    return None
