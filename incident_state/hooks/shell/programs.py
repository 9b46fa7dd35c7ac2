"""What a program does, by its name and words: it reads, writes files, or changes production."""

from __future__ import annotations

import re

from incident_state.hooks.shell import vocabulary as known

PROJECT = "project"
PRODUCTION = "production"


def is_reader(program: str, words: list[str]) -> bool:
    """Whether the program, with those words after it, only reads."""
    pattern = known.READERS.get(program)
    return pattern is not None and not re.search(pattern, " " + " ".join(words))


def code_writes(code: str) -> bool:
    """Whether a program's text plainly writes, removes or runs something."""
    return bool(known.CODE_WRITES.search(code))


def changes(program: str, words: list[str], everything: str) -> str:
    """`project`, `production` or, if it plainly changes neither, "".

    `words` follow the program; `everything` is the whole line, in which a query may stand.
    """
    line = " " + " ".join(words)
    plain = [word for word in words if not word.startswith("-")]
    if program in known.WRITERS:
        return PROJECT
    if program in known.OPERATORS:
        return "" if re.search(r" (?:-0|-l|--version)\b", line) else PRODUCTION
    if program == "git":
        return _git(line)
    if program in known.VERB_LINES or program == "aws":
        return _operates(program, plain, everything)
    if program in known.SQL_CLIENTS:
        return PRODUCTION if known.SQL_WRITES.search(everything) else ""
    if program in known.PACKAGE_MANAGERS:
        return _packages(program, line, plain)
    if program in {"curl", "wget", "http", "https", "xh"}:
        return _http(program, line, plain)
    return _by_pattern(program, line) or _locally(program, line, plain)


def _by_pattern(program: str, line: str) -> str:
    if program in known.CHANGES_WHERE:
        return PRODUCTION if re.search(known.CHANGES_WHERE[program], line) else ""
    if program in known.CHANGES_UNLESS:
        return "" if re.search(known.CHANGES_UNLESS[program], line) else PRODUCTION
    return ""


def _locally(program: str, line: str, plain: list[str]) -> str:
    if program in {"tar", "bsdtar"}:
        return "" if re.match(r" (?:-?[a-zA-Z]*t|--list)", line) else PROJECT
    if program in {"sed", "awk", "gawk", "sort", "yq"}:
        return "" if is_reader(program, line.split()) else PROJECT
    if program == "perl" and re.search(r" -\w*i", line):
        return PROJECT
    if program in known.FORMATTERS and re.search(r" (?:--write|--fix|--in-place|-w)\b", line):
        return PROJECT
    target = " ".join([program, *plain[:3]])
    deploys = program in known.DEPLOYERS and known.DEPLOYS.search(target)
    return PRODUCTION if deploys or known.DEPLOYS.search(program) else ""


def _git(line: str) -> str:
    rest = re.sub(r"^(?: (?:-C \S+|-c \S+|--(?:no-pager|git-dir=\S+|work-tree=\S+)|-P))*", "", line)
    rest = rest.strip()
    if not rest or rest.startswith("-") or known.GIT_READS.match(rest):
        return ""
    return PRODUCTION if re.match(r"(?:push|svn|p4|send-email)\b", rest) else PROJECT


def _operates(program: str, plain: list[str], everything: str) -> str:
    if program == "aws":
        operation = plain[1] if len(plain) > 1 else "help"
        reads = known.AWS_READS.match(operation) or plain[0] in {"sts", "configure"}
        return "" if reads else PRODUCTION
    if program == "bq" and known.SQL_WRITES.search(everything):
        return PRODUCTION
    if program == "gh" and plain[:1] == ["api"]:
        writes = r" (?:-X|--method|-f|-F|--field|--raw-field|--input)\b"
        return PRODUCTION if re.search(writes, everything) else ""
    if program == "gh" and plain[:2] == ["workflow", "run"]:
        return PRODUCTION
    # The first word that is a verb of either kind decides: `rollout status`, `rollout undo`.
    for word in plain[:8]:
        first = word.split("-")[0]
        if word in known.NOUNS.get(program, ()):
            continue
        if word in known.READ or (word not in known.CHANGE and first in known.READ):
            return ""
        if word in known.CHANGE or first in known.CHANGE:
            return PRODUCTION
    return ""


def _packages(program: str, line: str, plain: list[str]) -> str:
    if any(known.DEPLOYS.search(word) for word in plain[:3]):
        return PRODUCTION
    words = plain[: 3 if program == "uv" else 1]
    found = any(known.PACKAGES.match(word) for word in words) or re.match(r" -[SRU]", line)
    return PROJECT if found else ""


def _http(program: str, line: str, plain: list[str]) -> str:
    if program in {"http", "https", "xh"}:
        return PRODUCTION if {"POST", "PUT", "PATCH", "DELETE"} & set(plain[:1]) else ""
    if known.HTTP_WRITES.search(line) and not known.HTTP_QUERIES.search(line):
        return PRODUCTION
    if program == "wget":
        shows = r" (?:-\w*O ?-|--output-document=-|--spider|-\w*O /dev/)"
        return "" if re.search(shows, line) else PROJECT
    found = re.search(r" (?:-\w*o|--output)[ =]?(\S+)| (-\w*O|--remote-name)\b", line)
    return PROJECT if found and not (found[1] or "").startswith(("/dev/", "-")) else ""
