"""Program texts: whether one computes and prints, or acts on files, processes, the network."""

from __future__ import annotations

import re

from incident_state.hooks.known.kinds import PROJECT, READS, UNKNOWN
from incident_state.patterns import pattern

# Writes or removes files, or runs programs.
WRITES = pattern(
    r"(?i)open\s*\([^)]{0,300},\s*(?:mode\s*=\s*)?['\"][^'\"]{0,9}[wax+]|\.open\s*\(\s*['\"][wax]|"
    r"(?<!stdout)(?<!stderr)\.write\s*\(|\bprint\s*>|open\s*\(?[^)\n]{0,300}['\"]\s*[+]?>|"
    r"(?:write_text|write_bytes|unlink|rmtree|os\.(?:remove|rename|replace|mk|symlink|link|chmod|chown|"
    r"truncate|kill|system|exec|spawn|popen|fdopen|open)|shutil\.|pty\.|writeFile|appendFile|"
    r"createWriteStream|rmSync|mkdirSync|renameSync|copyFile|fs\.(?:rm|cp|truncate|open)|"
    r"File\.(?:write|delete|rename|open)|FileUtils|IO\.write|file_put_contents|fwrite|\.touch\s*\(|"
    r"\.rename\s*\(|\.rmdir\s*\(|\.mkdir\s*\(|to_csv|to_json\s*\(\s*['\"]|savefig)"
)
_IN_PLACE = pattern(r"^-\w*i[\w.]*$", re.MULTILINE)
# Runs what it makes up or looks up while it runs.
_MAKES_UP = pattern(
    r"\beval\b|\bexec\s*\(|__import__|importlib|compile\s*\(|ctypes|pickle|marshal|getattr\s*\(|"
    r"globals\s*\(|`|\bsystem\s*\(\s*[^'\"\s]|(?:run|[cC]all|Popen|output|spawn\w*|exec\w*|popen)"
    r"\s*\(\s*(?:\w|\[[^\]]{0,300}\b(?:argv|environ|\w+\s*\())"
)
_CONNECTS = pattern(
    r"(?i)requests|urllib\.request|urlopen|http\.client|httpx|aiohttp|boto|kubernetes|google\.|azure|"
    r"paramiko|fabric|docker|psycopg|pymysql|mysql|sqlalchemy|redis|pymongo|mongo|kafka|pika|socket|smtplib|ftplib|"
    r"fetch\s*\(|axios|https?\.(?:request|get)|Net::|LWP|fsockopen|curl_|require\s*\(\s*['\"](?!\.|fs|path|os|util|url)|"
    r"aws-sdk|@aws|@google|@kubernetes|hvac|consul|ldap|grpc|boltons\.db|telnetlib|xmlrpc"
)
_LEAVES = pattern(r"\.\.|['\"](?:/|~)|expanduser|home\s*\(|environ|getenv|chdir|process\.env")
_IMPORT = pattern(r"^\s*(?:from\s+([\w.]+)\s+import|import\s+([\w., \t]+))", re.MULTILINE)
_HARMLESS = frozenset(
    "subprocess json sys re os pathlib datetime time math statistics collections itertools "
    "functools operator csv io gzip zlib bz2 lzma base64 binascii hashlib textwrap string pprint "
    "glob fnmatch urllib.parse ipaddress difflib random decimal fractions heapq bisect typing "
    "dataclasses enum calendar zoneinfo html shlex unicodedata struct uuid argparse "
    "contextlib copy locale platform getpass sqlite3 yaml toml tomllib configparser ast "
    "tokenize numpy pandas scipy matplotlib dateutil pytz tabulate rich __future__ abc "
    "numbers secrets timeit traceback warnings xml xml.etree.ElementTree codecs stat errno "
    "signal inspect keyword".split()
)


def writes(text: str) -> bool:
    """Whether a program's text, its interpreter's options before it, plainly writes files."""
    return bool(WRITES.search(text) or _IN_PLACE.match(text))


def leaves(text: str) -> bool:
    """Whether a program's text may name a file outside the folder in which it runs."""
    return _LEAVES.search(text) is not None


def acts(text: str, *, python: bool) -> str:
    """`project` if the text writes here, `unknown` if it may act elsewhere, else "".

    The command lines that it hands to a shell, as far as they are seen, are judged on their own.
    """
    if writes(text):
        return PROJECT
    if _CONNECTS.search(text) or _MAKES_UP.search(text):
        return UNKNOWN
    for whole, several in _IMPORT.findall(text) if python else ():
        for name in (whole or several).split(","):
            module = name.split(" as ")[0].strip()
            if module not in _HARMLESS and module.split(".")[0] not in _HARMLESS - {"urllib"}:
                return UNKNOWN
    return READS
