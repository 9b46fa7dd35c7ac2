"""The documents of a session as the report has them: read within bounds, or named with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from incident_state import workflow as flow
from incident_state.documents import document, markdown
from incident_state.errors import StateError
from incident_state.report.rendering import MAX_CHARACTERS
from incident_state.session.session import Session
from incident_state.state.model import State


@dataclass(frozen=True)
class Paper:
    """A current document: its bare name, its title, its text, and what is to be said about it."""

    name: str
    title: str
    text: str
    remark: str = ""


@dataclass(frozen=True)
class Papers:
    """The current documents in the workflow's order, and the names of those that were replaced."""

    current: tuple[Paper, ...]
    replaced: tuple[str, ...]


def gathered(session: Session, state: State) -> Papers:
    """What the session folder holds; a document that cannot be read is there with the reason."""
    return Papers(
        tuple(_paper(session, state, name) for name in state.files_created),
        session.store.replaced(),
    )


def _paper(session: Session, state: State, name: str) -> Paper:
    title = _title(name)
    try:
        text = document.masked(session.text(name))
    except (ValueError, StateError) as error:
        return Paper(name, title, "", f"Not shown: {error}")
    if name == flow.INVESTIGATION and _only_repeats(session, state, text):
        return Paper(
            name,
            title,
            markdown.section(text, document.FINDINGS_HEADING),
            f"{document.FINDINGS_HEADING}; the rest of it repeats the documents above.",
        )
    first, _, rest = text.partition("\n")
    text = rest if first.startswith("<!--") and first.rstrip().endswith("-->") else text
    shown = markdown.beginning(text, MAX_CHARACTERS)
    if shown == text:
        return Paper(name, title, text)
    return Paper(
        name,
        title,
        shown,
        f"Cut after {len(shown):,} of {len(text):,} characters; "
        f"the whole is in {_path(session, name)}",
    )


def _title(name: str) -> str:
    workflow = flow.load()
    steps = (*workflow.steps, workflow.rollback)
    return next((step.title for step in steps if step.writes == name), "Investigation")


def _path(session: Session, name: str) -> Path:
    return session.store.folder / name


def _only_repeats(session: Session, state: State, text: str) -> bool:
    """Whether all but its synthesis is what the helper would copy from the others right now."""
    if state.consolidation is None:
        return False
    try:
        return session.combined(state, state.consolidation.synthesis) == text
    except (ValueError, StateError):
        return False
