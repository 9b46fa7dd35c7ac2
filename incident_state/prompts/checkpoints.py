"""The three checkpoints' questions: what is decided on, the options, why it is closed."""

from __future__ import annotations

from collections.abc import Mapping

from incident_state import workflow as flow
from incident_state.documents import document, first_lines, headlines
from incident_state.prompts import fitting, summaries
from incident_state.prompts.question import Question, digest
from incident_state.state import facts
from incident_state.state.model import State

INCIDENT = 130
LOOKS_LIKE_NONE = "This looks like no incident."


def checkpoint(state: State, texts: Mapping[str, str], number: int) -> Question:
    """What the checkpoint of that number asks, above it what is decided on."""
    here = flow.load().checkpoint(number)
    asks = here.asks
    if here.undeployed and _deployment(texts) in facts.NOTHING_DEPLOYED:
        asks = here.undeployed
    again = _redone_before(state, here)
    reviewed = tuple((name, state.digest_of(name) or "") for name in (*again, *here.reviews))
    bound = digest(state, "checkpoint", number, reviewed, state.severity, state.declared)
    asked, options = asks.question, asks.options
    if number == 1 and summaries.looks_like_none(texts):
        asked = f"{LOOKS_LIKE_NONE} {asked}"
        options = tuple(sorted(options, key=lambda option: option[0] != "Close"))
    lines = fitting.fitted(
        [
            _incident(state),
            *summaries.mitigated(texts, again),
            *summaries.summary(state, here, texts),
            *summaries.befell(state, here),
        ],
        f"{asked} [{bound}]",
    )
    return Question(
        kind="checkpoint",
        header=f"Checkpoint {number}",
        text=asked,
        options=options,
        digest=bound,
        summary=tuple((each.label, each.text) for each in lines),
        sources=tuple((each.label, each.source) for each in lines if each.source),
        checkpoint=number,
        reviewed=reviewed,
    )


def _incident(state: State) -> summaries.Shown:
    """The incident's words, what is too much of them left out in the middle."""
    return summaries.Shown(
        "Incident", headlines.squeezed(document.masked(state.incident), INCIDENT)
    )


def _redone_before(state: State, checkpoint: flow.Checkpoint) -> tuple[str, ...]:
    """Step 3's document, where it was done again after it was decided upon and is not reviewed."""
    step = flow.load().step(facts.MITIGATION)
    completed, decided = (
        state.record(step.key).completed,
        max(state.approved.values(), default=None),
    )
    again = completed is not None and decided is not None and completed.at > decided
    return (step.writes,) if again and step.phase < checkpoint.phase else ()


def _deployment(texts: Mapping[str, str]) -> str:
    """What the current document of step 8 says of the deployment; empty if there is none."""
    name = flow.load().step(facts.DEPLOYMENT).writes
    return first_lines.stated(texts.get(name, ""), facts.DEPLOYED)


def closing(state: State, number: int) -> Question:
    """Why it is to be closed, the second half of the checkpoint's question."""
    from incident_state.state import closing as reasons

    incident = _incident(state)
    return Question(
        kind="closing",
        header="Closing",
        text=(
            "The incident is to be closed. Why? Choose, or write the reason in your own words; "
            f"write {reasons.BACK} to return to the checkpoint."
        ),
        options=(
            (reasons.FALSE_ALARM, "there was no incident; it is counted apart"),
            (reasons.DUPLICATE, "it is recorded elsewhere; it is counted there"),
            (reasons.RESOLVED_OUTSIDE, "it is over by what somebody else did, or by itself"),
            (reasons.HANDED_OVER, "others lead it on; what is open stays open"),
        ),
        digest=digest(state, "closing", number),
        summary=((incident.label, incident.text),),
        checkpoint=number,
    )
