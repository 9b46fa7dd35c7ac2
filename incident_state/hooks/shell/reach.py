"""Whether a command reaches the session folder for anything but reading it."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from incident_state.hooks.shell.programs import code_writes, is_reader
from incident_state.hooks.shell.words import Simple, Word, expanded
from incident_state.hooks.shell.wrapped import LITERAL, Running
from incident_state.storage.sealed import FOLDER

WRITING = frozenset([">", ">>", ">|", "&>", "&>>", ">&", "<>"])

_COMPONENT = re.compile(r"(?i)(?:^|[^\w.-])\.incident-response(?=$|[^\w.-])")
_NOISE = re.compile(r"[^a-z0-9._/-]")
# Programs that take away, overwrite or hide what lies below the folder that they are given.
_SWEEPING = frozenset("rm mv rsync chmod chown chgrp shred srm trash unlink rename setfacl".split())
_COPYING = frozenset("cp mv rsync install ditto".split())
_WALKERS = {
    "find": r"",
    "grep": r" -\w*[rR]|--recursive",
    "ls": r" -\w*[aA]|--all|--almost-all",
    "rg": r" (?:-uu|--hidden|-\.|--no-ignore)",
    "fd": r" (?:-\w*[HuI]|--hidden|--unrestricted)",
    "tree": r" -\w*a",
    "du": r" -\w*a",
}
_MESSAGE = re.compile(r"-\w*m|--(?:message|body|title|notes|description)(?:=.*)?|-[bt]")
_SWEEPING_CALL = re.compile(
    r"rmtree|rmSync|\brm\b|rename|move|rm_rf|remove_entry|rimraf|removedirs"
)
_LOOKS_UP = re.compile(
    r"walk|listdir|scandir|iterdir|glob|readdir|getcwd|cwd\(\)|\.parent|argv|environ"
)
_DYNAMIC = re.compile(
    r"\b(?:exec|eval|compile|getattr|base64|b64decode|fromhex|marshal|ctypes|pickle|globals|"
    r"__import__|chr|require)\b|\bos\.|open\s*\([^()'\"]*\([^()]*\)\s*,\s*\w+\s*\)|pathlib.*\btouch\b"
)


def mentions(code: str) -> bool:
    """Whether a program's text names the folder, also where it puts the name together."""
    return FOLDER in _NOISE.sub("", code.lower())


@dataclass(frozen=True)
class Place:
    """The project that has an incident, and the one document that the caller may write, if any."""

    project: str
    own: str | None = None

    @property
    def folder(self) -> str:
        """The session folder's path."""
        return os.path.join(self.project, FOLDER)  # noqa: PTH118 - pathlib costs a hook time

    def names(self, word: Word, cwd: str | None) -> bool:
        """Whether the word leads to the session folder or into it."""
        if any(_COMPONENT.search(text) for text in expanded(word)):
            return True
        return any(self._leads(text, cwd) is not None for text in self._paths(word))

    def holds(self, word: Word, cwd: str | None) -> bool:
        """Whether the word leads to a folder that has the session folder somewhere below it."""
        return any(self._leads(text, cwd, above=True) for text in self._paths(word))

    def inside(self, cwd: str | None) -> bool:
        """Whether a command that runs in that folder runs in the session folder."""
        return cwd is not None and self.names(Word(cwd, cwd), None)

    def _paths(self, word: Word) -> Iterable[str]:
        short = [text for text in expanded(word) if len(text) < 4096 and "\n" not in text]  # noqa: PLR2004 - a path's length
        return [*short, word.pattern] if word.globs else short

    def _leads(self, text: str, cwd: str | None, *, above: bool = False) -> str | None:
        """The rest of the way from the folder (above: to it); None where it leads elsewhere."""
        if cwd is None and not text.startswith("/"):
            parts = [part for part in text.split("/") if part not in {"", "."}]
            found = any(_matches(FOLDER, part) for part in parts)
            return "" if found and not above else None
        path = os.path.normpath(os.path.join(cwd or "/", text)) if text else None  # noqa: PTH118
        if path is None:
            return None
        for each in {path, os.path.realpath(path)}:
            there = [part for part in each.split("/") if part]
            own = [part for part in self.folder.split("/") if part]
            if all(_matches(name, part) for name, part in zip(own, there, strict=False)):
                if above and len(there) < len(own):
                    return "/".join(own[len(there) :])
                if not above and len(there) >= len(own):
                    return "/".join(there[len(own) :])
        return None

    def is_own(self, word: Word, cwd: str | None) -> bool:
        """Whether the word is just the document that the caller may write."""
        if self.own is None or word.unseen or word.globs or cwd is None:
            return False
        return os.path.realpath(os.path.join(cwd, word.text)) == self.own  # noqa: PTH118

    def entries(self) -> list[str]:
        """The names of the files and folders below the session folder, and its own."""
        found = [FOLDER]
        for _, folders, files in os.walk(self.folder):
            found += folders + files
        return found


