"""A project folder in which the real command runs as a model, a script or a person runs it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import select
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.patience import HANG
from tests.support.warm import Warm

ROOT = Path(__file__).resolve().parent.parent.parent
_HOOK = shlex.quote(str(ROOT / "tests" / "support" / "hook_python.py"))
# What a document of an incident that goes well states.
FIRST_LINES = {
    "SEVERITY": "P1",
    "ONSET": "unknown",
    "SERVICE_STATUS_AFTER": "Improved",
    "DEPLOYMENT_STATUS": "Deployed",
    "ROLLBACK_READINESS": "Yes",
    "CONFIDENCE": "probable",
    "SERVICE_HEALTH_POST_DEPLOY": "Healthy",
    "ROLLBACK_STATUS": "Rolled back",
    "SERVICE_HEALTH_POST_ROLLBACK": "Degraded",
}
NINE = (
    "incident",
    "status",
    "severity",
    "current_step",
    "current_phase",
    "completed_steps",
    "files_created",
    "started_at",
    "last_updated",
)
SYNTHESIS = "The pool was exhausted by one slow query; no sign of an intruder (04, 05a, 05b).\n"
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_COMMAND = "incident-response:incident-response"
# A hook's Python; what a test's client runs has the warm command answer.
_PYTHON = f"""#!/bin/sh
case $WARM$* in
[0-9]*incident_state.hooks*) exec {shlex.quote(sys.executable)} -I -S {_HOOK} ;;
esac
exec {shlex.quote(sys.executable)} "$@"
"""
_MATCHED_BY = {
    "SessionStart": "source",
    "SubagentStart": "agent_type",
    "SubagentStop": "agent_type",
    "UserPromptExpansion": "command_name",
}


@dataclass(frozen=True)
class Result:
    """What a command left: its exit code, standard output (or a terminal's screen), errors."""

    code: int
    out: str
    err: str = ""


@dataclass(frozen=True)
class Paper:
    """What the workflow asks of a step's document: its file's name and its sections."""

    writes: str
    sections: tuple[str, ...]


@cache
def papers() -> dict[str, Paper]:
    """Return every step's document by the step's name, as the files of the workflow have it."""
    found = {}
    for file in sorted((ROOT / "commands" / "workflow").rglob("*.md")):
        _, front, _ = file.read_text(encoding="utf-8").split("---\n", 2)
        keys = dict(re.findall(r"^(\w+): *(.*)$", front, re.MULTILINE))
        if "step" in keys and "sections" in keys:
            sections = tuple(name.strip() for name in keys["sections"].split(","))
            found[keys["step"]] = Paper(keys["writes"], sections)
    return found


def matches(matcher: str, subject: str) -> bool:
    """Tell whether a hook's matcher covers a subject: names with bars between, else a regex."""
    if matcher in {"", "*"}:
        return True
    if re.fullmatch(r"[\w|]+", matcher):
        return subject in matcher.split("|")
    return re.search(matcher, subject) is not None


def told(answer: dict[str, Any]) -> str:
    """Return what `next --json` says on one line: the kind, and the numbers that belong to it."""
    kind = str(answer["kind"])
    if kind in {"launch", "failed"}:
        numbers = [each["step"] for each in answer["steps" if kind == "launch" else "failures"]]
    else:
        numbers = sorted(answer.get("steps", []), key=str)
    if kind in {"checkpoint", "reopen"}:
        numbers = [answer["checkpoint"], *answer.get("from", [])]
    return " ".join(map(str, (kind, *numbers)))


@cache
def warm() -> Warm:
    """Return this process's own warm command."""
    return Warm()


class Workbench:
    """One project and the client around it; everything is in one folder, which can be copied."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, a new one or the copy of another workbench's."""
        self.folder = folder
        self.project = folder / "project"
        self.here = self.project  # where the client is started
        self.session_folder = self.project / ".incident-response"
        self.plugin_data = folder / "data"
        self.notes = folder / "notes"
        self.client: dict[str, str] = {}  # what the client tells of itself in environments
        self.columns = 80  # of a person's terminal
        self.process = 1  # the client's: one that never ends, and that no other client started
        for each in (self.project, self.notes, folder / "home", self.plugin_data / "env" / "bin"):
            each.mkdir(parents=True, exist_ok=True)
        # A symlink would lose the test interpreter's packages: they are found beside its own name.
        python = self.plugin_data / "env" / "bin" / "python"
        if not python.exists():
            python.write_text(_PYTHON, "utf-8")
            python.chmod(0o755)
            (self.plugin_data / "plugin").symlink_to(ROOT)  # it is prepared for this copy

    def copy(self, folder: Path) -> Workbench:
        """Return a second workbench in the same state, in another place, sealed there as here."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Workbench(folder).sealed_as(self)

    def moved(self, folder: Path) -> Workbench:
        """Return this workbench in another place, sealed there as here."""
        self.folder.rename(folder)
        return Workbench(folder).sealed_as(self)

    def sealed_as(self, other: Workbench) -> Workbench:
        """Return this copy of that workbench, its vault where its project's path has it."""
        vault = self.state_home / other.vault.relative_to(other.state_home)
        if vault.exists():
            self.vault.parent.mkdir(parents=True)
            vault.rename(self.vault)
        return self

    @property
    def state_home(self) -> Path:
        """Where programs keep what they know."""
        return self.folder / "home" / ".local" / "state"

    @property
    def vault(self) -> Path:
        """Where the record is sealed."""
        return Path(f"{self.state_home}/incident-response{self.project}/.incident-response")

    def unseal(self) -> None:
        """Take the sealed copy away: the session folder is all there is."""
        shutil.rmtree(self.vault, ignore_errors=True)

    # Commands

    def run(self, *args: str, stdin: str | None = None, session: str | None = None) -> Result:
        """Run the command without a terminal; with a session, as Claude Code's Bash tool would."""
        with (
            tempfile.TemporaryFile() as given,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            given.write((stdin or "").encode())
            given.seek(0)
            streams = (given.fileno(), out.fileno(), err.fileno())
            with warm().turn:
                self.begin(self._words(args), self._environment(session), streams)
                code = self.code()
            out.seek(0)
            err.seek(0)
            done = Result(code, out.read().decode(), err.read().decode())
        if args[:1] == ("launch",) and done.code == 0:
            (self.notes / f"brief-{args[1]}").write_text(done.out, encoding="utf-8")
        return done

    def person(self, *args: str, answers: str = "y\n", **variables: str) -> Result:
        """Run the command in a terminal of 24 rows, type the answers, return the screen's text."""
        ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, self.columns, 0, 0))
        env = self._environment(None) | {"TERM": "xterm-256color"} | variables
        with warm().turn:
            self.begin(self._words(args), env, (theirs, theirs, theirs))
            os.close(theirs)
            os.write(ours, answers.encode())
            screen = self._watch(ours)
            os.close(ours)  # hangs up on a command that still waits for an answer
            code = self.code()
        text = _ESCAPES.sub("", screen.decode("utf-8", "replace")).replace("\r\n", "\n")
        return Result(code, text)

    def begin(self, words: list[str], env: dict[str, str], streams: tuple[int, int, int]) -> None:
        """Begin the command with those words, environment and streams."""
        warm().call(words, env, self.project, streams)

    def code(self) -> int:
        """Wait for the command that was begun; its exit code."""
        return warm().code()

    @staticmethod
    def _watch(terminal: int) -> bytes:
        """Return all that the process shows, until it ends or waits for what nobody types."""
        screen = b""
        end = time.monotonic() + HANG
        while select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
            try:
                seen = os.read(terminal, 65536)
            except OSError:  # Linux says that the other end is closed by EIO
                return screen
            if not seen:
                return screen
            screen += seen
        return screen + b"\n(it waited for an answer)"

    def _words(self, args: tuple[str, ...]) -> list[str]:
        return [*args, "--project", str(self.project)]

    def _environment(self, session: str | None) -> dict[str, str]:
        bare = {
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        }
        bare |= self.client
        if session is None:
            return bare
        return bare | {"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": session}

    # What there is

    def next(self, session: str | None = None) -> dict[str, Any]:
        """Return what `next --json` says; AssertionError where it refuses."""
        result = self.run("next", "--json", session=session)
        assert result.code == 0, result
        parsed: dict[str, Any] = json.loads(result.out)
        return parsed

    def state(self) -> dict[str, Any]:
        """Return state.json parsed; FileNotFoundError where there is no session."""
        parsed: dict[str, Any] = json.loads(self.state_bytes() or b"")
        return parsed

    def state_bytes(self) -> bytes | None:
        """Return state.json as it is on disk, None where there is none."""
        file = self.session_folder / "state.json"
        return file.read_bytes() if file.exists() else None

    def nine(self) -> dict[str, Any]:
        """Return the nine fields that the contract names, and no other."""
        state = self.state()
        return {name: state[name] for name in NINE}

    # Documents

    def write_document(self, step: int | str, /, **sections: str) -> Path:
        """Write a step's document from its newest brief; keywords replace sections' texts."""
        noted = self.notes / f"brief-{step}"
        if not noted.exists():
            # Where hooks launch, a step that they have not launched is only read about.
            how = "brief" if self.state().get("owner") else "launch"
            result = self.run(how, str(step), session="s1")
            assert result.code == 0, result
            noted.write_text(result.out, encoding="utf-8")
        lines = [line.strip() for line in noted.read_text(encoding="utf-8").splitlines()]
        first = next(line for line in lines if line.startswith("<!-- incident-response:"))
        paper = papers()[str(step)]
        told = FIRST_LINES
        bodies = {
            name: f"{told.get(name, '')}\nUnknown; tried `tool {name}`." for name in paper.sections
        } | sections
        parts = [f"## {name}\n\n{body.strip()}\n" for name, body in bodies.items()]
        file = self.session_folder / paper.writes
        file.write_text("\n".join([first, "# What was found\n", *parts]), encoding="utf-8")
        return file

    # Claude Code around the project

    def hook(
        self, event: str, payload: dict[str, Any], session: str = "s1"
    ) -> tuple[int, Any, str]:
        """Run the manifest's hooks for an event; return code, JSON (or text) and errors."""
        manifest = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text("utf-8"))
        whole = {
            "session_id": session,
            "transcript_path": str(self.folder / f"{session}.jsonl"),
            "cwd": str(self.here),
            "permission_mode": "default",
            "hook_event_name": event,
        } | payload
        subject = str(payload.get(_MATCHED_BY.get(event, "tool_name"), ""))
        commands = [
            hook["command"]
            for entry in manifest["hooks"].get(event, [])
            if matches(entry.get("matcher", ""), subject)
            for hook in entry["hooks"]
        ]
        code, said, err = 0, "", ""
        for command in dict.fromkeys(commands):
            done = self.shell(command, json.dumps(whole))
            code, said, err = max(code, done.code), said + done.out, err + done.err
        try:
            return code, json.loads(said), err
        except ValueError:
            return code, said, err

    def transcribe(self, session: str, entry: dict[str, Any]) -> None:
        """Add a line to the session's transcript, as the client does."""
        with (self.folder / f"{session}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def shell(self, command: str, given: str) -> Result:
        """Run a hook's command as the client does, the event on its standard input."""
        with warm().turn:
            done = subprocess.run(
                ["sh", "-c", command],
                input=given,
                env=self.hook_environment() | {"WARM": str(warm().fileno())},
                pass_fds=[warm().fileno()],
                cwd=self.here,
                capture_output=True,
                encoding="utf-8",
                timeout=HANG,
                check=False,
            )
        return Result(done.returncode, done.stdout, done.stderr)

    def hook_environment(self) -> dict[str, str]:
        """Return the variables that a hook gets from the client."""
        return self._environment(None) | {
            "CLAUDE_PROJECT_DIR": str(self.here),
            "CLAUDE_PLUGIN_ROOT": str(ROOT),
            "CLAUDE_PLUGIN_DATA": str(self.plugin_data),
            "CLAUDE_PID": str(self.process),
        }
