"""Secrets are masked wherever they stand, what only looks so is left, and it takes linear time."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import pytest

from incident_state import masking, patterns
from incident_state.masking import mask as mask_module
from incident_state.masking.mask import mask
from incident_state.masking.tokens import FILE, forms
from tests.masking import labelled

LINES = [*labelled.tokens(), *labelled.places(), *labelled.blocks(), *labelled.parted()]
HARMLESS = (Path(__file__).parent / "harmless.txt").read_text(encoding="utf-8").splitlines()
# What takes many steps where a pattern looks far ahead, or from each place anew.
REPEATED = (
    '{"token":null,"a":1}',
    "-----BEGIN PRIVATE KEY-----",
    "eyJaaaa-",
    "a.b.c",
    "proxy-",
    "123e4567-e89b-12d3-a456-426614174000 ",
    "token:",
    'password: "',
    "cookie: a=",
    "authorization: basic ",
    "docker login ",
    "curl -u ",
    "?sig=",
    "://a:b@",
    "| password |\n|---|\n",
    "kind: Secret\ndata:\n",
    "<password ",
    "a\u200b",
)
# Matched from the beginning of a word alone, so that its length is gone through once.
UNBOUNDED = {r"(?<![\w+/=.~@:%-])[\w+/=.~@:%-]{20,}"}


@pytest.mark.parametrize("kind", sorted({line.kind for line in LINES}))
def test_a_secret_is_masked(kind: str) -> None:
    """By its vendor's form, or by the place where it stands; nothing of it is left."""
    lines = [line for line in LINES if line.kind == kind]
    assert [line.text for line in lines if line.secret[:-2] in mask(line.text)[0]] == []


@pytest.mark.parametrize("line", HARMLESS)
def test_what_only_looks_like_a_secret_is_left(line: str) -> None:
    """References, placeholders, digests, ids, and sentences about secrets."""
    assert mask(line) == (line, 0)


def test_what_is_masked_stays_as_it_is() -> None:
    """Masked again, nothing changes."""
    for line in LINES:
        once, count = mask(line.text)
        assert (mask(once)[0], count > 0) == (once, True)


def test_what_stands_around_a_secret_is_kept() -> None:
    """A line tells what it told, but for the secret."""
    assert mask("curl -u ci:hunter22 https://x # 401 at 14:05Z") == (
        "curl -u ci:[masked] https://x # 401 at 14:05Z",
        1,
    )
    told = "2026-07-02 GET /v1?api_key=a1b2c3d4e5&page=2 500 in 31 ms"
    assert mask(told)[0] == "2026-07-02 GET /v1?api_key=[masked]&page=2 500 in 31 ms"
    assert mask("flag 🏳️\u200d🌈 raised, password: hunter22")[0].endswith("password: [masked]")
    assert mask("flag 🏳️\u200d🌈 raised")[0] == "flag 🏳️\u200d🌈 raised"


def test_each_row_of_the_table_is_whole() -> None:
    """A kind, literals, a pattern that has one of them in what it matches, and a source."""
    rows = [line.split("\t") for line in Path(FILE).read_text("utf-8").splitlines()[1:]]
    assert all(len(row) == 4 and all(row) for row in rows)
    assert [source for *_, source in rows if not re.fullmatch(r"[\w.-]+\.[a-z]+/\S*", source)] == []
    assert len(forms().rows) == len(rows)


def patterns_in(value: Any) -> list[patterns._Uncompiled]:  # noqa: ANN401 - whatever a module holds
    """Return every pattern in a module's value."""
    if isinstance(value, patterns._Uncompiled):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [each for part in value for each in patterns_in(part)]
    return []


def unbounded(tree: Any) -> bool:  # noqa: ANN401 - the parser's own tree
    """Tell whether something in a parsed pattern may be repeated without end."""
    for kind, given in tree:
        parts: list[Any] = []
        if kind in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
            if given[1] == sre.MAXREPEAT:
                return True
            parts = [given[2]]
        elif kind is sre.BRANCH:
            parts = given[1]
        elif kind in {sre.SUBPATTERN, sre.ASSERT, sre.ASSERT_NOT}:
            parts = [given[-1]]
        if any(map(unbounded, parts)):
            return True
    return False


def test_every_pattern_is_bounded() -> None:
    """None looks further than so many signs, so that each place costs so many steps at most.

    Those of `values` look at values that were found so.
    """
    texts = set()
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{masking.__name__}.") and not name.endswith(".values"):
            assert isinstance(module, ModuleType)
            texts |= {p._given for value in vars(module).values() for p in patterns_in(value)}
    texts |= {row.pattern._given for row in forms().rows}  # type: ignore[attr-defined]
    assert len(texts) > 150
    wrong = {text for text, flags in texts if unbounded(parser.parse(text, flags))}
    assert wrong == UNBOUNDED


@pytest.mark.parametrize("part", REPEATED)
def test_twice_the_text_takes_twice_the_steps(part: str) -> None:
    """Counted are calls, of which each looks at so many signs at most."""
    steps = []
    for size in (20_000, 40_000):
        count = 0

        def counted(_frame: object, event: str, _arg: object) -> None:
            nonlocal count
            count += event in {"call", "c_call"}

        text = (part * (size // len(part) + 1))[:size]
        sys.setprofile(counted)
        try:
            mask_module.mask(text)
        finally:
            sys.setprofile(None)
        steps.append(count)
    assert steps[1] <= 2.1 * steps[0] + 500
