"""Whether the record holds together: documents against digests, answers against transcripts.

Evidence of tampering: who can write every file, the sealed copy's too, can also make them agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from incident_state import workflow as flow
from incident_state.documents import document, signs
from incident_state.session import edits, transcripts
from incident_state.session.session import Session
from incident_state.state import progress, timeline
from incident_state.state.decisions import taken_apart
from incident_state.state.facts import BY_HAND
from incident_state.state.model import State
from incident_state.state.possible import contradictions
from incident_state.state.timeline import Decision, Event, iso
from incident_state.storage import missed
from incident_state.storage.sealed import is_document


@dataclass(frozen=True)
class Findings:
    """What does not fit, what is doubtful, what cannot be told, how many things were compared."""

    wrong: tuple[str, ...]
    doubtful: tuple[str, ...]
    untold: tuple[str, ...]
    compared: int

    def json(self) -> str:
        """The findings as one JSON object."""
        return signs.as_json(asdict(self))

    @property
    def text(self) -> str:
        """The findings as lines for a person."""
        lines = [f"Does not fit: {each}" for each in self.wrong]
        lines += [f"Doubtful: {each}" for each in self.doubtful]
        lines += [f"Cannot be told: {each}" for each in self.untold]
        verdict = f"{len(self.wrong)} do not fit" if self.wrong else "everything fits"
        if self.doubtful:
            verdict += f", {len(self.doubtful)} doubtful"
        left = f", {len(self.untold)} cannot be told" if self.untold else ""
        return "\n".join([*lines, f"{self.compared} compared: {verdict}{left}."])


def verify(session: Session) -> Findings:
    """The session's documents, steps and decisions held against each other; changes nothing."""
    state = session.store.read()
    compared = [*_seal(session, state), *_documents(session, state)]
    compared += [("wrong", told) for told in contradictions(state)]
    compared += [*_missed(session, state), *_steps(state), *_checkpoints(state)]
    compared += [("doubtful", e.text) for e in state.timeline if e.kind == "unchecked"]
    compared += [_decision(event, event.decision) for event in state.timeline if event.decision]
    return Findings(
        wrong=tuple(text for kind, text in compared if kind == "wrong"),
        doubtful=tuple(text for kind, text in compared if kind == "doubtful"),
        untold=tuple(text for kind, text in compared if kind == "untold"),
        compared=len(compared),
    )


Compared = tuple[str, str]
FITS: Compared = ("fits", "")


def _seal(session: Session, state: State) -> Iterator[Compared]:
    told = timeline.unsealed(state.timeline)
    if told is not None:
        yield "untold", f"{told.text}; what changed the record is not known"
        return
    for name in session.store.differences():
        if not is_document(name) and name not in state.said:
            yield "wrong", f"{name} is not as it is sealed"


def _missed(session: Session, state: State) -> Iterator[Compared]:
    """Events of the client that nothing in the record tells of."""
    vault = session.store.vault
    with session.store.refusals("look for events that were not recorded"):
        kept = missed.kept(str(vault.folder)) if vault else []
    for each in kept:
        at = datetime.fromtimestamp(each.at, timezone.utc)
        if at >= state.started_at:  # else it was about the incident before
            yield "wrong", f"{each.name} of {iso(at)} could not be recorded"


def _documents(session: Session, state: State) -> Iterator[Compared]:
    for name, digest in state.digests.items():
        data = session.store.read_document(name, document.MAX_BYTES)
        if data is None:
            yield "wrong", f"{name} is recorded, and it is not there"
        elif document.digest(data) != digest:
            yield "wrong", f"{name} was changed after it was {_way_on(state, name)}"
        else:
            yield FITS
    workflow = flow.load()
    for step in (*workflow.steps, workflow.rollback):
        there = (session.store.folder / step.writes).exists()
        if there and step.writes not in state.files_created and step.key not in progress.due(state):
            yield "wrong", f"{step.writes} is there, and {step.label} was not completed"


def _way_on(state: State, name: str) -> str:
    """What a changed file was before, and how somebody who changed it has that taken over."""
    if name in state.said:
        return "recorded"
    key = edits.amended_with(name)
    return f"found valid; whoever means the change has it taken over: amend {key}"


def _steps(state: State) -> Iterator[Compared]:
    for key, record in state.steps.items():
        if record.completed is None:
            continue
        kinds = {e.kind for e in state.timeline if e.step == key and e.attempt == record.attempt}
        if "completed" in kinds and ("launched" in kinds or _by_hand(state, key)):
            yield FITS
        else:
            yield (
                "wrong",
                f"{flow.load().step(key).label} is complete, and the timeline has no such",
            )


def _by_hand(state: State, key: flow.StepKey) -> bool:
    """Whether a person has said of the rollback that they did it: then nothing was launched."""
    labels = {event.decision.label for event in state.timeline if event.decision}
    return key == "rollback" and BY_HAND in labels


def _checkpoints(state: State) -> Iterator[Compared]:
    for number, at in state.approved.items():
        found = any(
            event.decision is not None
            and (event.checkpoint, event.decision.label, event.at) == (number, "Approve", at)
            for event in state.timeline
        )
        text = f"checkpoint {number} is approved, and no decision in the timeline says so"
        yield FITS if found else ("wrong", text)


def _decision(event: Event, decision: Decision) -> Compared:
    what = f"{event.text!r} of {event.at:%Y-%m-%d %H:%M:%S} UTC"
    if decision.via != "AskUserQuestion":
        given = f"{what} was given in {_terminal(decision)}"
        if decision.doubt:
            return "doubtful", f"{given}; {decision.doubt}"
        return "untold", f"{given}; nothing else attests it"
    transcript, call = Path(decision.transcript or ""), str(decision.tool_use_id)
    try:
        answers = transcripts.answers(transcript, call, decision.digest)
        hook = transcripts.answered_by_a_hook(transcript, call)
    except OSError:
        return "untold", f"{what}: its transcript cannot be read ({decision.transcript})"
    if hook:
        return "wrong", f"{what}: a hook answered, by its transcript ({decision.transcript})"
    if not answers:
        return "wrong", f"{what}: its transcript holds no such question ({decision.transcript})"
    said = {words for each in answers for words in (each, taken_apart(each)[0], _recorded(each))}
    if decision.label not in said:
        return "wrong", f"{what}: its transcript holds another answer ({', '.join(answers)})"
    return FITS


def _terminal(decision: Decision) -> str:
    """What is known of the terminal in which it was given: the account, its name, what is above."""
    known = [
        decision.terminal,
        f"below {', '.join(decision.ancestors)}" if decision.ancestors else None,
    ]
    told = ", ".join(filter(None, known))
    who = f" by {decision.user}" if decision.user else ""
    return f"a terminal{who}" + (f" ({told})" if told else "")


def _recorded(answer: str) -> str:
    """An answer in a person's own words as the record keeps it."""
    from incident_state.session.words import Words

    return Words().said(answer)
