"""Whether what stands after a label is a secret, and no reference, placeholder or prose."""

from __future__ import annotations

import math
import re

from incident_state.patterns import pattern

# Names of other places that hold the secret, and code that gets it from there.
_REFERENCE = pattern(
    r"[$<{]|%[({sSvd]|\*+$|@\{|\[masked|\\?[$]"
    r"|(?:os|process|sys)\.|(?:ENV|env|config|settings|secrets?|vault|data|var|local|module|params?"
    r"|self|this|args?|opts?|options|req|request|event|ctx|context|values|parameters)[.\[(:]"
    r"|[\w.$]{1,80}[(\[{]|[\w.$]{3,80}@[0-9a-f]{5,16}$|--?[a-z]{1,24}[=|]?|\w{1,60}(?:\.[A-Za-z_]\w{0,60}){1,8}$|arn:|projects/|op://|vault:|ref\+|ssm:|sm://"
    r"|ConvertTo-|secretsmanager|azurekeyvault|keyvault|file:|https?://(?![^/\s]{0,200}@)"
    r"|(?:~|\.{1,2})?/[\w.-]{1,80}(?:/[\w.-]{1,80}){1,12}/?$|[A-Za-z]:\\"
)
_PLACEHOLDER = pattern(
    r"(?i)(?:(.)\1{2,}|x+|\.{2,}|-+|_+|\*.*"
    r"|.{0,20}(?:redacted|masked|hidden|removed|placeholder|example|your[-_ ]|not[-_ ]?set"
    r"|replace|insert|todo|dummy|omitted|scrubbed|obfuscated|filtered|censored).{0,40}"
    r"|n/?a|[+-]?\d{1,12}(?:\.\d{1,12})?(?:ms|s|m|h|d|%|kb|mb|gb)?|0x[0-9a-fA-F]{0,8})"
)
# Words that a sentence, a log or a schema has after a label.
_WORDS = frozenset(
    "none null nil undefined void true false yes no on off empty unset missing absent present "
    "required optional default unknown invalid valid expired expires expiring revoked rotated "
    "rotation rotating refused rejected denied failed failure wrong incorrect mismatch "
    "mismatched changed change reset leaked exposed used unused enabled disabled encrypted "
    "decrypted hashed plain plaintext auto automatic manual generated string str text number "
    "integer int bool boolean bytes binary object array list map dict any type file path name "
    "value key keys token tokens secret secrets password passwords user username login id "
    "uuid header body query cookie bearer basic digest oauth oauth2 jwt apikey not is was are "
    "were has have had been be the a an this that it its we they you he she for from to of in "
    "at by with without and or but if when while as so then than too very also only again "
    "still can could may might must shall should will would do does did done see set sent get "
    "got new old ok okay error errors warning info debug issued refresh refreshed access "
    "renewed renew granted based store storage manager provider service policy length limit "
    "count field input output stored verified validated checked check confirmed unconfirmed "
    "pending active inactive deleted created updated loaded mounted synced ready allowed "
    "forbidden unauthorized authenticated".split()
)
_RANDOM = re.compile(r"[A-Za-z0-9+/=_.~!@#%^&*-]+")
_NAME = pattern(
    r"_{0,2}[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Za-z][a-z]{1,15}(?:[A-Z][a-z]{1,15}){1,6}"
    r"|_{0,2}[a-z]{1,20}\d?(?:_[a-z0-9]{1,20}){1,6}"
)
_NO_WORD = pattern(r"[bcdfghjklmnpqrstvwxz]{5}|[a-z]{20}")
_LABEL = pattern(r"pass|pwd|token|secret|key|cred|auth")
_UUID = pattern(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGEST = pattern(r"(?i)(?:sha(?:1|256|384|512)[:-]|0x)?[0-9a-f]{1,512}")


def is_secret(value: str, *, quoted: bool, more: bool, chosen: bool) -> bool:
    """Whether a value after a label such as `password` is one.

    `more`: words follow it in its line; `chosen`: people choose it, so that it can be a word.
    """
    value = value.strip()
    if value.isdigit():
        return chosen and len(value) >= 4  # noqa: PLR2004 - shorter is a count
    if len(value) < (3 if quoted else 4) or is_harmless(value):
        return False
    if quoted and " " in value:
        return chosen and _is_phrase(value)
    name = _NAME.fullmatch(value.rstrip(":.,;)"))
    if name and (not quoted or not chosen or _LABEL.search(value.lower())):
        return False  # of a variable, a field or a type
    if not quoted and value[0] in "([":
        return False
    if value.rstrip(".:!?").isalpha() and (value[1:].islower() or value.isupper()):
        return bool(chosen or _NO_WORD.search(value.lower())) and (quoted or not more)
    return True


def is_harmless(value: str) -> bool:
    """Whether it is a reference to a secret, a placeholder, or a word that tells of one."""
    bare = value.strip("\"'`.,:;!?()[]").lower()
    return bool(
        bare in _WORDS
        or not bare
        or _REFERENCE.match(value)
        or _PLACEHOLDER.fullmatch(value.strip("\"'`"))
    )


def is_random(value: str, least: int = 16, *, ids: bool = False) -> bool:
    """Whether it looks drawn by chance, for vaguer labels; a digest or a UUID only if `ids`."""
    if len(value) < least or not _RANDOM.fullmatch(value) or is_harmless(value):
        return False
    if _UUID.fullmatch(value) or _DIGEST.fullmatch(value):
        return ids
    return looks_drawn(value)


def looks_drawn(value: str) -> bool:
    """Whether its signs are as mixed as those of a key: letters and digits, few of them twice."""
    digits = sum(each.isdigit() for each in value)
    letters = sum(each.isalpha() for each in value)
    if not letters or not digits or _NAME.fullmatch(value):
        return False
    return entropy(value[:256]) >= min(3.0, math.log2(len(value)) * 0.7)


def entropy(value: str) -> float:
    """Bits a sign, by how often each stands in it (Shannon)."""
    counts = (value.count(each) for each in set(value))
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts)


def _is_phrase(value: str) -> bool:
    """Whether quoted words are a passphrase rather than a message: four or more bare words."""
    words = value.split()
    return len(words) <= 8 and not _WORDS.intersection(word.lower() for word in words)  # noqa: PLR2004 - a sentence is longer
