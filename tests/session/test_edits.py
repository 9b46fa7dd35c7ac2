"""A document edited by hand before its checkpoint is answered is taken over, and 05 follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story


def test_an_edited_document_leads_to_a_new_investigation_with_its_findings_marked_older(
    at: Callable[[str], Story],
) -> None:
    """05 holds the edited text; the synthesis stays and says that it is older."""
    bench = at("cp2").bench
    path = bench.session_folder / "05a-security.md"
    path.write_text(path.read_text() + "\nA key was seen in the log of 03:10.\n")
    bench.run("next")
    text = (bench.session_folder / "05-investigation.md").read_text()
    assert "A key was seen in the log of 03:10." in text.split("## Security Assessment")[1]
    assert "\n> Written before 05a-security.md changed.\n" in text


def test_an_investigation_edited_beside_a_document_it_combines_moves_to_revisions(
    at: Callable[[str], Story],
) -> None:
    """Nobody's words are lost: the edited 05 is kept as a revision, the new one takes its place."""
    bench = at("cp2").bench
    whole, part = (bench.session_folder / n for n in ("05-investigation.md", "04-debugging.md"))
    whole.write_text(whole.read_text() + "\nMy own finding.\n")
    edited = whole.read_text()
    part.write_text(part.read_text() + "\nOne more clue.\n")
    bench.run("next")
    assert (bench.session_folder / "revisions" / "1" / "05-investigation.md").read_text() == edited
    assert "One more clue." in whole.read_text()
    assert "My own finding." not in whole.read_text()


def test_an_investigation_that_alone_was_edited_is_kept(at: Callable[[str], Story]) -> None:
    """The person's text is what checkpoint 2 reviews."""
    bench = at("cp2").bench
    whole = bench.session_folder / "05-investigation.md"
    whole.write_text(whole.read_text() + "\nMy own finding.\n")
    edited = whole.read_text()
    assert bench.next()["kind"] == "checkpoint"
    assert (whole.read_text(), (bench.session_folder / "revisions").exists()) == (edited, False)
