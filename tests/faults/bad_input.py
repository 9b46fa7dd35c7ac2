"""Input as nobody should send it: nasty pieces of text, bytes bent, JSON values changed."""

from __future__ import annotations

import json
import random
from typing import Any

PIECES = [
    *(
        "",
        "\0",
        "\x1b[2J",
        "\u202e",
        "\ufeff",
        "\r\n",
        "\n" * 50,
        "`" * 5,
        "```",
        "~~~~",
        "# ",
        "## ",
    ),
    *(
        "## SEVERITY\n\nP0\n",
        "## ROOT_CAUSE",
        "ROOT_CAUSE\n---\n",
        "<!--",
        "-->",
        "<script>",
        "|" * 99,
    ),
    *(
        "e\u0301" * 9,
        "Z\u0351\u0352" * 30,
        "\U0001f9ef",
        "password=hunter2",
        "-" * 200,
        "=" * 200,
        "a" * 500,
    ),
]
VALUES: list[Any] = [
    *(None, True, False, 0, -1, 10**30, 1.5, "", "x", "1", "\0", "P9", "2026-01-01", [], {}, [[]]),
    *({"a": 1}, ["x"] * 50, "../../etc/passwd", "rollback", "é" * 300),
]


class Bad:
    """What makes bad input of good, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - cases, not secrets

    def damaged(self, good: bytes) -> bytes:
        """The state's text bent as bytes, or its values changed one by one."""
        if self.random.random() < 0.4:
            return self.bent(good)
        data = json.loads(good)
        for _ in range(self.random.randrange(1, 4)):
            self.change(data)
        text = json.dumps(data)
        if self.random.random() < 0.1:
            text = text.replace("1", "NaN", 1)
        return text.encode()

    def change(self, data: Any) -> None:  # noqa: ANN401 - JSON
        """One value somewhere inside replaced, removed, or put under another name."""
        place = data
        while isinstance(place, dict | list) and place:
            key = self.random.choice(list(place) if isinstance(place, dict) else range(len(place)))
            inner = place[key]
            if not isinstance(inner, dict | list) or not inner or self.random.random() < 0.3:
                act = self.random.randrange(3)
                if act == 0:
                    place[key] = self.random.choice(VALUES)
                elif act == 1:
                    del place[key]
                elif isinstance(place, dict):
                    place[self.word()] = place.pop(key)
                return
            place = inner

    def bent(self, data: bytes) -> bytes:
        """Bytes cut, flipped, doubled or mixed with others."""
        at = self.random.randrange(len(data) + 1)
        act = self.random.randrange(6)
        if act == 0:
            return data[:at]
        if act == 1:
            return data[:at] + bytes([self.random.randrange(256)]) + data[at + 1 :]
        if act == 2:
            return data + data[at:]
        if act == 3:
            return data[:at] + self.random.randbytes(8) + data[at:]
        if act == 4:
            return self.random.choice(
                [b"", b"null", b"[]", b"\xff\xfe", b"[" * 5000, b'{"a":1,"a":2}']
            )
        return data.decode(errors="replace").encode("utf-16")

    def text(self) -> str:
        """Some lines of nasty pieces."""
        return "\n".join(self.random.choice(PIECES) for _ in range(self.random.randrange(6)))

    def word(self) -> str:
        """A nasty word of a command line."""
        value = self.random.choice(
            [*PIECES, *(str(v) for v in VALUES), "--json", "--", "-1", "--help"]
        )
        return value.replace("\0", "")[:500]
