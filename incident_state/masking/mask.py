"""The text without its secrets: what each was is kept, its value is not."""

from __future__ import annotations

import functools

from incident_state.masking import addresses, headers, keys, labels, manifests, options, tokens
from incident_state.masking.spans import Span, united
from incident_state.patterns import pattern

FINDERS = (
    tokens.found,
    labels.found,
    headers.found,
    addresses.found,
    options.found,
    manifests.found,
    manifests.tables,
    keys.found,
)
# What nobody sees, and what parts a key so that it is not recognised.
_INVISIBLE = pattern(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]{1,64}"
)


@functools.lru_cache(maxsize=4)  # so that it can be done before the lock is taken
def mask(text: str) -> tuple[str, int]:
    """The text with each secret that is recognised replaced by its kind, and their number."""
    spans = secrets(text)
    if not text.isascii() and (bare := _INVISIBLE.sub("", text)) != text:
        seen = secrets(bare)
        if len(seen) > len(spans) or sum(s.end - s.start for s in seen) > sum(
            s.end - s.start for s in spans
        ):
            text, spans = bare, seen
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], span.shown]
        at = span.end
    return "".join([*parts, text[at:]]), len(spans)


def secrets(text: str) -> list[Span]:
    """Where the text holds secrets, in order."""
    low = text.replace("\u0130", "I").lower()  # the one letter whose lower case is longer
    return united(span for find in FINDERS for span in find(text, low))