def _matches(name: str, pattern: str) -> bool:
    """Whether a shell's pattern for one name matches it; a leading dot only matches itself."""
    if name.startswith(".") and not pattern.startswith((".", "[.]")):
        return False
    return fnmatch.fnmatchcase(name.lower(), pattern.lower())


def why(runs: list[Running], place: Place) -> str | None:
    """What reaches the folder for more than reading, in a few words; None if nothing does."""
    listed = any(_lists(run, place) for run in runs)
    for run in runs:
        if run.remote:
            continue
        found = _writes_into(run, place) or _sweeps(run, place) or _fed(run, listed=listed)
        if found:
            return found
    return None


def _writes_into(run: Running, place: Place) -> str | None:
    """A redirection, a word or a program's text that leads into the folder to write."""
    simple = run.simple
    for operator, target in simple.redirects:
        if operator in WRITING and not place.is_own(target, simple.cwd):
            inside = place.inside(simple.cwd) and not target.text.startswith("/")
            if (place.names(target, simple.cwd) or inside) and not target.text.isdigit():
                return f"a redirection to {target.text or 'it'}"
    if run.code:
        return _written_by(run, place)
    named = [word for word in _operands(simple) if place.names(word, simple.cwd)]
    if not simple.words or (not named and not place.inside(simple.cwd)):
        return None
    if simple.program == "tee" and all(place.is_own(word, simple.cwd) for word in named):
        return None
    return None if is_reader(simple.program, simple.texts) else f"`{simple.program}`"


def _written_by(run: Running, place: Place) -> str | None:
    """A program's text that names the folder, or a folder that holds it, and does not just read."""
    writes = code_writes(run.code)
    if mentions(run.code):
        reads = not run.script and not writes and not _DYNAMIC.search(run.code)
        return None if reads else "a program's text that names it"
    if run.script or not writes:
        return None
    for literal in literals(run.code):
        word = Word(literal, literal)
        if (word.globs or any(s in literal for s in "*?")) and place.names(word, run.simple.cwd):
            return "a program's text that matches it"
        if _SWEEPING_CALL.search(run.code) and place.holds(word, run.simple.cwd):
            return "a program that takes away a folder that holds it"
    return None


def obscure(code: str) -> bool:
    """Whether a program's text writes to what it makes up or looks up while it runs."""
    return code_writes(code) and bool(_DYNAMIC.search(code) or _LOOKS_UP.search(code))


def literals(code: str) -> list[str]:
    """The string literals of a program's text."""
    return [found[0] or found[1] for found in LITERAL.findall(code)]


