"""Credentials in URLs: before the host, and signatures among the parameters."""

from __future__ import annotations

from collections.abc import Iterator

from incident_state.masking import values
from incident_state.masking.occurrences import everywhere
from incident_state.masking.spans import Span
from incident_state.patterns import pattern

# A password may hold `@` and `/`: it goes to the last `@` that a host follows.
_USERINFO = pattern(
    r"://(?P<user>[^\s:/@\"'`<>]{0,128}):(?P<value>[^\s\"'`<>]{1,256})"
    r"@(?=[\w.\[-]{1,253}(?:[:/?#\s\"'`<>),;\]}]|$))"
)
_PORT = pattern(r"\d{1,5}(?:/|$)")
_TOKEN = pattern(r"://(?P<value>[\w.~%-]{20,512})@(?=[\w.-]{1,253})")
# Go's data source names: `user:password@tcp(host:3306)/name`.
_DSN = pattern(r"(?<![\w/.-])[\w.-]{1,64}:(?P<value>[^\s:@\"'`]{3,128})$")
_NETWORKS = ("@tcp(", "@unix(", "@udp(")
_BEFORE = 200  # signs that a name and a password have at most
_SIGNED = pattern(
    r"(?i)[?&;](?:amp;)?(?:x-(?:amz|goog)-(?:signature|security-token|credential)"
    r"|sig|signature|hmac|code|key|auth|session)=(?P<value>[\w.~%+/=-]{8,4096})"
)


def found(text: str, _low: str) -> Iterator[Span]:
    """Where they stand."""
    for at in everywhere(text, "://"):
        if match := _USERINFO.match(text, at):
            # `https://host:8080/path@v1` has a port there.
            if not _PORT.match(match["value"]) and not values.is_harmless(match["value"]):
                yield Span(*match.span("value"))
        elif (match := _TOKEN.match(text, at)) and _is_token(match["value"]):
            yield Span(*match.span("value"))
    for network in _NETWORKS:
        for at in everywhere(text, network):
            if match := _DSN.search(text, max(0, at - _BEFORE), at):
                yield Span(*match.span("value"))
    yield from _signatures(text)


def _is_token(value: str) -> bool:
    """Whether what stands before the host is one, and no address of an account."""
    return "%40" not in value and values.is_random(value, ids=True)


def _signatures(text: str) -> Iterator[Span]:
    if "=" in text and ("?" in text or "&" in text):
        for match in _SIGNED.finditer(text):
            if values.looks_drawn(match["value"]):
                yield Span(*match.span("value"))
