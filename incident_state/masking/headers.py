"""Credentials in headers: `Authorization` of every scheme, `Cookie` and `Set-Cookie`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from incident_state.masking import values
from incident_state.masking.occurrences import occurrences
from incident_state.masking.spans import Span
from incident_state.patterns import pattern

_PARTED = r"\\{0,3}[\"'`]?[ \t]{0,3}(?:[:=]{1,2}|=>|,)[ \t]{0,4}\\{0,3}[\"'`]?"
_AUTHORIZATION = pattern(
    rf"(?i)(?:proxy-)?authorization{_PARTED}"
    r"(?:(?P<scheme>[A-Za-z][\w-]{1,30})[ \t]{1,4})?"
    # What is quoted within belongs to it: `Digest username="u", response="…"`.
    r"(?P<rest>[^\r\n\"'`\\<>|]{1,4096}"
    r"(?:\"[^\"\r\n]{0,512}\"[^\r\n\"'`\\<>|]{0,64}){0,16})"
)
_CREDENTIAL = r"\w{1,64}[ \t]{1,4}(?P<value>[\w.~+/=-]{16,4096})"
_SCHEMES = {
    "bearer": pattern(_CREDENTIAL),
    "negotiate": pattern(_CREDENTIAL),
    "basic": pattern(r"\w{1,64}[ \t]{1,4}(?P<value>[A-Za-z0-9+/]{12,1024}={0,2})(?![\w.])"),
}
_COOKIES = pattern(rf"(?i)(?:set-)?cookies?{_PARTED}(?P<pairs>[^\r\n\"'`<>|]{{1,4096}})")
_PAIR = pattern(r"(?P<name>[\w.$-]{1,64})=(?P<value>[^;,\s\"'`<>|]{1,4096})")
_ATTRIBUTES = frozenset("path domain expires max-age samesite version priority".split())
_SESSION = pattern(r"(?i)sess|sid|auth|token|csrf|jwt|remember")
_SHORTEST = 8  # of what a server would take; a setting is shorter
_LONG = 32  # so long that it is no setting, whatever it is called


def found(text: str, low: str) -> Iterator[Span]:
    """What they carry."""
    for match in _apart(_AUTHORIZATION, text, low, "authorization", "proxy-authorization"):
        if span := _authorization(match):
            yield span
    for word, form in _SCHEMES.items():
        for at in occurrences(low, word):
            credential = form.match(text, at)
            if credential and values.looks_drawn(credential["value"]):
                yield Span(*credential.span("value"))
    for match in _apart(_COOKIES, text, low, "cookie", "set-cookie"):
        yield from _cookies(text, *match.span("pairs"))


def _apart(form: re.Pattern[str], text: str, low: str, *names: str) -> Iterator[re.Match[str]]:
    """What matches at one of those names, but for a name within what matched before."""
    end = 0
    for at in sorted(at for name in names for at in occurrences(low, name)):
        if at >= end and (match := form.match(text, at)):
            end = match.end()
            yield match


def _authorization(match: re.Match[str]) -> Span | None:
    value = match["rest"].rstrip()
    first = value.split(" ", 1)[0].rstrip(",;")
    # `Authorization: header missing` is a sentence; a scheme of several parts has `=` in them.
    if not match["scheme"] or (" " in value and "=" not in value):
        value = first
        if not values.is_random(value, _SHORTEST):
            return None
    if len(value) < 4 or values.is_harmless(value):  # noqa: PLR2004 - as no credential is
        return None
    return Span(match.start("rest"), match.start("rest") + len(value))


def _cookies(text: str, start: int, end: int) -> Iterator[Span]:
    for pair in _PAIR.finditer(text, start, end):
        name, value = pair["name"], pair["value"]
        if name.lower() in _ATTRIBUTES or values.is_harmless(value):
            continue
        least = _SHORTEST if _SESSION.search(name) else _LONG
        if len(value) >= least or values.is_random(value):
            yield Span(*pair.span("value"))
