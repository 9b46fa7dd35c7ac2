"""Credentials among the words of a command: `curl -u`, `mysql -p…`, `sshpass -p`, and others."""

from __future__ import annotations

from collections.abc import Iterator

from incident_state.masking import values
from incident_state.masking.occurrences import occurrences
from incident_state.masking.spans import Span
from incident_state.patterns import pattern

_WORDS = r"(?:[^\r\n|;&]|\\\r?\n){0,200}?[ \t]"
_LOGIN = rf"login\b{_WORDS}-p[ \t]{{1,2}}"
_IN_QUOTES = r"(?<=[\"'])[^\"'\r\n]{3,256}"
_VALUE = rf"(?P<quote>[\"']?)(?P<value>[^\s\"']{{3,256}}|{_IN_QUOTES})(?P=quote)"
_NAMED = r"[^\s:\"']{1,128}:"
_USER = rf"(?P<quote>[\"']?){_NAMED}(?P<value>[^\s\"']{{2,256}}|{_IN_QUOTES})(?P=quote)"
# What is piped into a program that takes a password there.
_FED = r"(?=[ \t]{0,8}\|[^\r\n]{0,80}(?:--?password-stdin|sudo[ \t]{1,4}-\w?S|passwd))"
_FIRST = r"(?:[ \t]{1,8}-{1,2}[\w=./:-]{1,40}){0,2}[ \t]{1,8}"
# Programs, the option that a credential follows, and whether it is `name:password`.
OPTIONS = (
    ("curl", r"(?:-[sSkLfviI]{0,6}[uU]|--(?:proxy-)?user)[ =]{0,2}", _USER),
    ("http |https ", r"(?:-a|--auth)[ =]{1,2}", _USER),
    ("mysql|mariadb", r"-p(?=[^\s-])", _VALUE),
    ("sshpass", r"-p[ \t]{0,2}", _VALUE),
    ("redis-cli", r"(?:-a|--pass)[ =]{1,2}", _VALUE),
    ("docker|podman|nerdctl|buildah|skopeo", _LOGIN, _VALUE),
    ("helm|oras|crane|az |oc |cf ", rf"(?:registry[ \t]{{1,8}})?{_LOGIN}", _VALUE),
    ("vault", r"login[ \t]{1,8}(?:token=)?(?![-\w]{1,30}=)", _VALUE),
    ("mongo", r"-p[ \t]{0,2}", _VALUE),
    ("ldap", r"-w[ \t]{0,2}", _VALUE),
    ("sqlcmd|bcp |ipmitool", r"-P[ \t]{0,2}", _VALUE),
    ("sqlplus", r"[\w.-]{1,64}/", r"(?P<value>[^\s@]{3,128})@"),
    ("7z |zip |unzip |unrar |rar ", r"-[pP][ \t]?(?=[^\s-])", _VALUE),
    (
        "htpasswd",
        r"-[a-zA-Z]{0,4}b[a-zA-Z]{0,4}[ \t]{1,8}(?:[^\s-]\S{0,128}[ \t]{1,8}){1,2}",
        _VALUE,
    ),
    ("rabbitmqctl", r"(?:add_user|change_password)[ \t]{1,8}\S{1,64}[ \t]{1,8}", _VALUE),
    ("smbclient|rpcclient|net ", r"-U[ \t]{0,2}[\"']?[^\s%\"']{1,64}%", _VALUE),
    ("net use", r"/user:\S{1,64}[ \t]{1,8}(?!/)", _VALUE),
    ("net use", r"\\\\\S{1,128}[ \t]{1,8}(?![/*])", _VALUE),
    ("snmp", r"-[AXc][ \t]{0,2}", _VALUE),
    ("useradd|usermod", r"-p[ \t]{1,2}", _VALUE),
    ("keytool|jarsigner", r"-\w{0,6}(?:store|key)pass(?:word)?[ \t]{1,2}", _VALUE),
    ("chpasswd", r"<<<[ \t]{0,4}", _USER),
    ("sudo|--password-stdin", r"<<<[ \t]{0,4}", _VALUE),
)
# Words that a credential follows at once.
WORDS = (
    ("pass:", "", _VALUE),
    ("--from-literal", r"[= ][\"']?[\w.-]{1,64}=", _VALUE),
    ("psk|presharedkey|privatekey", r"[ \t]{0,4}=[ \t]{0,4}", _VALUE),
    ("rocommunity|rwcommunity", r"6?[ \t]{1,8}", r"(?P<value>\S{3,64})"),
    ("convertto-securestring", r"[ \t]{1,8}(?:-[Ss]tring[ \t]{1,8})?", _VALUE),
    (
        "echo",
        r"[ \t]{1,8}(?:-[ne]{1,3}[ \t]{1,8})?",
        rf"{_USER}(?=[ \t]{{0,8}}\|[^\r\n]{{0,40}}chpasswd)",
    ),
    (
        "echo|printf",
        r"[ \t]{1,8}(?:-[ne]{1,3}[ \t]{1,8})?",
        _VALUE + _FED,
    ),
    ("identified with", r"[ \t]{1,4}\w{1,40}[ \t]{1,4}(?:[Bb][Yy]|[Aa][Ss])[ \t]{1,4}", _VALUE),
)
_FORMS = [
    *(
        # A login is one of the first words; another `login` after it costs no more steps.
        (word, pattern(rf"{_FIRST if _LOGIN in option else _WORDS}{option}{value}"))
        for words, option, value in OPTIONS
        for word in words.split("|")
    ),
    *(
        (word, pattern(option + value))
        for words, option, value in WORDS
        for word in words.split("|")
    ),
]
# In Redis's own shell and scripts, where it stands alone in its line.
_AUTH = pattern(rf"[ \t]{{1,8}}(?:\w{{1,32}}[ \t]{{1,8}})?{_VALUE}[ \t]{{0,8}}(?=[\r\n]|$)")
_SAID = pattern(
    r"(?i)(?P<value>[^\s\"'`#/*;(]{6,128})[\"'`]? is the (?:\w{1,20} )?"
    r"(?:password|passphrase|token|secret|api key)\b"
)
_AROUND = 130  # signs on both sides of `is the`
# What crypt(3) and its kin make of a password: method, salt, digest.
_CRYPT = pattern(
    r"\$(?:[1567y]|2[abxy]|gy|apr1|argon2(?:id|i|d)|pbkdf2[\w-]{0,16}|scrypt)\$[\w./$,=+-]{20,256}"
)
# A line of ~/.pgpass: host, port, database, name, password.
_PGPASS = pattern(
    r"(?m)^[\w.*-]{1,253}:(?:\d{2,5}|\*):[^:\s]{1,64}:[^:\s]{1,64}:(?P<value>[^\s:]{3,128})$"
)


