"""The commands that really run: out of `sudo`, `xargs`, `bash -c`, `find -exec`, scripts, pipes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

from incident_state.hooks.known import programs as known
from incident_state.hooks.shell.syntax import MAX_DEPTH
from incident_state.hooks.shell.words import Simple, Unfathomable, Word
from incident_state.patterns import pattern
from incident_state.records import record, replace

MAX_SCRIPT = 32_000  # bytes of a script that is looked into
MOST = 16  # places at which a command may begin; no honest line has more
_HASH_BANG = pattern(r"#!\s*\S*?(?:/env\s+(?:-\S+\s+)*)?/?([\w.+-]+)(?=\s|$)")
_CODE_OPTION = pattern(r"-\w*[ceErpR]$|--eval$|--print$|--command$")
_LINE_OPTION = pattern(r"-\w*c\w*$|--command$")
_CALL = pattern(
    r"(?:run|[cC]all|Popen|output|spawn\w*|exec\w*|system|popen)\s*\(?\s*"
    r"(?:\[([^\[\]]*)\]|f?('[^'\n]*'|\"[^\"\n]*\"))"
)
_LITERAL = pattern(r"'([^'\n]*)'|\"([^\"\n]*)\"")
_SHELLS_OUT = pattern(r"subprocess|\bsystem\b|popen|\bexec|spawn|child_process")


@record
class Run:
    """A command that would run, on what, and the program text that it would interpret.

    `fed`: some of its words come from elsewhere. `hidden`: what it runs cannot be seen. `script`:
    the path of the file that it stands in, or that `code` is. `remote`: on another machine.
    """

    simple: Simple
    code: str = ""
    fed: bool = False
    hidden: bool = False
    script: str = ""
    remote: bool = False


TakeApart = Callable[[str, "str | None"], list[Simple]]


def running(simples: list[Simple], take_apart: TakeApart) -> Iterator[Run]:
    """Every command that the simple ones come down to; Unfathomable if they are too deep."""
    unwrap = _Unwrapping(take_apart)
    for simple in simples:
        yield from unwrap.of(Run(simple), 0)


def candidates(words: tuple[Word, ...], own: Callable[[str], bool]) -> Iterator[int]:
    """Where the first of a program's own words may stand, options before it skipped.

    A word after an option may be the option's value, so the next one is a candidate as well.
    """
    after_option = False
    count = 0
    for at, word in enumerate(words):
        if word.text.startswith("-") and len(word.text) > 1:
            after_option = "=" not in word.text
            continue
        if own(word.text):
            yield at
            count += 1
            if not after_option or count == MOST:
                return
        after_option = False


class _Unwrapping:
    def __init__(self, take_apart: TakeApart) -> None:
        self.take_apart = take_apart
        self.ways: list[tuple[Callable[[Simple], object], Callable[[Run, int], Iterator[Run]]]] = [
            (lambda s: s.program in known.SHELLS, self._shell),
            (lambda s: s.program == "eval", self._eval),
            (lambda s: s.program in {"source", "."} and s.texts, self._source),
            (lambda s: known.INTERPRETERS.match(s.program), self._interpreter),
            (lambda s: s.program == "find", self._found),
            (lambda s: s.program in known.INSIDE and _enters(s.texts), self._inside),
            (lambda s: s.program in known.RUNNERS | known.TAKE_LINES, self._runner),
        ]

    def of(self, run: Run, depth: int) -> Iterator[Run]:
        """What that command comes down to, itself where it is none of those that run others."""
        if depth > MAX_DEPTH:
            raise Unfathomable("it is nested too deeply")
        words, program = run.simple.words, run.simple.program
        way = next((way for owns, way in self.ways if owns(run.simple)), None)
        if words and words[0].unseen:
            yield replace(run, hidden=True)
        elif words and way:
            yield from way(run, depth)
        elif words and "/" in words[0].text and not known.is_known(program):
            yield from self._file(run, words[0], depth, bourne=False)
        else:
            yield run

    def _eval(self, run: Run, depth: int) -> Iterator[Run]:
        hidden = any(word.unseen for word in run.simple.words[1:])
        yield from self._lines(run, [" ".join(run.simple.texts)], depth, hidden=hidden)

    def _source(self, run: Run, depth: int) -> Iterator[Run]:
        yield from self._file(run, run.simple.words[1], depth, bourne=True)

    def _lines(
        self, run: Run, lines: list[str], depth: int, *, hidden: bool = False
    ) -> Iterator[Run]:
        if hidden:
            yield replace(run, hidden=True)
        for line in lines:
            for simple in self.take_apart(line, run.simple.cwd) if line.strip() else []:
                yield from self.of(replace(run, simple=simple), depth + 1)

    def _runner(self, run: Run, depth: int) -> Iterator[Run]:
        """The command in a runner's words, each one that it may be; or its words that are lines."""
        simple, texts = run.simple, run.simple.texts
        remote = run.remote or simple.program in known.REMOTE
        lines = [text for text in texts if re.search(r"\s", text)]
        if simple.program in known.TAKE_LINES and (lines or simple.given):
            yield replace(run, simple=replace(simple, words=()))  # its redirections
            yield from self._lines(replace(run, remote=remote), [*lines, simple.given], depth)
            return
        fed = run.fed or simple.program in {"xargs", "parallel"}
        if "--" in texts:
            found = [texts.index("--") + 2]
        else:
            found = [at + 1 for at in candidates(simple.words[1:], known.is_known)]
        if simple.program in known.REMOTE:
            # The first word is a place, whatever it is called; any later one may be the command.
            first = next((n for n, w in enumerate(simple.words[1:], 1) if w.text[:1] != "-"), 0)
            names = enumerate(simple.words)
            found = [at for at, word in names if at > first > 0 and known.is_known(word.text)]
            found = found[:MOST]
        for at in found:
            inner = replace(run, simple=simple.since(at), fed=fed, remote=remote)
            yield from self.of(inner, depth + 1)
        if not found:
            stays = [t for t in simple.plain if not re.fullmatch(r"[\d.]+\w?|\w+=.*", t)]
            # Without a command a runner prints or reads; with one that is not known it is unknown.
            unknown = len(stays) > (simple.program in known.REMOTE)
            bare = simple if unknown else replace(simple, words=())
            yield replace(run, simple=bare, hidden=unknown, remote=remote)

    def _shell(self, run: Run, depth: int) -> Iterator[Run]:
        words = list(run.simple.words[1:])
        for at, word in enumerate(words):
            if _LINE_OPTION.match(word.text):
                line = next((w for w in words[at + 1 :] if not w.text.startswith("-")), None)
                if line is not None:
                    yield from self._lines(run, [line.text], depth, hidden=line.unseen)
                    return
        while words and words[0].text[:1] in {"-", "+"} and len(words[0].text) > 1:
            option = words.pop(0).text
            if re.fullmatch(r"[-+]\w*[oO]|--rcfile|--init-file", option) and words:
                words.pop(0)
        if words and words[0].text != "-":
            yield from self._file(run, words[0], depth, bourne=True)
        else:
            yield from self._standard_input(run, depth, bourne=True)

    def _standard_input(self, run: Run, depth: int, *, bourne: bool) -> Iterator[Run]:
        simple = run.simple
        given, hidden = simple.given, simple.piped and not simple.given
        for operator, target in simple.redirects:
            if operator == "<<<":
                given, hidden = target.text, target.unseen
            elif operator == "<":
                yield from self._file(run, target, depth, bourne=bourne)
                return
        if bourne:
            yield from self._lines(run, [given], depth, hidden=hidden)
        else:
            yield from self._code(replace(run, hidden=hidden), given, depth)

    def _code(self, run: Run, code: str, depth: int) -> Iterator[Run]:
        """A program's text, and the command lines that it hands to a shell."""
        yield replace(run, code=code or " ")
        if _SHELLS_OUT.search(code):
            for listed, literal in _CALL.findall(code):
                words = [found[0] or found[1] for found in _LITERAL.findall(listed or literal)]
                yield from self._lines(run, [" ".join(words)], depth)

    def _interpreter(self, run: Run, depth: int) -> Iterator[Run]:
        simple = run.simple
        words = list(simple.words[1:])
        options = ""
        while words and words[0].text.startswith("-") and words[0].text != "-":
            option = words.pop(0)
            options += f"{option.text}\n"
            if option.text.startswith("-m") and simple.program.startswith("python"):
                rest = ((Word(option.text[2:]),) if option.text[2:] else ()) + tuple(words)
                yield from self.of(replace(run, simple=replace(simple, words=rest)), depth + 1)
                return
            if _CODE_OPTION.match(option.text) and words:
                code = options + "\n".join(word.text for word in words)
                yield from self._code(replace(run, hidden=words[0].unseen), code, depth)
                return
            if option.text in {"-W", "-X", "-r", "--require", "-M"} and words:
                words.pop(0)
        if words and words[0].text != "-":
            yield from self._file(run, words[0], depth, bourne=False)
        elif simple.texts and set(simple.texts) <= {"--version", "-V", "-v", "--help"}:
            yield run
        else:
            yield from self._standard_input(run, depth, bourne=False)

    def _file(self, run: Run, word: Word, depth: int, *, bourne: bool) -> Iterator[Run]:
        """A script: what a shell's one would run, another one's text; hidden if it is not seen."""
        text = None if word.unseen else _text(run.simple.cwd, word.text)
        inner = replace(run, script=word.text)
        if text is None:
            yield replace(inner, hidden=True)
            return
        named = _HASH_BANG.match(text)
        if bourne:
            yield replace(inner, code=text)
        else:
            yield from self._code(inner, text, depth)
        if bourne or (named and named[1] in known.SHELLS):
            yield from self._lines(inner, [text], depth + 1)

    def _inside(self, run: Run, depth: int) -> Iterator[Run]:
        """What runs in a container; the line's own redirections stay on this machine."""
        simple, texts = run.simple, run.simple.texts
        yield replace(run, simple=replace(simple, words=()))
        simple = replace(simple, redirects=())
        if "--" in texts:
            found = [texts.index("--") + 2]
        else:
            start = texts.index("exec") + 2
            names = candidates(simple.words[start:], known.is_known)
            found = [start + at for at in names]
        for at in found:
            inner = replace(run, simple=simple.since(at), remote=True)
            yield from self.of(inner, depth + 1)
        if not found:
            yield replace(run, simple=simple, hidden=True, remote=True)

    def _found(self, run: Run, depth: int) -> Iterator[Run]:
        yield run
        words = run.simple.words
        for at, word in enumerate(words):
            if word.text in {"-exec", "-execdir", "-ok", "-okdir"}:
                ends = (n for n in range(at, len(words)) if words[n].text in {";", "+"})
                inner = replace(run.simple, words=words[at + 1 : next(ends, len(words))])
                yield from self.of(replace(run, simple=inner, fed=True), depth + 1)


def _enters(texts: list[str]) -> bool:
    """Whether a container's program is given, to one that runs or to one made for it."""
    return "exec" in texts or ("--" in texts and bool({"run", "debug"} & set(texts)))


def _text(cwd: str | None, path: str) -> str | None:
    """The text of a script; None where there is none to be seen, or too much of it."""
    try:
        whole = os.path.join(cwd or "/", os.path.expanduser(path))  # noqa: PTH111, PTH118 - costs a hook time
        if not os.path.isfile(whole):  # noqa: PTH113 - the same
            return None
        with open(whole, "rb") as file:  # noqa: PTH123 - the same
            data = file.read(MAX_SCRIPT + 1)
    except (OSError, ValueError):
        return None
    if b"\0" in data or len(data) > MAX_SCRIPT:
        return None
    return data.decode("utf-8", "replace")
