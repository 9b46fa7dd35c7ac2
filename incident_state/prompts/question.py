"""One question that a person decides: what it shows, its options, the digest that binds them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from incident_state.state.facts import BY_HAND
from incident_state.state.model import State

QuestionKind = Literal["checkpoint", "closing", "failed", "rolled-back", "existing"]

PAUSE = ("Pause", "nothing runs until you resume; this question returns")


@dataclass(frozen=True)
class Question:
    """One question: what it shows, its options as label and description, its digest.

    `sources` are the documents from which the lines of the summary come, by their labels.
    """

    kind: QuestionKind
    header: str
    text: str
    options: tuple[tuple[str, str], ...]
    digest: str
    summary: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    checkpoint: int | None = None
    reviewed: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        """The text that the person reads: the summary, the question, the digest."""
        lines = [f"{label}: {value}" for label, value in self.summary]
        return "\n".join([*lines, f"{self.text} [{self.digest}]"])

    @property
    def told(self) -> tuple[str, ...]:
        """The same in a terminal: each line with its document, and what the digest stands for."""
        sources = dict(self.sources)
        lines = [
            f"{label}: {value}" + (f" ({sources[label]})" if label in sources else "")
            for label, value in self.summary
        ]
        stands = f"[{self.digest}] stands for all this: if it changes, it is asked anew."
        return (*"\n".join(lines).splitlines(), self.text, stands)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the options."""
        return tuple(label for label, _ in self.options)

    def tool_input(self) -> dict[str, Any]:
        """The whole input for AskUserQuestion."""
        options = [{"label": label, "description": text} for label, text in self.options]
        question = {
            "question": self.shown,
            "header": self.header,
            "options": options,
            "multiSelect": False,
        }
        return {"questions": [question]}


def words_of(label: str) -> tuple[str, ...]:
    """The helper's words that give this answer, with a place for what must be said with it."""
    said = ("--note", "<what was done>") if label == BY_HAND else ()
    return ("decide", label, *said)


def digest(state: State, *bound: object) -> str:
    """Eight hex digits over what the answer is bound to; answers given so far make each new."""
    answers = sum(event.kind == "decided" for event in state.timeline)
    text = json.dumps([state.incident_id, answers, *bound])
    return hashlib.sha256(text.encode()).hexdigest()[:8]
