"""What programs that speak HTTP do: a query reads, whatever its method, and the rest does not."""

from __future__ import annotations

import re

from incident_state.hooks.known import statements
from incident_state.hooks.known.kinds import PRODUCTION, PROJECT, READS
from incident_state.hooks.known.places import Places
from incident_state.hooks.shell.words import Simple, Word
from incident_state.patterns import pattern

_METHODS = frozenset("GET HEAD OPTIONS POST PUT PATCH DELETE".split())
_METHOD = pattern(r"(?:-\w*X|--request=?|--method=?)([A-Za-z]*)$")
_BODY = pattern(r"-\w*[dFT]$|-[dFT].+|--(?:data|form|upload|json|post-|body-)\S*")
_APART = pattern(r"-\w*[dFT]|--[^=]+")
# Addresses of telemetry that are asked by POST.
_QUERIES = pattern(
    r"/(?:_search|_msearch|_count|_cat|_sql|_ppl|_eql|_esql|_field_caps|_mget|_analyze|_validate|"
    r"query|query_range|query_exemplars|series|labels|search|traces|graphql|nrql|logs/events|"
    r"loki/api|select/logsql|api/ds|timeseries|render|tsdb/query|read|export)\b"
)
_OUTPUT = pattern(r"(?:-\w*o|--output|-\w*O|--output-document|--remote-name)(?:=(.*))?$")


def sent(simple: Simple, places: Places | None) -> str:
    """What a call of curl, wget or httpie does, and where it saves the answer."""
    method, bodies = _asked(simple)
    if method not in {"", "GET", "HEAD", "OPTIONS"}:
        queries = method == "POST" and any(_QUERIES.search(text) for text in simple.plain)
        if not queries or any(map(statements.query_changes, bodies)):
            return PRODUCTION
    return _saved(simple, places)


def _asked(simple: Simple) -> tuple[str, list[str]]:
    method, bodies, texts = "", [], simple.texts
    for text, following in zip(texts, [*texts[1:], ""], strict=False):
        if match := _METHOD.match(text):
            method = (match[1] or following).upper()
        elif text.startswith("-") and _BODY.match(text):
            bodies.append(following if _APART.fullmatch(text) else text)
        elif text in _METHODS and simple.program not in {"curl", "wget"}:
            method = text
    as_get = any(re.match(r"-\w*G$|--get$", text) for text in texts)
    return method or ("POST" if bodies and not as_get else ""), bodies


def _saved(simple: Simple, places: Places | None) -> str:
    texts = simple.texts
    for number, text in enumerate(texts):
        if (match := _OUTPUT.match(text)) and simple.program in {"curl", "wget"}:
            following = simple.words[number + 2] if number + 2 < len(simple.words) else Word("")
            named = Word(match[1]) if match[1] else following
            if simple.program == "curl" and (text.endswith("O") or "remote" in text):
                named = Word("remote-name")
            return READS if places is None or places.is_free(named, simple.cwd) else PROJECT
    shows = simple.program != "wget" or re.search(
        r" (?:--spider|-\w*O ?-|-\w*O/dev/)", " ".join(["", *texts])
    )
    return READS if shows else PROJECT


def api(simple: Simple) -> str:
    """What `gh api` and the like do."""
    line = " ".join(["", *simple.texts])
    if method := re.search(r" (?:-X|--method)[ =]?(\w+)", line):
        return READS if method[1].upper() in {"GET", "HEAD"} else PRODUCTION
    if "graphql" in simple.texts:
        return PRODUCTION if statements.query_changes(line) else READS
    sends = re.search(r" (?:-f|-F|--field|--raw-field|--input|--body|-b)\b", line)
    return PRODUCTION if sends else READS
