"""The sample incident: its description, its synthesis, and its documents by section."""

from __future__ import annotations

import re
from pathlib import Path

from incident_state import workflow as flow

FOLDER = Path(__file__).resolve().parent.parent / "sample_incident"
_HEADING = re.compile(r"^## ([A-Z][A-Z0-9_]*)$", re.MULTILINE)


def description() -> str:
    """What the person on call typed."""
    return (FOLDER / "description.txt").read_text(encoding="utf-8").strip()


def synthesis() -> str:
    """The combined findings of the investigation."""
    return (FOLDER / "synthesis.md").read_text(encoding="utf-8").strip()


def documents() -> dict[str, dict[str, str]]:
    """Every document's sections, and under "" what stands before them: name to section to text.

    AssertionError, which says where to add it, for a section of a step's file that none has.
    """
    found = {}
    for file in sorted(FOLDER.glob("[01]*.md")):
        opening, *parts = _HEADING.split(file.read_text(encoding="utf-8"))
        found[file.name] = {"": opening.strip()} | {
            name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)
        }
    workflow = flow.load()
    for step in (*workflow.steps, workflow.rollback):
        missing = [name for name in step.sections if name not in found[step.writes]]
        where = f"tests/support/sample_incident/{step.writes}"
        assert not missing, f"{where} lacks {', '.join(missing)}, which {step.label} writes: add it"
    return found
