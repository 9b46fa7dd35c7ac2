"""Input as nobody should send it: nasty pieces of text, bytes bent, JSON values changed."""

from __future__ import annotations

import json
import random
import re
from typing import Any

from incident_state.state.file import dump
from incident_state.state.model import State

_DERIVED = frozenset(
    "status severity current_step current_phase completed_steps files_created".split()
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT")

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
    *("\ud83d", "a\0b", "/x\0", "\x9b\u202e\U000e0041", "\u0645\u200c\u06cc"),
]
# The ends of the calendar, within it and just outside; what leap seconds and other clocks write.
MOMENTS = [
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0002-01-01T00:00:00Z"),
    *("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59-12:00", "9998-12-31T23:59:59-12:00"),
    *("1970-01-01T00:00:00Z", "2016-12-31T23:59:60Z"),
]


LABELS = [
    *("password", "token", "api_key", "Authorization", "Cookie", "secret", "-p", "--password"),
    *("curl -u", "docker login", "AUTH", "echo ", "identified by", "pass", "kind: Secret\ndata:\n"),
    *("-----BEGIN PRIVATE KEY-----", "eyJhbGciOiJIUzI1NiJ9.", "://", "sig", "<password", "key"),
]
PARTING = [
    *(
        ": ",
        "=",
        " => ",
        ">",
        "</",
        "(",
        ")",
        ",",
        ";",
        '"',
        "'",
        "`",
        "|",
        " | ",
        "**",
        "\\",
        "\\n",
    ),
    *(
        " is ",
        " to ",
        "!x ",
        "\n",
        " ",
        "@",
        "/",
        "?",
        "&",
        "[",
        "]",
        "{",
        "}",
        "$",
        "<<<",
        "value",
    ),
    *("q7Vt2mZx9Lk4", "hunter22", "x", "123456", "0a1b2c3d4e5f60718293a4b5c6d7e8f9", "Bearer "),
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

    def skewed(self, good: bytes) -> bytes:
        """A state that is whole and agrees with itself, and to which nothing leads."""
        data = json.loads(good)
        for _ in range(self.random.randrange(1, 4)):
            self.random.choice([self.timed, self.told, self.stepped])(data)
        bare = {key: value for key, value in data.items() if key not in _DERIVED}
        try:
            return dump(State.model_validate(bare)).encode()
        except ValueError:
            return json.dumps(data).encode()

    def timed(self, data: Any) -> None:  # noqa: ANN401 - JSON
        """Some of the times those of other calendars; or all, by one."""
        moment, share = self.random.choice(MOMENTS), self.random.choice([0.1, 0.5, 1.0])
        places = [data]
        while places:
            place = places.pop()
            for key, value in place.items() if isinstance(place, dict) else enumerate(place):
                if isinstance(value, dict | list):
                    places.append(value)
                elif _TIME.match(str(value)) and self.random.random() < share:
                    place[key] = moment

    def told(self, data: Any) -> None:  # noqa: ANN401 - JSON
        """Lines of the timeline gone, doubled, or in another order."""
        events = data["timeline"]
        if not events:
            return
        at = self.random.randrange(len(events))
        act = self.random.randrange(5)
        if act == 0:
            del events[at]
        elif act == 1:
            del events[at:]
        elif act == 2:
            del events[:at]
        elif act == 3:
            self.random.shuffle(events)
        else:
            events[at]["text"] = self.text()

    def stepped(self, data: Any) -> None:  # noqa: ANN401 - JSON
        """Steps, answers or what waits for one as they never are together."""
        key = self.random.choice(list(data["steps"]) or ["1"])
        changes: list[dict[str, Any]] = [
            {"paused": not data.get("paused")},
            {"approved": {}},
            {"approved": {str(n): "2026-07-02T13:42:00Z" for n in (1, 2, 3)}},
            {"rollback": self.random.choice(["due", "done"])},
            {"changes": {"checkpoint": self.random.choice([1, 2, 3])}},
            {"closing": self.random.choice([1, 2, 3])},
            {"closed": self.text()},
            {"consolidation": None},
            {"owner": self.random.choice(["s1", "s2", None]), "handing_over": True},
            {"steps": {k: v for k, v in data["steps"].items() if k != key}},
            {"steps": {**data["steps"], key: {"attempt": 9, "failure": self.text()}}},
        ]
        data.update(self.random.choice(changes))

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

    def labelled(self) -> str:
        """Labels, what parts them from values, marks and values, in any order."""
        parts = [*LABELS, *PARTING, *PIECES, self.text()]
        return "".join(self.random.choice(parts) for _ in range(self.random.randrange(1, 30)))

    def word(self) -> str:
        """A nasty word of a command line."""
        value = self.random.choice(
            [*PIECES, *(str(v) for v in VALUES), "--json", "--", "-1", "--help"]
        )
        return value.replace("\0", "")[:500]
