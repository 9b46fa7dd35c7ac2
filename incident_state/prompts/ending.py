"""What is said at the end: how the incident ended, what is left to do, by what it is judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from incident_state.documents import document, first_lines, headlines, markdown
from incident_state.state import facts
from incident_state.state.model import State

WATCH = "watch the service's stability for 24 hours"
ACTION_ITEMS = "finish the postmortem's action items, each with its owner and deadline"
MONITORING = "deploy the monitoring of 11-monitoring.md within a week"
HARDENING = "schedule the hardening of 12-hardening.md"
LEARNING = "hold a learning session"
RESTORED = "service restored within its SLA"
STILL_OPEN = "what is still open has an owner and a date"
SUCCESS_CRITERIA = (
    "postmortem within 48 hours",
    "every action item with owner and deadline",
    "monitoring within a week",
    "the same root cause does not come back",
)
# A follow-up that a document is the ground for.
AFTER = {
    "10-postmortem.md": (ACTION_ITEMS,),
    "11-monitoring.md": (MONITORING,),
    "12-hardening.md": (HARDENING,),
}
SAID = {
    "resolved": "and resolved",
    "mitigated": "and mitigated, but not resolved",
    "unresolved": "but unresolved",
    "no-incident": "since there was no incident",
    None: "but how it ended was not recorded",
}
# Where it stands how the service is, the newest document first.
_HEALTH = (
    ("07-rollback.md", facts.HEALTH_ROLLED_BACK),
    ("07-deployment.md", facts.HEALTH),
    ("03-mitigation.md", facts.STATUS_AFTER),
)
_GIST = 200
# A row of a table: an item's number, then the outcome.
_REFUTED = re.compile(
    r"^\|?[ *_]*(?P<number>\w+-?\d+)[ *_]*\|[ *_]*refuted\b[*_: ]*(?P<why>[^|\n]*)",
    re.IGNORECASE | re.MULTILINE,
)


def last_words(state: State) -> str:
    """The sentence with which the workflow ends."""
    how, title = SAID[facts.outcome(state)], document.title(state.incident)
    return f"The incident is complete in the workflow, {how}: {title}"


def follow_ups(state: State, texts: Mapping[str, str]) -> tuple[str, ...]:
    """What is to be done after the incident, as its outcome and its documents' texts ask for."""
    outcome = facts.outcome(state)
    first = {
        "resolved": (WATCH,),
        None: (WATCH,),
        "mitigated": (*_quoted(texts, "keep up what holds it", _HOLDS), *_waiting(texts)),
        "unresolved": (*_quoted(texts, "still broken", _HEALTH), *_waiting(texts)),
        "no-incident": _proposed(texts),
    }[outcome]
    named = [line for name, lines in AFTER.items() if name in state.files_created for line in lines]
    named += _refuted(texts)
    learning = (LEARNING,) if "10-postmortem.md" in state.files_created else ()
    return (*first, *named, *learning)


def success_criteria(state: State) -> tuple[str, ...]:
    """By what the incident's end is judged; nothing for one that was closed early."""
    if state.closed is not None:
        return ()
    resolved = facts.outcome(state) in {"resolved", None}
    return (RESTORED if resolved else STILL_OPEN, *SUCCESS_CRITERIA)


_HOLDS = (("03-mitigation.md", "TEMPORARY_FIXES"),)
_FIX = (("06-fix.md", "FIX_IMPLEMENTATION"),)
_PROPOSALS = (("03-mitigation.md", "MITIGATION_ACTIONS"),)
_COMMAND = (("01-classification.md", "INCIDENT_COMMAND"),)


def _waiting(texts: Mapping[str, str]) -> tuple[str, ...]:
    """What would end it and waits, and who could see to it."""
    waits = _quoted(texts, "the fix that waits", _FIX) or _quoted(
        texts, "what was done and proposed", _PROPOSALS
    )
    who = _quoted(texts, "name who carries it on, with a date; in command were", _COMMAND)
    return (*waits, *who)


def _proposed(texts: Mapping[str, str]) -> tuple[str, ...]:
    """What triage proposed, though there was no incident: an alert to route, say."""
    return _quoted(texts, "look through what was proposed", _PROPOSALS) or _quoted(
        texts, "look through what was found", (("01-classification.md", first_lines.SEVERITY),)
    )


def _refuted(texts: Mapping[str, str]) -> Iterator[str]:
    """What a later document refutes of the postmortem's action items, which still lists it."""
    for name in ("11-monitoring.md", "12-hardening.md"):
        for row in _REFUTED.finditer(markdown.section(texts.get(name, ""), "ACTION_ITEMS")):
            why = document.gist(row["why"], _GIST)
            yield f"mend {row['number']} in 10-postmortem.md, which {name} refutes: {why}"


def _quoted(
    texts: Mapping[str, str], what: str, places: tuple[tuple[str, str], ...]
) -> tuple[str, ...]:
    """The first of those sections that is there, in brief and with its document's name."""
    for name, section in places:
        text = texts.get(name, "")
        applies = not first_lines.not_applicable(markdown.section(text, section))
        if applies and (found := headlines.of(text, section, _GIST)):
            return (f"{what} ({name}): {found}",)
    return ()
