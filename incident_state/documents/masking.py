"""Secrets are masked before anything is recorded: their kind is kept, their value is not."""

from __future__ import annotations

import re

from incident_state.patterns import pattern

_TOKENS = {
    # Without its end only what looks like key material goes with it, never the text that follows.
    "private key": r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:[\sA-Za-z0-9+/=\\:,-]*?"
    r"-----END [A-Z0-9 ]*PRIVATE KEY-----|(?:(?:\s|\\n)*[A-Za-z0-9+/=]{32,})*)",
    "AWS key": r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b",
    "GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b",
    "GitLab token": r"\bglpat-[A-Za-z0-9_-]{20,}",
    "Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    "Slack webhook": r"https://hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
    "Stripe key": r"\b(?:[sr]k|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}\b",
    "npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "PyPI token": r"\bpypi-[A-Za-z0-9_-]{50,}",
    "Google key": r"\bAIza[A-Za-z0-9_-]{35}",
    "Google token": r"\bya29\.[A-Za-z0-9_-]{20,}",
    "API key": r"\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{20,}",
    "JWT": r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
}
_TOKEN = pattern(
    "|".join(f"(?P<t{n}>{text})" for n, text in enumerate(_TOKENS.values())), re.DOTALL
)
_KINDS = tuple(_TOKENS)
_HEADER = pattern(
    r"(?i)(\b(?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?(?:(?:basic|bearer|token|digest)\s+)?)"
    r"(?!\[masked)([^\s\"',;]{6,})"
)
_URL_PASSWORD = pattern(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)(?!\[masked)([^\s@/]+)(?=@)")
_BEARER = pattern(r"(?i)(\bbearer\s+)(?!\[masked)([\w.~+/-]{16,}=*)")
_ASSIGNED = pattern(
    r"(?i)((?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|account[_-]?key"
    r"|private[_-]?key|credential)s?[\"']?\s*[:=]\s*)(?!\[masked|\d{1,7}\b|[\"']?(?:\$[{(]|<))"
    r"(\"[^\"\n]{3,}\"|'[^'\n]{3,}'|(?<==)[^\s\"',;&]{6,}|(?=\S*\d)[^\s\"',;&]{6,})"
)


def mask(text: str) -> tuple[str, int]:
    """The text with each secret that is recognised replaced by its kind, and their number."""
    text, tokens = _TOKEN.subn(_kind, text)
    found = tokens
    for labelled in (_HEADER, _BEARER, _URL_PASSWORD, _ASSIGNED):
        text, count = labelled.subn(r"\1[masked]", text)
        found += count
    return text, found


def _kind(match: re.Match[str]) -> str:
    return f"[masked: {_KINDS[int((match.lastgroup or 't0')[1:])]}]"
