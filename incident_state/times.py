"""A time as people and documents write it: ISO 8601 with its zone, which a record cannot guess."""

from __future__ import annotations

import contextlib
import re
from datetime import MAXYEAR, MINYEAR, datetime, timezone

EXAMPLE = "2026-07-02T13:42Z"

_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[T ](?P<clock>\d\d:\d\d)"
    r"(?::(?P<seconds>\d\d)(?:\.(?P<part>\d{1,6}))?)?"
    r" ?(?:Z|UTC|(?P<ahead>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d))",
    re.IGNORECASE | re.ASCII,
)


def now() -> datetime:
    """The time, UTC, to the millisecond that state.json keeps."""
    moment = datetime.now(timezone.utc)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC; ValueError without a zone, or in the calendar's first or last year.

    Beyond those two a span can be taken away or added, and any zone be meant.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    if moment.year in {MINYEAR, MAXYEAR}:
        raise ValueError(f"no time of the year {moment.year:04} is known")
    return moment.astimezone(timezone.utc)


def moment(text: str) -> datetime:
    """The moment in UTC, to the millisecond; ValueError if it is not a time with its zone."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text.strip()[:40]!r} is no time such as {EXAMPLE}")
    return _moment(match)


def found(text: str) -> datetime | None:
    """The first moment in the text, in UTC; None if no time with its zone is in it."""
    match = _TIME.search(text)
    with contextlib.suppress(ValueError):
        return _moment(match) if match else None
    return None


def _moment(match: re.Match[str]) -> datetime:
    part = (match["part"] or "").ljust(6, "0")[:3]
    zone = f"{match['ahead']}{match['hours']}:{match['minutes']}" if match["ahead"] else "+00:00"
    try:
        found = datetime.fromisoformat(
            f"{match['date']}T{match['clock']}:{match['seconds'] or '00'}.{part}{zone}"
        )
        return in_utc(found)
    except ValueError as error:
        raise ValueError(f"{match[0]!r} is no time: {error}") from error
