"""Private keys in their armour, as papers and logs have them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from incident_state.masking.spans import Span
from incident_state.patterns import pattern

_BEGIN = pattern(r"-{4,5} ?BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_END = pattern(r"-{4,5} ?END[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
# Lines of base64, each after what a log, a quotation or a string literal puts before it.
_MATERIAL = pattern(
    r"(?:(?:\\[nr]|<br ?/?>|[\s>|#*\"'`,+]|\d{1,4}[:.] |[\w.:\[\]/+-]{1,40}[\]:|>] ?){0,8}"
    r"[A-Za-z0-9+/=]{24,4096}){1,400}"
)
_PUTTY = pattern(r"Private-Lines: ?\d{1,3}\r?\n(?P<body>(?:[A-Za-z0-9+/=]{1,80}\r?\n?){1,100})")
LONGEST = 32_768  # signs, with all that stands before the lines
KIND = "private key"


def found(text: str, _low: str) -> Iterator[Span]:
    """Each key from its first line to its last; without one, as far as it looks like a key."""
    if "PRIVATE KEY" in text:
        ends = [match.span() for match in _END.finditer(text)]
        begins = list(_BEGIN.finditer(text))
        following = (*(match.start() for match in begins[1:]), len(text))
        for match, limit in zip(begins, following, strict=False):
            limit = min(limit, match.end() + LONGEST)  # noqa: PLW2901 - the nearer of the two
            place = bisect_left(ends, (match.end(), 0))
            if place < len(ends) and ends[place][0] <= limit:
                yield Span(match.start(), ends[place][1], KIND)
            else:
                material = _MATERIAL.match(text, match.end(), limit)
                yield Span(match.start(), (material or match).end(), KIND)
    if "Private-Lines:" in text:
        for match in _PUTTY.finditer(text):
            yield Span(*match.span("body"), KIND)
