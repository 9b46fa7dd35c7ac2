"""What agents tried out is thrown away when the session is archived: it may hold secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story


@pytest.mark.parametrize("words", [("archive",), ("start", "Search is slow", "--fresh")])
def test_scratch_is_not_archived(at: Callable[[str], Story], words: tuple[str, ...]) -> None:
    """Gone, whatever it holds, also what its owner may not change; what it links to is there."""
    bench = at("cp1").bench
    outside = bench.folder / "outside"
    outside.mkdir()
    (outside / "mine").write_text("mine", encoding="utf-8")
    closed = bench.session_folder / "scratch" / "mod" / "cache"
    closed.mkdir(parents=True)
    (closed / "key.pem").write_text("secret", encoding="utf-8")
    (closed.parent / "link").symlink_to(outside)
    closed.chmod(0o500)
    closed.parent.chmod(0o500)
    assert bench.person(*words).code == 0
    assert [p for p in bench.session_folder.rglob("*") if p.name in {"scratch", "key.pem"}] == []
    assert (outside / "mine").read_text(encoding="utf-8") == "mine"
    assert not list(bench.session_folder.glob(".tmp*"))
