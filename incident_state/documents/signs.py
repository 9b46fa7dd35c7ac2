"""Signs that nobody sees, or that change how others are shown: no words of anybody keep them.

Control signs of terminals (C0, DEL, C1), direction marks, tags, fillers, the soft hyphen, halves of
a pair. Joiners stay, since Persian words and people's emoji are made with them.
"""

from __future__ import annotations

import json
import re

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_HALF = re.compile("[\ud800-\udfff]")
REPLACED = "\ufffd"


def whole(text: str) -> str:
    """The text with the replacement sign for each half of a pair, which no file can hold."""
    return text if text.isascii() else _HALF.sub(REPLACED, text)


def inert(text: str) -> str:
    """The text without hidden signs, its lines and tabs kept; half of a pair is seen as one."""
    return HIDDEN.sub("", text if text.isascii() else whole(text))


def one_line(text: str) -> str:
    """The text on one line, inert."""
    return " ".join(HIDDEN.sub(" ", whole(text)).split())


def as_json(data: object) -> str:
    """The data as one line of JSON, its hidden signs escaped."""
    return HIDDEN.sub(_escaped, json.dumps(data, ensure_ascii=False))


def _escaped(sign: re.Match[str]) -> str:
    return json.dumps(sign[0])[1:-1]