def _operands(simple: Simple) -> list[Word]:
    """The words after the program, without what is only excluded and without messages."""
    kept: list[Word] = []
    before = ""
    for word in simple.words:
        text = word.text
        excluded = (
            text.startswith(("--exclude", "--ignore", ":!", ":(exclude)"))
            or before in {"--exclude", "--exclude-dir", "--ignore"}
            or (simple.program == "find" and before in {"-path", "-wholename", "-name"})
            or (simple.program == "rg" and before in {"-g", "--glob"} and text.startswith("!"))
            or (simple.program == "git" and "clean" in simple.texts and before == "-e")
            or (simple.program in {"git", "gh", "glab"} and _MESSAGE.fullmatch(before))
            or (simple.program in {"git", "gh", "glab"} and _MESSAGE.fullmatch(text))
        )
        if not excluded:
            kept.append(word)
        before = text
    return kept


def _sweeps(run: Running, place: Place) -> str | None:
    """A command on a folder above that takes the session folder with it."""
    simple = run.simple
    program, texts, cwd = simple.program, simple.texts, simple.cwd
    line = " " + " ".join(texts)
    operands = [word for word in simple.words[1:] if not word.text.startswith("-")]
    if program in _SWEEPING and any(place.holds(word, cwd) for word in operands):
        return f"`{program}` on a folder that holds it"
    if program in _COPYING and any(_carries(word, cwd) for word in operands[:-1]):
        return f"`{program}` of a folder that brings another one"
    if program == "git" and _git_sweeps(line):
        return f"`git {next((t for t in texts if not t.startswith('-')), '')}`"
    if program == "find" and re.search(r" -delete\b", line) and _walks(simple, place):
        return "`find -delete`"
    return None


def _carries(word: Word, cwd: str | None) -> bool:
    if cwd is None or word.unseen:
        return False
    return os.path.lexists(os.path.join(cwd, word.text, FOLDER))  # noqa: PTH118


def _git_sweeps(line: str) -> bool:
    if " clean" in line:
        removes = re.search(r" -\w*[xX]", line) and not re.search(r" (?:-\w*n|--dry-run)\b", line)
        return bool(removes) and not re.search(
            r" (?:-e|--exclude)[ =]?\S*\.incident-response", line
        )
    if not re.search(r" stash\b", line) or re.search(r" stash (?:list|show|pop|apply|drop)", line):
        return False
    return bool(re.search(r" (?:-\w*[au]\w*|--all|--include-untracked)\b", line))


def _lists(run: Running, place: Place) -> bool:
    """Whether the command's output can hold names or texts out of the folder."""
    simple = run.simple
    given = [word for _, word in simple.redirects]
    if any(place.names(word, simple.cwd) for word in [*_operands(simple), *given]):
        return True
    if place.inside(simple.cwd) or mentions(simple.given):
        return True
    return _walks(simple, place)


def _walks(simple: Simple, place: Place) -> bool:
    """Whether the command goes through the folder, starting above it."""
    pattern = _WALKERS.get(simple.program)
    line = " " + " ".join(simple.texts)
    if pattern is None or not re.search(pattern, line) or FOLDER in line:
        return False  # with its name in the line it is excluded, or a word that was seen already
    chosen = re.findall(r" (?:-i?name|--include|-i?path)[ =](\S+)", line)
    names = place.entries()
    wanted = [c.rsplit("/", 1)[-1] for c in chosen]
    if chosen and not any(fnmatch.fnmatchcase(n, c) for n in names for c in wanted):
        return False
    starts = [word for word in simple.words[1:] if not word.text.startswith("-")]
    if simple.program == "find":
        starts = starts[:1]
    return not starts or any(place.holds(word, simple.cwd) for word in [*starts, Word(".", ".")])


def _fed(run: Running, *, listed: bool) -> str | None:
    """A command that would write to what another one in the line finds in the folder."""
    simple = run.simple
    if not listed:
        return None
    unseen = run.fed or any(word.unseen for word in simple.words[1:])
    if run.code or run.hidden:
        unseen = unseen or simple.piped or run.hidden
        if run.code and not run.hidden and not code_writes(run.code):
            return None
    if not unseen or not simple.words:
        return None
    return (
        None
        if is_reader(simple.program, simple.texts)
        else f"`{simple.program}` on what is found in it"
    )
