"""What was typed after `/incident-response`: the description to the letter, and the severity."""

from __future__ import annotations

import re
from typing import NamedTuple

from incident_state.errors import WrongUsage

SEVERITIES = ("P0", "P1", "P2", "P3")
USAGE = '/incident-response "<what is wrong>" --severity P0'

_FLAG = re.compile(r"(?i)(?<!\S)--severity(?:=(?P<joined>\S*)|(?:\s+(?P<apart>\S+))?(?!\S))")


class Typed(NamedTuple):
    """The description (None if there is none) and the declared severity (None if undeclared)."""

    description: str | None
    severity: str | None


def parse(text: str) -> Typed:
    """What was typed, taken apart; WrongUsage for a severity that is none or stands twice.

    The flag counts as a whole word outside a leading quoted string; what is left, less one pair
    of outer quotes, is the description.
    """
    severities: list[str] = []
    rest = text.strip()
    while match := _FLAG.match(rest):
        severities.append(_severity(match))
        rest = rest[match.end() :].lstrip()
    quoted = rest[: _quoted_length(rest)]
    free = rest[len(quoted) :]
    while match := _FLAG.search(free):
        severities.append(_severity(match))
        free = free[: match.start()].rstrip() + free[match.end() :]
    if len(severities) > 1:
        raise WrongUsage(f"--severity stands {len(severities)} times. Give it once, as in: {USAGE}")
    rest = (quoted + free).strip()
    if len(rest) > 1 and _quoted_length(rest) == len(rest):
        rest = rest[1:-1]
    return Typed(rest if rest.strip() else None, severities[0] if severities else None)


def severity(value: str) -> str:
    """The severity named, in either case; WrongUsage if it is none."""
    if value.upper() not in SEVERITIES:
        raise WrongUsage(f"{value!r} is no severity. It is P0, P1, P2 or P3, as in: {USAGE}")
    return value.upper()


def _severity(match: re.Match[str]) -> str:
    return severity(match["joined"] or match["apart"] or "")


def _quoted_length(text: str) -> int:
    """How long the leading quoted string is, quotes included; 0 if the text begins with none.

    Quotes nest, an apostrophe inside a word is text, and a second quoted string ends the first.
    """
    quote = text[:1]
    if quote not in {'"', "'"}:
        return 0
    depth = length = 0
    for place, character in enumerate(text):
        if character != quote:
            continue
        blank_before = place == 0 or text[place - 1].isspace() or text[place - 1] in "([{"
        blank_after = place + 1 == len(text) or text[place + 1].isspace()
        if blank_before and not blank_after:
            if place and depth == 0:
                break
            depth += 1
        elif blank_after or text[place + 1] in ".,;:!?)]}":
            depth = max(0, depth - 1)
            if depth == 0:
                length = place + 1
    return length
