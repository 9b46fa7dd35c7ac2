"""What the user types after the command is taken apart as a person would read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_state.arguments import Typed, parse
from incident_state.errors import WrongUsage

READINGS = {
    '"Checkout returns 500s" --severity P0': ("Checkout returns 500s", "P0"),
    "Checkout returns 500s --severity=p2": ("Checkout returns 500s", "P2"),
    "--SEVERITY p3 Checkout is down": ("Checkout is down", "P3"),
    '--severity P1 "say --severity P0 aloud"': ("say --severity P0 aloud", "P1"),
    '"say --severity P0 aloud" --severity P1': ("say --severity P0 aloud", "P1"),
    '"say --severity P9 aloud"': ("say --severity P9 aloud", None),
    "Checkout --severity P0 is down": ("Checkout is down", "P0"),
    "it's down and 'slow'": ("it's down and 'slow'", None),
    "'it's down' --severity P1": ("it's down", "P1"),
    "'the users' carts are empty' --severity P1": ("the users' carts are empty", "P1"),
    '"Checkout says "500" since 14:05" --severity P0': ('Checkout says "500" since 14:05', "P0"),
    '"a" and "b" --severity P0': ('"a" and "b"', "P0"),
    '"never closed --severity P0': ('"never closed', "P0"),
    "`id` $(id) ${HOME} !`id` \\n": ("`id` $(id) ${HOME} !`id` \\n", None),
    '"two\n\nlines"  --severity  P0': ("two\n\nlines", "P0"),
    "my--severity P0 and --severityP0": ("my--severity P0 and --severityP0", None),
    "": (None, None),
    '""': (None, None),
    "   --severity P0  ": (None, "P0"),
}


@pytest.mark.parametrize("typed", READINGS)
def test_description_and_severity_are_told_apart(typed: str) -> None:
    """The flag is a word outside a leading quoted string; the rest is kept to the letter."""
    assert parse(typed) == Typed(*READINGS[typed])


@pytest.mark.parametrize(
    "typed",
    [
        "x --severity P7",
        "x --severity",
        "x --severity=",
        "x --severity P0 --severity P1",
        "--severity",
    ],
)
def test_a_severity_that_is_none_or_stands_twice_is_wrong_usage(typed: str) -> None:
    """A wrong flag is named and nothing is guessed."""
    with pytest.raises(WrongUsage):
        parse(typed)


@given(st.text(st.characters(exclude_characters="\"'", exclude_categories=["Cs"]), min_size=1))
def test_a_quoted_description_is_kept_to_the_letter(text: str) -> None:
    """Whatever stands between the quotes is the description, flags in it included."""
    expected = text if text.strip() else None
    assert parse(f'"{text}" --severity P0') == Typed(expected, "P0")
