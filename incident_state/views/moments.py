"""Times and lengths of time as people read them; all times are UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone


def clock(moment: datetime, now: datetime | None = None) -> str:
    """`14:07 UTC`, with its date in front unless that is the day of `now`."""
    moment = moment.astimezone(timezone.utc)
    same = now is not None and now.astimezone(timezone.utc).date() == moment.date()
    return f"{moment:%H:%M} UTC" if same else f"{moment:%Y-%m-%d %H:%M} UTC"


def length(span: timedelta | None) -> str:
    """`<1 min`, `34 min`, `2 h 05 min`, `3 d 4 h`; `unknown` for None."""
    if span is None:
        return "unknown"
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "<1 min"
    hours, minutes = divmod(minutes, 60)
    if hours < 1:
        return f"{minutes} min"
    days, rest = divmod(hours, 24)
    return f"{hours} h {minutes:02} min" if days < 2 else f"{days} d {rest} h"  # noqa: PLR2004 - two days are read best in hours


def brief(span: timedelta | None) -> str:
    """The same for a table: `0m`, `34m`, `2h05`, `3d04`; `unknown` for None."""
    if span is None:
        return "unknown"
    hours, minutes = divmod(int(span.total_seconds() // 60), 60)
    if hours < 1:
        return f"{minutes}m"
    days, rest = divmod(hours, 24)
    return f"{hours}h{minutes:02}" if days < 2 else f"{days}d{rest:02}h"  # noqa: PLR2004 - as above


def seconds(span: timedelta | None) -> float | None:
    """The length in seconds, for programs; None stays None."""
    return None if span is None else span.total_seconds()
