"""What programs with subcommands do: by their tables, and where the words decide, by those."""

from __future__ import annotations

import re
from collections.abc import Iterator

from incident_state.hooks.known import programs as known
from incident_state.hooks.known import requests
from incident_state.hooks.known.kinds import PRODUCTION, PROJECT, READS, UNKNOWN, worst
from incident_state.hooks.known.places import Places
from incident_state.hooks.shell.running import MOST, candidates
from incident_state.hooks.shell.words import Simple, Word
from incident_state.patterns import pattern

_AWS_READS = pattern(
    r"(?:describe|get|list|ls|head|lookup|search|filter|tail|wait|query|scan|batch-get|select|test|"
    r"validate|simulate|preview|estimate|help|presign|start-query|stop-query|detect|decode|view|"
    r"check|download|batch-describe|start-live-tail|generate-credential|assume-role)(?:$|-)"
)
_BRANCHES = pattern(
    r" (?:-[avr]+|--list|--all|--show-current|--contains|--(?:no-)?merged|--sort\S*|--format\S*)"
    r"(?: |$)"
)
_TAGS = pattern(r" (?:-l|-n\d*|--list|--contains|--points-at|--sort\S*)(?: |$)")
_SETS = pattern(r" (?:--unset|--add|--replace|--edit|--rename|--remove|-e\b)")
_BY_WORDS = frozenset("branch tag config remote stash worktree reflog notes archive".split())


def subcommand(simple: Simple) -> str:
    """The worst of what it may be: options before the subcommand may have values, or none."""
    program, words = simple.program, simple.words[1:]
    table = known.commands(program)
    if program in known.GROUPED and words and not words[0].text.startswith("-"):
        if words[0].text in {"api", "rest"}:
            return requests.api(simple)
        if len(simple.plain) > 1:
            words = words[1:]  # it names what the rest is about
    found = [_at(program, table, words, at) for at in candidates(words, table.owns)]
    first = next(candidates(words, table.owns), 0)
    before = zip(("", *(word.text for word in words)), words[:first], strict=False)
    if any(word.unseen and option[:1] != "-" for option, word in before):
        found.append(UNKNOWN)
    if len(found) >= MOST:
        found.append(UNKNOWN)
    nothing = UNKNOWN if any(not word.text.startswith("-") for word in words) else READS
    return worst(found or [nothing])


def _at(program: str, table: known.Commands, words: tuple[Word, ...], at: int) -> str:
    """What it does if its subcommand stands there."""
    word, rest = words[at].text, [each.text for each in words[at + 1 :]]
    special = _special(program, word, rest)
    if special is not None:
        return special
    phrases = [f"{word}/{text}" for text in (*(t for t in rest if t[:1] == "-"), *_second(rest))]
    phrase = next((each for each in phrases if each in table.does), word)
    if phrase in table.does:
        return table.does[phrase]
    return UNKNOWN if list(_second(rest)) else READS  # a group alone only tells of itself


def _second(rest: list[str]) -> Iterator[str]:
    """The first word that is neither an option nor one's value, if there is one."""
    for before, text in zip(["", *rest], rest, strict=False):
        if not text.startswith("-") and (not before.startswith("-") or "=" in before):
            yield text
            return
    yield from (text for text in rest[-1:] if not text.startswith("-"))


def _special(program: str, word: str, rest: list[str]) -> str | None:
    """What it does where the words decide; None where the table does."""
    if program == "git" and any(text.startswith("--output") for text in rest):
        return PROJECT
    if program == "git" and word in _BY_WORDS:
        return READS if _git_reads(word, rest) else PROJECT
    if program in {"npm", "yarn", "pnpm"} and word == "run" and rest:
        known_target = known.commands(program).does.get(f"run/{rest[0]}")
        named = PRODUCTION if known.DEPLOYS.search(rest[0]) else UNKNOWN
        return named if known_target is None else known_target
    return None


def _git_reads(word: str, rest: list[str]) -> bool:
    line = " ".join(["", *rest])
    plain = [text for text in rest if not text.startswith("-")]
    if word == "branch":
        return not re.search(
            r" -\w*[dDmMcCuf]|--(?:delete|move|copy|set-|unset-|edit|force)", line
        ) and (not plain or bool(_BRANCHES.search(line)))
    if word == "tag":
        return not re.search(r" -\w*[dafsF]", line) and (not plain or bool(_TAGS.search(line)))
    if word == "config":
        asks = len(plain) < 2 or plain[0] in {"get", "list"} or re.search(r" --(?:get|list)", line)  # noqa: PLR2004 - a name and its value
        return bool(asks) and not _SETS.search(line)
    if word == "archive":
        return not re.search(r" -\w*o|--o", line)
    if word == "stash":
        return plain[:1] in (["list"], ["show"])
    return not plain or plain[0] in {"show", "get-url", "list", "exists"}


def aws(simple: Simple, places: Places | None) -> str:
    """What a call of aws does: the operation follows the service, options stand anywhere."""
    plain = [
        word
        for before, word in zip(simple.words, simple.words[1:], strict=False)
        if word.text[:1] != "-" and (before.text[:2] != "--" or "=" in before.text)
    ]
    if len(plain) < 2:  # noqa: PLR2004 - an option without a value came before the service
        plain = [word for word in simple.words[1:] if word.text[:1] != "-"]
    names = [word.text for word in plain]
    if len(names) < 2 or names[0] in {"sts", "configure", "help"} or names[-1] == "help":  # noqa: PLR2004 - the same
        return READS
    if names[0] == "s3" and names[1] in {"cp", "sync"}:
        last = simple.words[-1] if simple.texts[-1] == "-" else plain[-1]
        if last.text.startswith("s3:"):
            return PRODUCTION
        return READS if places and places.is_free(last, simple.cwd) else PROJECT
    return READS if _AWS_READS.match(names[1]) else PRODUCTION


def key(simple: Simple) -> str:
    """What a consent is remembered by: the program and its subcommand, as far as it has one."""
    table = known.commands(simple.program)
    own = [simple.words[at + 1].text for at in candidates(simple.words[1:], table.owns)]
    names = [t for t in simple.plain if re.fullmatch(r"[a-z][a-z0-9:_-]*", t)]
    words = own or names[: 2 if simple.program == "aws" else 1]
    first = simple.words[0].text
    return " ".join([first if "/" in first else simple.program, *words])
