"""A project whose commands meet faults: killed at a system call, or refused by the disk there.

strace attaches to the forked command before it begins, so a fault costs no interpreter's start. It
sees every call that names a path of the session folder or of its vault or has one open, no other.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.faults.fault_cases import COMMANDS, EVENTS
from tests.support.story import Story
from tests.support.workbench import Result, Workbench, warm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.fault_cases import Case

KILLED = -9
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")

# What changes a file or a folder; the disk is the same before and after any other call.
_CHANGING = re.compile(
    r"openat\(.*O_CREAT|(p?write(64|v)?|f(data)?sync|ftruncate|mkdir(at)?|rmdir|unlink(at)?"
    r"|link(at)?|symlink(at)?|rename(at2?)?|f?chmod(at)?)\("
)
_CALL = re.compile(r"(?:\d+ +)?(\w+)\(")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
# By which terminal, below which processes: another one each time.
_TERMINAL = re.compile(r'(?<=")/dev/pts/\d+(?=")|(?<="ancestors": \[)[^\]]*(?=\])')
_PROCESS = re.compile(r"(?<=-)\d+$")
_INCIDENT = re.compile(r"INC-\d{8}-\d{6}-[0-9a-f]{4}")


@dataclass(frozen=True)
class Call:
    """One system call that touches the session folder: its name, and which one of that name."""

    name: str
    number: int
    text: str

    @property
    def changes(self) -> bool:
        """Whether it may change what is on disk."""
        return _CHANGING.search(self.text) is not None


class Faulty(Workbench):
    """A workbench whose commands run under strace while `traced` holds its options."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of a workbench."""
        super().__init__(folder)
        self.traced: tuple[str, ...] | None = None
        self.paths: set[str] = set()
        self.log = folder / "strace"
        self.ended = 0
        self._pid = 0
        self._strace: subprocess.Popen[str] | None = None

    def begin(self, words: list[str], env: dict[str, str], streams: tuple[int, int, int]) -> None:
        """Begin the command, under strace if it is to be traced; `next` never is."""
        if words and (self.traced is None or words[0] == "next"):
            super().begin(words, env, streams)
            return
        ours, theirs = os.pipe()
        self._pid = warm().hold(words, env, self.project, streams, ours)
        os.close(ours)
        if self.traced is not None:
            self._attach(self.traced)
        os.write(theirs, b"!")
        os.close(theirs)

    def code(self) -> int:
        """Wait for the command that was begun and for its strace; its exit code."""
        self.ended = code = super().code()
        if self._strace is not None:
            self._strace.communicate()
            self._strace = None
        return code

    def shell(self, _command: str, given: str) -> Result:
        """Run the hooks' entry in a forked process, the event on its standard input."""
        with (
            tempfile.TemporaryFile() as stdin,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            stdin.write(given.encode())
            stdin.seek(0)
            env = self.hook_environment()
            self.begin([], env, (stdin.fileno(), out.fileno(), err.fileno()))
            code = self.code()
            out.seek(0)
            err.seek(0)
            return Result(code, out.read().decode(), err.read().decode())

    def _attach(self, options: tuple[str, ...]) -> None:
        only = [f"-P{path.replace('-PID', f'-{self._pid}')}" for path in sorted(self.paths)]
        words = ["strace", "-f", "-o", str(self.log), *only, *options, "-p", str(self._pid)]
        self._strace = subprocess.Popen(words, stderr=subprocess.PIPE, encoding="utf-8")
        assert self._strace.stderr is not None
        attached = self._strace.stderr.readline()
        assert "attached" in attached, attached

    # What was seen

    def seen_paths(self) -> set[str]:
        """The session folder's paths that a command traced with -y named or had open."""
        folder = f"(?:{re.escape(str(self.session_folder))}|{re.escape(str(self.vault))})"
        text = self.log.read_text("utf-8", "replace").replace(f"-{self._pid}", "-PID")
        found = set(re.findall(rf'[<"]({folder}(?:/[^">]*)?)[>"]', text))
        relative = re.findall(rf'<({folder}(?:/[^">]*)?)>, "([^"/]+)"', text)
        return found | {f"{parent}/{name}" for parent, name in relative}

    def seen_calls(self) -> list[Call]:
        """The calls that were traced, in order."""
        counted: Counter[str] = Counter()
        calls = []
        for line in self.log.read_text("utf-8", "replace").splitlines():
            if match := _CALL.match(line):
                counted[match[1]] += 1
                calls.append(Call(match[1], counted[match[1]], line))
        return calls

    # What there is

    def everything(self, known: frozenset[str]) -> dict[str, str]:
        """The session folder's files and their texts, without clock, processes and new ids."""
        found = {}
        for file in sorted(self.session_folder.rglob("*")):
            text = file.read_text("utf-8") if file.is_file() and file.name != "lock" else ""
            if file.name == "state.json":
                state = json.loads(text)
                del state["last_updated"]
                state.pop("sealed", None)  # where this copy's vault is, if it could be written
                told = [e for e in state["timeline"] if e["kind"] not in {"sealed", "unsealed"}]
                state["timeline"] = told
                text = json.dumps(state, indent=1)
            place = _PROCESS.sub("-PID", str(file.relative_to(self.session_folder)))
            found[_clockless(place, known)] = _clockless(text, known)
        return found

    def sealed(self, known: frozenset[str]) -> list[str]:
        """What the vault holds, without clock and new ids: which files, the state, the marker."""
        found = []
        for name in ("record", "record.bak", "open"):
            file = self.vault / name
            head, _, state = (file.read_text("utf-8") if file.exists() else "").partition("\n")
            index = json.loads(head) if head.startswith("{") else {"open": head}
            found += [name, index["open"], *sorted(index.get("files", ())), state]
        return [_clockless(each, known) for each in found]

    def snapshot(self, known: frozenset[str]) -> dict[str, str]:
        """The session: no folder, lock, .gitignore, state.json.bak or temporary file is a part."""
        return {
            place: text
            for place, text in self.everything(known).items()
            if text
            and not place.startswith(".tmp-")
            and not place.endswith((".gitignore", "state.json.bak"))
        }

    def temporaries(self) -> list[str]:
        """The temporary files in the session folder."""
        found = self.session_folder.rglob(".tmp-*")
        return sorted(str(file.relative_to(self.session_folder)) for file in found)


def _clockless(text: str, known: frozenset[str]) -> str:
    text = _TIME.sub("<time>", text)
    text = _TERMINAL.sub("", text)
    return _INCIDENT.sub(lambda m: m[0] if m[0] in known else "<new incident>", text)


class Trial:
    """A case without any fault, and copies of its project in which it meets one."""

    def __init__(
        self,
        case: Case,
        build: Callable[[str], Workbench],
        place: Path,
        start: Path | None = None,
    ) -> None:
        """Tell the case twice, untouched: which paths it touches, then by which calls.

        The copies are at `place`, one at a time, of what is kept at `start`.
        """
        self._place = place
        self._start = start or place.with_name(f"{place.name}-start")
        story = Story(build(case.state).copy(self._start))
        for line in case.before:
            told = story.tell(line)
            assert told.code == 0, (line, told)
        self._known = frozenset(_INCIDENT.findall(self._all_text()))
        self._paths: set[str] = set()
        story = self.fresh("-y", "-s0")
        self.before = self.snapshot(story)
        self.result = story.tell(case.line)
        self._paths = bench_of(story).seen_paths()
        self.after = self.snapshot(story)
        story = self.fresh()
        story.tell(case.line)
        self.calls = bench_of(story).seen_calls()
        assert self.snapshot(story) == self.after
        # A command that did nothing would survive everything.
        assert (self.before != self.after, self.result.code) == (True, 0), self.result

    def fresh(self, *options: str) -> Story:
        """A copy of the project before the case, its commands traced with these options."""
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.copytree(self._start, self._place, symlinks=True)
        bench = Faulty(self._place)
        bench.sealed_as(Workbench(self._start))
        bench.paths = self._paths
        bench.traced = options
        return Story(bench)

    def snapshot(self, story: Story) -> dict[str, str]:
        """What is in the session folder of that copy."""
        return bench_of(story).snapshot(self._known)

    def everything(self, story: Story) -> str:
        """All that is in the session folder and the vault of that copy, as one text."""
        bench = bench_of(story)
        found = [bench.everything(self._known), bench.sealed(self._known)]
        return json.dumps(found, sort_keys=True)

    def _all_text(self) -> str:
        folder = Workbench(self._start).session_folder
        files = [file for file in folder.rglob("*") if file.is_file()]
        return "\n".join(f"{file}\n{file.read_text('utf-8')}" for file in files)


def some(calls: list[Call], case: Case, *, every: bool) -> list[Call]:
    """The calls to try: those that change the disk and the last, or a fifth, another one by case.

    What is on disk before a call that only reads is what is there before the next that changes it.
    """
    changing = [call for call in calls if call.changes]
    if every:
        return [*changing, *(calls[-1:] if calls[-1] not in changing else [])]
    return changing[(*COMMANDS, *EVENTS).index(case) % 5 :: 5]


def bench_of(story: Story) -> Faulty:
    """The workbench of a trial's copy."""
    assert isinstance(story.bench, Faulty)
    return story.bench


def unseen(snapshot: dict[str, str]) -> dict[str, str]:
    """The snapshot without what a person was shown last, which is recorded on its own."""
    text = snapshot.get("state.json")
    if text is None:
        return snapshot
    state = json.loads(text)
    state.pop("seen", None)
    return snapshot | {"state.json": json.dumps(state, indent=1)}
