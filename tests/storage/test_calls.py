"""Whose change it was is not guessed where the disk does not say."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from incident_state.storage import calls

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("call", ["lstat", "scandir"])
def test_what_the_disk_refuses_is_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Neither that a call changed the document, which would undo a person's edit, nor that none."""
    file = tmp_path / "05-investigation.md"
    file.write_text("as edited")
    calls.begins(str(tmp_path), "s1", "", "t1", asked=False, launch=False)

    def refuses(path: str) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuses)
        with pytest.raises(OSError, match="Input/output"):
            calls.at_work_when(str(file), str(tmp_path))
    assert calls.at_work_when(str(tmp_path / "gone.md"), str(tmp_path))
