"""The commands that really run, out of `sudo`, `xargs`, `bash -c`, `find -exec`, scripts, pipes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from incident_state.hooks.shell.syntax import MAX_DEPTH, Unfathomable
from incident_state.hooks.shell.vocabulary import INTERPRETERS, SHELLS
from incident_state.hooks.shell.words import Simple, Word

MAX_SCRIPT = 200_000  # bytes of a script that are looked at

# Programs that run the rest of their words: the options that take a value, and how many words
# stand before the command.
_RUNNERS = {
    "sudo": ("ugpCDhRrtT", 0),
    "doas": ("uC", 0),
    "env": ("uCS", 0),
    "nohup": ("", 0),
    "setsid": ("", 0),
    "nice": ("n", 0),
    "ionice": ("cnp", 0),
    "timeout": ("ks", 1),
    "gtimeout": ("ks", 1),
    "time": ("fo", 0),
    "stdbuf": ("ioe", 0),
    "command": ("", 0),
    "builtin": ("", 0),
    "exec": ("a", 0),
    "xargs": ("IiLnPsEdaR", 0),
    "parallel": ("jSNIa", 0),
    "watch": ("n", 0),
    "flock": ("wE", 1),
    "strace": ("opeEsuP", 0),
    "ltrace": ("opesu", 0),
    "taskset": ("", 1),
    "chrt": ("", 1),
    "chroot": ("", 1),
    "unshare": ("", 0),
    "nsenter": ("t", 0),
    "busybox": ("", 0),
    "unbuffer": ("", 0),
    "chronic": ("", 0),
    "caffeinate": ("tw", 0),
    "coproc": ("", 0),
    "runuser": ("u", 0),
    "npx": ("p", 0),
    "poetry": ("", 0),
    "dotenv": ("f", 0),
}
# Programs of whose words some are command lines.
_TAKES_LINES = frozenset(
    "tmux screen script su runuser at batch systemd-run expect xterm watch parallel sg "
    "gnome-terminal konsole dbus-run-session socat trap".split()
)
_INSIDE = frozenset(["docker", "podman", "nerdctl", "kubectl", "oc", "docker-compose"])
_CODE_OPTION = re.compile(r"-\w*[ceErpR]$|--eval$|--print$|--command$")
LITERAL = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")
_SHELLS_OUT = re.compile(r"subprocess|\bsystem\b|popen|\bexec|spawn|child_process|`")
_SCRIPT = re.compile(rb"#!\s*\S*?(?:/env\s+(?:-\S+\s+)*)?/?([\w.+-]+)(?=\s|$)")


@dataclass(frozen=True)
class Running:
    """A command that would run: where, on what, and which program text it would interpret.

    `fed`: some of its words come from elsewhere. `hidden`: what it runs cannot be seen. `script`:
    it stands in, or `code` is, a file of its own. `remote`: it runs on another machine.
    """

    simple: Simple
    code: str = ""
    fed: bool = False
    hidden: bool = False
    script: bool = False
    remote: bool = False


TakeApart = Callable[[str, "str | None"], list[Simple]]


def running(simples: list[Simple], take_apart: TakeApart) -> Iterator[Running]:
    """Every command that the simple ones come down to; Unfathomable if they are too deep."""
    unwrap = _Unwrapping(take_apart)
    for simple in simples:
        yield from unwrap.of(Running(simple), 0)


class _Unwrapping:
    def __init__(self, take_apart: TakeApart) -> None:
        self.take_apart = take_apart

    def of(self, run: Running, depth: int) -> Iterator[Running]:
        """What that command comes down to, itself where it is none of those that run others."""
        if depth > MAX_DEPTH:
            raise Unfathomable("it is nested too deeply")
        simple = run.simple
        program = simple.program
        if not simple.words:
            yield run
        elif simple.words[0].unseen:
            yield replace(run, hidden=True)
        elif program in SHELLS:
            yield from self._shell(run, depth)
        elif program == "eval":
            hidden = any(word.unseen for word in simple.words[1:])
            yield from self._lines(run, [" ".join(simple.texts)], depth, hidden=hidden)
        elif program in {"source", "."} and len(simple.words) > 1:
            yield from self._file(run, simple.words[1], depth, bourne=True)
        elif INTERPRETERS.match(program):
            yield from self._interpreter(run, depth)
        elif program in {"ssh", "mosh"}:
            yield from self._elsewhere(run, depth)
        elif program in _INSIDE and "exec" in simple.texts[:3]:
            yield from self._inside(run, depth)
        else:
            yield from self._others(run, depth)

    def _others(self, run: Running, depth: int) -> Iterator[Running]:
        simple = run.simple
        program = simple.program
        if program in _TAKES_LINES:
            yield run
            lines = [text for text in simple.texts if " " in text] + [simple.given]
            hidden = simple.piped and program in {"at", "batch"}
            yield from self._lines(run, lines, depth, hidden=hidden)
        elif program == "find":
            yield run
            yield from self._found(run, depth)
        if program in _RUNNERS:
            inner = _rest(simple, *_RUNNERS[program])
            if program in {"xargs", "parallel"}:
                inner = inner if inner.words else replace(inner, words=(Word("echo", "echo"),))
                yield from self.of(replace(run, simple=inner, fed=True), depth + 1)
            elif inner.words:
                yield from self.of(replace(run, simple=inner), depth + 1)
        elif program not in _TAKES_LINES and program != "find":
            if "/" in simple.words[0].text:
                yield from self._file(run, simple.words[0], depth, bourne=False)
            else:
                yield run

    def _lines(
        self, run: Running, lines: list[str], depth: int, *, hidden: bool = False
    ) -> Iterator[Running]:
        if hidden:
            yield replace(run, hidden=True)
        for line in lines:
            for simple in self.take_apart(line, run.simple.cwd) if line.strip() else []:
                yield from self.of(replace(run, simple=simple), depth + 1)

    def _shell(self, run: Running, depth: int) -> Iterator[Running]:
        simple = run.simple
        words = list(simple.words[1:])
        while words and words[0].text[:1] in {"-", "+"} and len(words[0].text) > 1:
            option = words.pop(0).text
            if re.fullmatch(r"-\w*c\w*", option) and words:
                hidden = words[0].unseen
                yield from self._lines(run, [words[0].text], depth, hidden=hidden)
                return
            if option in {"-o", "+o", "--rcfile", "--init-file", "-O"} and words:
                words.pop(0)
        if simple.program == "busybox" and words:
            yield from self.of(replace(run, simple=replace(simple, words=tuple(words))), depth + 1)
        elif words and words[0].text != "-":
            yield from self._file(run, words[0], depth, bourne=True)
        else:
            yield from self._standard_input(run, depth, bourne=True)

    def _standard_input(self, run: Running, depth: int, *, bourne: bool) -> Iterator[Running]:
        simple = run.simple
        for operator, target in simple.redirects:
            if operator == "<<<":
                given = replace(run, simple=replace(simple, given=target.text))
                yield from self._given(given, depth, bourne=bourne, hidden=target.unseen)
                return
            if operator == "<":
                yield from self._file(run, target, depth, bourne=bourne)
                return
        yield from self._given(run, depth, bourne=bourne, hidden=simple.piped and not simple.given)

    def _given(self, run: Running, depth: int, *, bourne: bool, hidden: bool) -> Iterator[Running]:
        given = run.simple.given
        if bourne:
            yield from self._lines(run, [given], depth, hidden=hidden)
        else:
            yield from self._code(replace(run, hidden=hidden), given, depth)

    def _code(self, run: Running, code: str, depth: int) -> Iterator[Running]:
        """A program's text, and the command lines that it hands to a shell."""
        yield replace(run, code=code)
        if _SHELLS_OUT.search(code):
            literals = [found[0] or found[1] for found in LITERAL.findall(code)]
            yield from self._lines(run, [text for text in literals if " " in text], depth)
            if "[" in code:  # subprocess.run(["rm", "-rf", …])
                yield from self._lines(run, [" ".join(literals)], depth)

    def _interpreter(self, run: Running, depth: int) -> Iterator[Running]:
        simple = run.simple
        words = list(simple.words[1:])
        while words and words[0].text.startswith("-") and words[0].text != "-":
            option = words.pop(0)
            if option.text.startswith("-m") and simple.program.startswith("python"):
                rest = ((Word(option.text[2:]),) if option.text[2:] else ()) + tuple(words)
                yield from self.of(replace(run, simple=replace(simple, words=rest)), depth + 1)
                return
            if _CODE_OPTION.match(option.text) and words:
                code = "\n".join(word.text for word in words)
                yield from self._code(replace(run, hidden=words[0].unseen), code or " ", depth)
                return
            if option.text in {"-W", "-X", "-I", "-r", "--require", "-M"} and words:
                words.pop(0)
        if words and words[0].text != "-":
            yield from self._file(run, words[0], depth, bourne=False)
        else:
            yield from self._standard_input(run, depth, bourne=False)

    def _file(self, run: Running, word: Word, depth: int, *, bourne: bool) -> Iterator[Running]:
        """A script: what a shell's one would run, another one's text; the command itself too."""
        yield replace(run, hidden=run.hidden or word.unseen)
        data = b"" if word.unseen else _script(run.simple.cwd, word.text)
        if not data:
            return
        named = _SCRIPT.match(data)
        text = data.decode("utf-8", "replace")
        if bourne or (named and named[1].decode() in SHELLS):
            inner = replace(run, script=True)
            yield replace(inner, code=text)
            yield from self._lines(inner, [text], depth + 1)
        else:
            yield replace(run, code=text, script=True)

    def _elsewhere(self, run: Running, depth: int) -> Iterator[Running]:
        inner = _rest(run.simple, "bceFiIJlLmoOpPQRSwWDE", 1)
        yield run
        line = " ".join(inner.words[n].text for n in range(len(inner.words)))
        yield from self._lines(replace(run, remote=True), [line, run.simple.given], depth)

    def _inside(self, run: Running, depth: int) -> Iterator[Running]:
        texts = run.simple.texts
        if "--" in texts:
            inner = run.simple.without(texts.index("--") + 2)
        else:
            at = texts.index("exec")
            inner = _rest(run.simple.without(at + 1), "uewcn", 1)
        if inner.words:
            yield from self.of(replace(run, simple=inner, remote=True), depth + 1)
        else:
            yield run

    def _found(self, run: Running, depth: int) -> Iterator[Running]:
        words = run.simple.words
        for at, word in enumerate(words):
            if word.text in {"-exec", "-execdir", "-ok", "-okdir"}:
                stop = next(
                    (n for n in range(at, len(words)) if words[n].text in {";", "+"}), len(words)
                )
                inner = replace(run.simple, words=words[at + 1 : stop])
                yield from self.of(replace(run, simple=inner, fed=True), depth + 1)


def _rest(simple: Simple, valued: str, before: int) -> Simple:
    """The command in a runner's words: after its options, assignments and own words."""
    words = list(simple.words[1:])
    while words:
        text = words[0].text
        if text == "--":
            words.pop(0)
            break
        if text.startswith("-") and len(text) > 1:
            words.pop(0)
            if len(text) == 2 and text[1] in valued and words:  # noqa: PLR2004 - `-u`, its value apart
                words.pop(0)
        elif re.match(r"\w+=", text):
            words.pop(0)
        elif before:
            words.pop(0)
            before -= 1
        else:
            break
    return replace(simple, words=tuple(words))


def _script(cwd: str | None, path: str) -> bytes:
    """The text of a script; empty where there is none to be seen."""
    try:
        whole = os.path.join(cwd or "/", os.path.expanduser(path))  # noqa: PTH111, PTH118 - costs a hook time
        if not os.path.isfile(whole):  # noqa: PTH113 - the same
            return b""
        with open(whole, "rb") as file:  # noqa: PTH123 - the same
            data = file.read(MAX_SCRIPT)
    except (OSError, ValueError):
        return b""
    return b"" if b"\0" in data[:1024] else data
