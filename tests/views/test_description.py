"""A description that holds a secret: on record to the letter, masked wherever people see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.workbench import Workbench

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hunter22-and-more"  # noqa: S105 - made up
TYPED = f"Login fails since DB_PASSWORD={SECRET} was rotated"


def test_people_see_a_description_without_its_secrets(tmp_path: Path) -> None:
    """In the terminal, in the list, in what is handed over, and in the page."""
    bench = Workbench(tmp_path / "bench")
    assert bench.run("start", TYPED, session="s1").code == 0
    assert bench.state()["incident"] == TYPED
    for words in (["status"], ["timeline"], ["list"], ["handoff"], ["report", "--output", "-"]):
        told = bench.run(*words)
        assert (told.code, SECRET in told.out, "[masked]" in told.out) == (0, False, True), words
    assert SECRET not in "".join(event["text"] for event in bench.state()["timeline"])
