"""Values that stand after a label: `password: …`, `"token": "…"`, `<secret>…</secret>`, `--key …`.

A label is found first, in the text in lower case; what may follow it is read from there, so that
each label costs a bounded number of steps.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_state.masking import values
from incident_state.masking.occurrences import everywhere
from incident_state.masking.spans import Span
from incident_state.patterns import pattern
from incident_state.records import record

# What people choose themselves, so that a word can be one.
_CHOSEN = (
    "password passwd passphrase passcode passwort passwrd passw pwd pass pw kennwort wachtwoord"
    " senha contraseña contrasena hasło пароль парол 密码 密碼 口令 パスワード 暗証番号 비밀번호"
    "|identified by|requirepass|masterauth|mot de passe"
)
_DRAWN = "secret token credential psk"
# They say so little that what follows must look drawn by chance.
_VAGUE = "key auth signature sig session sid cred dsn salt pepper nonce otp"
CHOSEN = frozenset([*_CHOSEN.split("|", maxsplit=1)[0].split(), *_CHOSEN.split("|")[1:]])
VAGUE = frozenset(_VAGUE.split())
_LABELS = (*CHOSEN, *_DRAWN.split(), *VAGUE)
# Words of their own, or they would be found in many others.
_WHOLE = frozenset("pass pw senha sig sid cred dsn salt pepper nonce otp psk".split())
# What makes a key a secret one.
_SECRET_KEY = pattern(
    r"(?:api|app|access|account|private|priv|secret|client|encryption|encrypt|signing|sign|master"
    r"|storage|auth|shared|service|license|consumer|admin|deploy|webhook|jwt|hmac|server|primary"
    r"|secondary|ingest|insert|integration|routing|session|cipher|crypto|user|write|read|root|bot"
    r"|subscription|functions|host|sas|ssh|data)[\s_.-]?$"
)
# After `token` or `secret`, what makes a label of something that is none.
# How a name ends that is of something else: of a secret's name, of how many tokens there are.
_OF = pattern(
    r"(?:id|name|path|file|filename|dir|folder|ref|reference|arn|count|type|ur[il]|endpoint|expir\w{0,24}|ttl"
    r"|age|length|len|size|limit|quota|polic(?:y|ie)|version|format|field|header|prompt|hint|label|manager"
    r"|store|storage|provider|review|request|bucket|rotat\w{0,24}|enabled|required|valid\w{0,24}|error|mount|volume"
    r"|engine|less|cache|usage|issuer|audience|scope|status|state|reset\w{0,24}|algorithm|alg|method|mode|index"
    r"|space|board|word|frame|map|set|stone|note|selector|created|updated|changed|iz\w{1,64}|[a-z]ed|ing|er|or"
    r"|entic\w{0,24}|owner|pair|per_\w{0,24}|used|left|total|budget|window|handler|client|factory|generator|helper"
    r"|spec|kind|class|group|press|down|up|code|char\w{0,24}|vault|ring|stroke|point|hash|holder|list|item|word"
    r"|num\w{0,24}|max|min|host|port|user|email|date|time\w{0,24}|at|on|by|context|info|data_?type|config)s?$"
)
_OTHER_KEY = pattern(
    r"(?:idempotency|partition|primary|foreign|cache|sort|routing|dedup\w{0,24}|correlation|row|shard|group"
    r"|public|pub|hash|map|lookup|index|object|s3|file|unique|natural|message|trace|span|request|commit"
    r"|registry|config|feature|flag|etag|content|cert|certificate|known|fingerprint)[_.-]?$"
)
_TAKES = frozenset(["requirepass", "masterauth"])
# Before a label that its value follows with nothing in between.
_SETS = pattern(r"(?:^|[\s;&|])(?:env|setx?|arg)[ \t]{1,8}[\w.-]{0,24}$")
_REST = pattern(r"[\w-]{0,40}(?:\.[\w-]{1,20}){0,2}(?:\[[\w\"'-]{0,20}\])?")
# What closes the label, what parts it from its value, what marks the value.
_BETWEEN = pattern(
    r"(?P<close>(?:\\{0,3}[\"'`])?[\])]{0,2}[*_`]{0,3}(?:[ \t]{0,2}\([^()\n]{0,24}\))?"
    r"(?:[ \t]{1,2}(?:for|of|on)[ \t]{1,2}[\w@.-]{1,40})?)"
    r"(?P<sep>"
    # An assignment, its type before it, a YAML block after it.
    r"(?:[ \t]{0,4}:?[ \t]{1,4}(?:[Ss]tring|str|char|text))?[ \t]{0,24}"
    r"(?:\uff1a|:{1,3}=|[.?+|]{1,2}=|=>|->|={1,3}|:{1,2}|\|)[ \t]{0,24}"
    r"(?:[|>][+-]?\r?\n[ \t]{1,24})?"
    # A name and its value side by side, in JSON, YAML, XML and HCL.
    r"|[\"']?[ \t]{0,2}(?:/?>|,|\{)?[ \t\r\n]{0,24}<?\\{0,3}[\"']?(?:value|content|default)"
    r"\\{0,3}[\"']?[ \t]{0,4}[:=>][ \t]{0,4}"
    # An element with its attributes, a call, its next argument, a sentence, a space.
    r"|(?:[ \t]{1,2}[\w:-]{1,24}=\"[^\"\n<>]{0,80}\"){0,2}>[ \t\r\n]{0,24}"
    r"|\([ \t]{0,2}|,[ \t]{0,4}"
    r"|[ \t]{1,2}(?:(?:has been|was|is) (?:re)?(?:set|changed) to|is|was|to|as)"
    r"[ \t]{0,2}:?[ \t]{1,2}|[ \t]{1,8})"
    r"(?P<mark>(?:![\w!/-]{0,24}[ \t]{1,4})?[*_`]{0,3}[ \t]{0,4})"
)
_QUOTED = pattern(
    r"[bBrRuU@]?(?P<quote>\\{0,3}(?:\"|'|`))(?P<value>(?:(?!(?P=quote))[^\r\n]){1,4096})(?P=quote)"
)
_BARELY = 128  # signs of a bare value that are looked at before the rest is
_BARE = pattern(rf"[^\s\"'`<>|]{{1,{_BARELY}}}")
_WHOLE_BARE = pattern(r"[^\s\"'`<>|&?;,(){}\[\]]{1,65536}")
# Where a bare value ends although no space follows.
_CUT = pattern(r"\\[nrt\"']|[&;,](?=$|[\w.-]{1,40}[=:])|[,;]$|[)\]}]{1,16}[,;.]?$|</")
_MORE = pattern(r"[ \t]{1,8}[A-Za-z]{2,24}")
_SENTENCE = frozenset(["is", "was", "to", "as"])
_BEFORE = 48  # signs before a label that its name may begin in
_NEAR = 80  # signs before `password` in which `login` makes it .netrc's


@record
class Value:
    """What stands after a label: where it begins, its text, whether it was in quotes."""

    begin: int
    text: str
    quoted: bool

    @property
    def span(self) -> Span:
        """Its place."""
        return Span(self.begin, self.begin + len(self.text))


def found(text: str, low: str) -> Iterator[Span]:
    """Where a labelled secret stands; `low` is the text in lower case, as long as the text."""
    end = 0
    for start, label in _labels(low):
        if start < end:
            continue  # it stands in what was masked just before
        span = _after(text, low, label, start, start + len(label))
        if span is not None:
            end = span.end
            yield span


def _labels(low: str) -> list[tuple[int, str]]:
    """Each label in the text and where it begins; of those at one place the longest first."""
    places = ((at, label) for label in _LABELS for at in everywhere(low, label))
    return sorted(places, key=lambda place: (place[0], -len(place[1])))


def _after(text: str, low: str, label: str, start: int, end: int) -> Span | None:
    """The secret after that label; None where it labels something else, or nothing."""
    rest = _REST.match(low, end)
    tail = rest.group() if rest else ""
    between = _BETWEEN.match(text, end + len(tail))
    before = _name_before(low, start)
    if between is None or not _is_label(text, label, (start, before), (end, tail)):
        return None
    sep, value = between["sep"].strip(), _value(text, between.end(), between["mark"])
    if value is None or not value.text or _parts_nothing(text, sep, value, start - len(before)):
        return None
    if sep.rstrip(": ").rpartition(" ")[2] in _SENTENCE:
        return value.span if _stands_out(value.text.rstrip(".,;:!?)")) else None
    vague = label in VAGUE and not (
        label == "key" and _SECRET_KEY.search(low[max(0, start - _BEFORE) : start])
    )
    follows = not sep and not (before.startswith("-") or _takes(low, label, start))
    if follows and (vague or label == "pass") and not (value.quoted and label != "pass"):
        return None
    if vague or (follows and not value.quoted) or _is_list(sep, value, between["close"]):
        ids = bool(before) and not follows and sep != "," and not _OTHER_KEY.search(before)
        return value.span if values.is_random(value.text, ids=ids) else None
    more = sep != "=" and _MORE.match(text, value.span.end) is not None
    if sep == "|" and not value.quoted and more:
        return None
    chosen = label in CHOSEN and tail[:1] != "s"
    secret = values.is_secret(value.text, quoted=value.quoted, more=more, chosen=chosen)
    return value.span if secret else None


def _name_before(low: str, start: int) -> str:
    """What belongs to the label's name before it, such as `db_` or `--`."""
    at, first = start, max(0, start - _BEFORE)
    while at > first and (low[at - 1].isalnum() or low[at - 1] in "_.$-"):
        at -= 1
    return low[at:start]


