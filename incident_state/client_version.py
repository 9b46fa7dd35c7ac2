"""Which Claude Code this runs under, and which is the oldest that the plugin is tested with."""

from __future__ import annotations

import os
import re

Version = tuple[int, int, int]

OLDEST: Version = (2, 1, 326)
AGENT = "AI_AGENT"  # claude-code_2-1-330_agent, in what the client gives its commands and hooks
_NUMBERS = re.compile(r"(\d+)[.-](\d+)[.-](\d+)")


def numbers(text: str) -> Version | None:
    """The version that stands in a text; None where none does."""
    found = _NUMBERS.search(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def running() -> Version | None:
    """The version of the client that started this process; None outside one."""
    named = os.environ.get(AGENT, "")
    return numbers(named) if named.startswith("claude-code") else None


def dotted(version: Version) -> str:
    """The version as people write it."""
    return ".".join(map(str, version))


def told_if_old() -> str | None:
    """What to tell the user where this client is older than supported; None where it is not."""
    version = running()
    if version is None or version >= OLDEST:
        return None
    return (
        f"This Claude Code is {dotted(version)}; incident-response is tested with "
        f"{dotted(OLDEST)} and newer, and its gates may not hold in this one. "
        "`claude update` brings the newest."
    )