def found(text: str, low: str) -> Iterator[Span]:
    """Where they stand."""
    for word, form in _FORMS:
        for at in occurrences(low, word):
            match = form.match(text, at + len(word.rstrip()))
            if match and (match["value"].isdigit() or not values.is_harmless(match["value"])):
                yield Span(*match.span("value"))
    yield from _alone(text, low)


def _alone(text: str, low: str) -> Iterator[Span]:
    """Of which no program's name stands before: Redis's AUTH, .pgpass, what a sentence tells."""
    for at in occurrences(low, "auth"):
        line = low[max(0, low.rfind("\n", 0, at) + 1) : at]
        match = _AUTH.match(text, at + len("auth"))
        if match and not line.strip(" \t>") and not values.is_harmless(match["value"]):
            yield Span(*match.span("value"))
    for at in occurrences(low, "is the"):
        match = _SAID.search(text, max(0, at - _AROUND), at + _AROUND)
        if match and any(map(str.isdigit, match["value"])):
            yield Span(*match.span("value"))
    if "$" in text:
        yield from (Span(*match.span()) for match in _CRYPT.finditer(text))
    if ":5432:" in text or ":*:" in text:
        for match in _PGPASS.finditer(text):
            if not values.is_harmless(match["value"]):
                yield Span(*match.span("value"))