def _is_label(text: str, label: str, start: tuple[int, str], end: tuple[int, str]) -> bool:
    """Whether the word with what stands around it names a secret, not its name or its number."""
    (began, before), (ended, tail) = start, end
    if tail and _OF.search(tail):
        return False
    if label not in _WHOLE:
        return True
    return not (before[-1:].isalpha() and not _camel(text, began)) and not (
        tail[:1].isalpha() and not _camel(text, ended)
    )


def _value(text: str, at: int, mark: str) -> Value | None:
    if quoted := _QUOTED.match(text, at):
        return Value(quoted.start("value"), quoted["value"], quoted=True)
    bare = _BARE.match(text, at)
    if bare is None:
        return None
    cut = _CUT.search(bare.group())
    if cut is None and len(bare.group()) == _BARELY:
        bare = _WHOLE_BARE.match(text, at) or bare
    value = bare.group()[: cut.start() if cut else None]
    return Value(at, value.rstrip("*") if mark.startswith("*") else value, quoted=False)


def _parts_nothing(text: str, sep: str, value: Value, begin: int) -> bool:
    """Whether it only looks as if something were assigned: a call, a comparison."""
    if sep == "(":
        return not value.quoted
    if sep == ":" and "arn:" in text[max(0, begin - _NEAR) : begin]:
        return True  # of a secret's name
    return sep == ">" and ("<" not in text[max(0, begin - 4) : begin] or value.text[0] == "@")


def _takes(low: str, label: str, start: int) -> bool:
    """Whether a value follows that label with nothing in between: ENV, set, .netrc, Redis."""
    if label in _TAKES or _SETS.search(low[max(0, start - _BEFORE) : start]):
        return True
    return label == "password" and "login" in low[max(0, start - _NEAR) : start]


def _is_list(sep: str, value: Value, close: str) -> bool:
    """Whether a comma parts a cell from the next rather than a key from its value."""
    return sep == "," and not (close and value.quoted)


def _stands_out(value: str) -> bool:
    """Whether no word of a sentence looks so, after `the password is`."""
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return mixed and len(value) >= 6 and not values.is_harmless(value)  # noqa: PLR2004 - as words are


def _camel(text: str, at: int) -> bool:
    """Whether a word of a camel-case name begins there."""
    return text[at : at + 1].isupper() and text[at - 1 : at].islower()
