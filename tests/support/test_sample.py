"""The sample incident, which tests and the rehearsal write, has all that the workflow asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from incident_state import workflow as flow
from tests.support.client import sample

if TYPE_CHECKING:
    from pathlib import Path


def test_a_section_that_a_step_has_anew_is_named_with_the_file_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A contributor is not left with a document that is not valid, and no word why."""
    for file in sample.FOLDER.iterdir():
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text.replace("## LESSONS_LEARNED", "## Lessons"), "utf-8")
    monkeypatch.setattr(sample, "FOLDER", tmp_path)
    told = (
        "tests/support/sample_incident/10-postmortem.md lacks LESSONS_LEARNED, which step 11 writes"
    )
    with pytest.raises(AssertionError, match=re.escape(told)):
        sample.documents()
    assert flow.load().step(11).writes == "10-postmortem.md"
