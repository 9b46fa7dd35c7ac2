"""A command in a terminal of its own, in a process of its own."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tests.support.patience import HANG

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def in_terminal(words: list[str], env: Mapping[str, str], folder: Path) -> tuple[int, bytes]:
    """Run those words there, in a session of their own; the exit code and all that is shown."""
    ours, theirs = os.openpty()
    child = subprocess.Popen(
        words,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=env,
        cwd=folder,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            seen = os.read(ours, 65536)
        except OSError:  # Linux says that the other end is closed by EIO
            break
        if not seen:
            break
        shown += seen
    os.close(ours)
    return child.wait(HANG), shown
