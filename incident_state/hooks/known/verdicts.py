"""What a command that runs does: it reads, changes the project or production, or is not known."""

from __future__ import annotations

import re

from incident_state.hooks.known import code, requests, statements, subcommands
from incident_state.hooks.known import programs as known
from incident_state.hooks.known.kinds import PRODUCTION, PROJECT, READS, UNKNOWN, Finding
from incident_state.hooks.known.places import Places
from incident_state.hooks.shell.running import Run
from incident_state.hooks.shell.words import Simple, Word
from incident_state.patterns import pattern

WRITING = frozenset([">", ">>", ">|", "&>", "&>>", ">&", "<>"])
_WITHOUT_EFFECT = pattern(r"--dry-run(?:=(?:client|server|true))?$|--help$")
_REDIS_OPTIONS = pattern(r" (?:-[hpnausrix]|--user|--pass|--cert|--key|--cacert) \S+| -\S+")
_SQL_OPTION = pattern(
    r"(?:-\w*[ceqQ]|--(?:command|execute|query|sql|eval|cmd|quiet))(?:=(.*))?$", re.DOTALL
)
# Their first word is what they do, not where.
_SCRIPT_FIRST = frozenset("sed perl awk sort tree chmod chown find split".split())


def findings(run: Run, places: Places) -> list[Finding]:
    """What of the command is not known to read."""
    simple, shown = run.simple, _shown(run.simple)
    found = [
        Finding(PROJECT, "", f"a redirection to {target.text}")
        for operator, target in simple.redirects
        if operator in WRITING and not places.is_free(target, simple.cwd)
    ]
    if run.hidden:
        found.append(Finding(UNKNOWN, _exact(run), shown))
    elif run.code:
        kind = READS if _judged_by_lines(run) else code.acts(run.code, python=_is_python(run))
        if kind == PROJECT and places.in_scratch(simple.cwd) and not code.leaves(run.code):
            kind = READS
        if kind:
            found.append(Finding(UNKNOWN if run.script else kind, _exact(run), shown))
    elif simple.words:
        kind = _program(simple, places)
        if kind == PROJECT and not run.remote and _tries(simple, places):
            kind = READS
        # A script of the team's may build and test; what it does to production counts.
        if kind and not (run.script and kind in {PROJECT, UNKNOWN}):
            kind = PRODUCTION if run.remote and kind == PROJECT else kind
            found.append(Finding(kind, subcommands.key(simple), shown))
    return found


def _tries(simple: Simple, places: Places) -> bool:
    """Whether it changes nothing but what is tried out in the scratch folder."""
    if simple.program == "git" and simple.texts[:1] == ["clone"]:
        return len(simple.plain) > 2 and places.is_free(simple.words[-1], simple.cwd)  # noqa: PLR2004 - what, from where, to where
    return places.stays_in_scratch(simple.words[1:], simple.cwd)


def _is_python(run: Run) -> bool:
    return run.simple.program.startswith("py") or run.script.endswith(".py")


def _judged_by_lines(run: Run) -> bool:
    """Whether the code is a shell's script, of which each line is judged on its own."""
    if not run.script or known.INTERPRETERS.match(run.simple.program) or _is_python(run):
        return False
    first = run.code.partition("\n")[0]
    return not first.startswith("#!") or any(shell in first for shell in known.SHELLS)


def reads(simple: Simple) -> bool:
    """Whether the program, with those words, is known to only read."""
    return _program(simple, None) == READS


def _program(simple: Simple, places: Places | None) -> str:
    program, texts = simple.program, simple.texts
    line = " ".join(["", *texts])
    if program in known.READERS and not re.search(known.READERS[program], line):
        return READS
    if program in known.AWKS and known.AWK_RUNS.search(line):
        return UNKNOWN
    if texts in (["--version"], ["-h"], ["-V"], ["version"]) or program == "incident-state":
        return READS
    if program in known.OPERATORS:
        return _operator(simple, line, places)
    if any(map(_WITHOUT_EFFECT.match, texts)):
        return READS
    if program in known.COMMANDS:
        return subcommands.subcommand(simple)
    target = " ".join([program, *simple.plain[:3]])
    if program in known.PRODUCTION or known.DEPLOYS.search(target):
        return PRODUCTION
    if program in known.TO_LAST or program in known.WRITERS:
        return READS if places and _only_free(simple, places) else PROJECT
    return UNKNOWN


def _operator(simple: Simple, line: str, places: Places | None) -> str:
    """What a client of a database, a cloud or a web server is told to do."""
    program = simple.program
    if program in known.SQL_CLIENTS:
        return _sql(simple)
    if program in known.HTTP:
        return requests.sent(simple, places)
    if program == "aws":
        return subcommands.aws(simple, places)
    if program in known.MONGO_CLIENTS:
        return PRODUCTION if statements.mongo_changes(f"{line}\n{simple.given}") else READS
    modes = [text for text in simple.texts if text.startswith("--")]
    command = _REDIS_OPTIONS.sub(" ", line).split()
    return PRODUCTION if statements.redis_changes([*modes, *command]) else READS


def _only_free(simple: Simple, places: Places) -> bool:
    """Whether all that it writes lies in temporary places; what is fed in is not seen."""
    words = [w for w in simple.words[1:] if not w.text.startswith(("-", "+")) and w.text != "{}"]
    options = dict(zip(simple.texts, simple.words[2:], strict=False))
    if simple.program in {"tar", "unzip"}:
        words = [options.get("-C") or options.get("-d") or Word(".")]
    elif simple.program in known.TO_LAST:
        words = [options["-t"]] if "-t" in options else words[-1:]
    elif simple.program in _SCRIPT_FIRST:
        words = words[1:] or words
    named = [Word(w.text.removeprefix("of="), w.unseen) for w in words]
    return bool(named) and all(places.is_free(word, simple.cwd) for word in named)


def _sql(simple: Simple) -> str:
    """What its statements do; a client without one reads what is typed or fed into it."""
    given = [simple.given] if simple.given.strip() else []
    for text, following in zip(simple.texts, [*simple.texts[1:], ""], strict=False):
        if option := _SQL_OPTION.match(text):
            given.append(following if option[1] is None else option[1])
        elif re.match(r"-[ce]\S", text):
            given.append(text[2:])
        elif re.search(r"\s", text) and not re.match(r"--?\w|postgres|mysql:|host=|dbname=", text):
            given.append(text)
    if simple.program == "bq" and not given:
        return subcommands.subcommand(simple)
    fed = any(operator == "<" for operator, _ in simple.redirects)
    if fed or {"-f", "--file"} & set(simple.texts):
        return UNKNOWN
    if not given:
        return UNKNOWN if simple.piped else READS
    return PRODUCTION if any(map(statements.sql_changes, given)) else READS


def _exact(run: Run) -> str:
    """A consent's key for what is only known as a whole: each other text is another one."""
    import hashlib

    text = run.code or "\0".join(word.text for word in run.simple.words) + run.simple.given
    name = run.script or run.simple.program or "a line"
    return f"{name} {hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _shown(simple: Simple) -> str:
    text = " ".join(" ".join(word.text for word in simple.words).split())
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - a line of a terminal
