"""Screens as they were approved: compared whole, and written anew where that is asked for."""

from __future__ import annotations

import os
import re
from pathlib import Path

SCREENS = Path(__file__).parent / "screens"
# Set to write the screens anew: look at each change before you commit it.
RENEW = "RENEW_SCREENS"


def nameless(text: str) -> str:
    """Return the text with what differs from run to run replaced, and no blanks at line ends."""
    text = re.sub(r"INC-(\d{8}-\d{6})-[0-9a-f]{4}", r"INC-\1-0000", text)
    text = re.sub(r"\[[0-9a-f]{8}\]", "[00000000]", text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def is_as_approved(name: str, seen: str) -> None:
    """Hold the screen against the one of that name."""
    file = SCREENS / f"{name}.txt"
    if RENEW in os.environ:
        file.write_text(seen, encoding="utf-8")
    assert seen == file.read_text(encoding="utf-8")
