"""Bad input by the thousand: state files, documents, hook payloads, command lines.

    python -m tests.faults.fuzz [--cases 100000] [--seed 1]

Each case enters where such input enters, in this process. It must end in an answer or a sentence:
no traceback, no exit code beyond the contract's, no state replaced, no gate opened by an error.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from incident_state import cli, hooks
from incident_state import workflow as flow
from incident_state.documents import document, markdown
from incident_state.masking.mask import mask
from tests.faults.bad_input import VALUES, Bad
from tests.support.told_incident import STORIES, Told

if TYPE_CHECKING:
    from collections.abc import Callable

CODES = {0, 1, 2, 65, 66, 74}
READING = ("status", "timeline", "list", "handoff", "verify", "next")
REPORT = ("report", "--output", "-")
CHANGING = (
    ("note", "x"),
    ("complete", "4"),
    ("brief", "4"),
    ("launch", "4"),
    ("severity", "P0"),
    ("fail", "4", "--reason", "x"),
    ("consolidate", "x"),
    ("reopen", "--from", "2"),
    ("start", "x"),
)


@dataclass
class Figures:
    """How many cases of each kind, and how they ended."""

    ended: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0

    @property
    def cases(self) -> int:
        """How many cases were tried."""
        return sum(self.ended.values())


class Fuzz:
    """One project per state of the story, and the ways in which input enters it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.bad = Bad(seed)
        self.random = self.bad.random
        self.figures = Figures()
        self.projects: list[tuple[Path, bytes]] = []
        for name, story in STORIES.items():
            story(Told(folder / name))
            project = folder / name
            state = project / ".incident-response" / "state.json"
            self.projects.append((project, state.read_bytes()))
        self.kinds: dict[str, Callable[[], int]] = {
            "state": self.state,
            "record": self.record,
            "command": self.command,
            "document": self.document,
            "secrets": self.secrets,
            "hook": self.hook,
        }

    def run(self, cases: int) -> Figures:
        """That many cases, of all kinds in turn; what ended wrong is kept with its seed."""
        for number in range(cases):
            kind = list(self.kinds)[number % len(self.kinds)]
            began = time.monotonic()
            try:
                code = self.kinds[kind]()
            except BaseException as error:  # noqa: BLE001 - whatever comes out is the finding
                self.figures.wrong.append(f"{kind} {number}: {type(error).__name__}: {error}"[:400])
                code = -1
            self.figures.ended[kind, code] += 1
            self.figures.slowest = max(self.figures.slowest, time.monotonic() - began)
        return self.figures

    # -- the kinds ----------------------------------------------------------------------------

    def state(self) -> int:
        """A state file that something has damaged."""
        return self.used(self.bad.damaged)

    def record(self) -> int:
        """A state file that is whole, and one that the helper never writes."""
        return self.used(self.bad.skewed)

    def used(self, spoil: Callable[[bytes], bytes]) -> int:
        """The spoilt state of a project read, or changed by a command."""
        project, good = self.random.choice(self.projects)
        file = project / ".incident-response" / "state.json"
        bad = spoil(good)
        file.write_bytes(bad)
        try:
            words: tuple[str, ...] = self.random.choice([*((c,) for c in READING), REPORT])
            if self.random.random() < 0.4:
                words = self.random.choice(CHANGING)
            code, told = called([*words, "--project", str(project)])
            if code == 65:
                assert file.read_bytes() == bad, "a corrupt state was replaced"
                assert any(word in told for word in ("corrupt", "marked", "newer")), told
            # `next` takes over what it finds changed beside the record, so it may write.
            if words[0] in {*READING, "report"} - {"next"}:
                assert file.read_bytes() == bad, (words, "reading wrote")
            assert code in CODES, (words, code, told)
        finally:
            self.restore(project, good)
        return code

    def command(self) -> int:
        """A command line of any words."""
        project, good = self.random.choice(self.projects)
        words = list(self.random.choice([(c,) for c in READING] + list(CHANGING)))
        for _ in range(self.random.randrange(3)):
            words.insert(self.random.randrange(len(words) + 1), self.bad.word())
        try:
            code, told = called([*words, "--project", str(project)])
            assert code in CODES, (words, code, told)
        finally:
            self.restore(project, good)
        return code

    def document(self) -> int:
        """A step's document of any text: judged, masked, shown in brief, combined."""
        step = self.random.choice(flow.load().steps)
        comment = document.first_comment("INC-20260101-000000-0000", step, 1)
        parts = [comment] if self.random.random() < 0.5 else []
        parts += [
            f"## {name}\n\n{self.bad.text()}"
            for name in step.sections
            if self.random.random() < 0.9
        ]
        self.random.shuffle(parts)
        data = "\n".join([*parts, self.bad.text()]).encode("utf-8", "surrogatepass")
        if self.random.random() < 0.2:
            data = self.bad.bent(data)
        try:
            text = document.decode(data)
        except ValueError:
            return 1
        masked, _ = mask(text)
        assert mask(masked)[0] == masked, "masked twice is another text"
        wrong = document.problems(text, step, comment)
        if not wrong:
            assert all(markdown.section(text, name) for name in step.sections)
        document.gist(text)
        combined = document.combine("x", [text] * 3, text)
        assert combined.count("\n## Combined Findings\n") >= 1
        return int(bool(wrong))

    def secrets(self) -> int:
        """A text in which labels, marks and values meet by chance, masked and masked again."""
        masked, count = mask(self.bad.labelled())
        mask(masked)
        return int(count > 0)

    def hook(self) -> int:
        """An event of any JSON, or none, while an incident is open."""
        project, good = self.random.choice(self.projects)
        event = self.random.choice(sorted({name for name, _ in hooks.HANDLERS}))
        tool = self.random.choice(sorted({tool for _, tool in hooks.HANDLERS if tool}))
        payload: Any = {
            "session_id": "s1",
            "transcript_path": str(project / "none.jsonl"),
            "cwd": str(project),
            "hook_event_name": event,
            "tool_name": tool,
            "tool_input": {
                "command": self.bad.text(),
                "file_path": self.bad.word(),
                "prompt": self.bad.text(),
            },
            "tool_use_id": "toolu_1",
        }
        for _ in range(self.random.randrange(3)):
            payload[self.random.choice([*payload, "agent_id", "source"])] = self.random.choice(
                VALUES
            )
        data = json.dumps(payload).encode()
        if self.random.random() < 0.3:
            data = self.bad.bent(data)
        try:
            code, said = handled(data, project)
            assert code in {0, 2}, (code, data[:300])
            if said:
                told = json.loads(said)
                assert isinstance(told, dict)
        finally:
            self.restore(project, good)
        return code

    def restore(self, project: Path, good: bytes) -> None:
        """The state and the marker as they were."""
        folder = project / ".incident-response"
        (folder / "state.json").write_bytes(good)
        complete = json.loads(good)["status"] == "complete"
        (folder / "open").unlink(missing_ok=True) if complete else (folder / "open").touch()


def called(words: list[str]) -> tuple[int, str]:
    """The command's exit code, and what it said on both streams."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main(words)
        except SystemExit as end:
            code = int(end.code or 0)
    told = out.getvalue() + err.getvalue()
    assert "A bug in" not in told, (words, told[-400:])
    return code, told


def handled(data: bytes, project: Path) -> tuple[int, str]:
    """The hook's exit code and what it answers."""
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    os.environ["CLAUDE_PROJECT_DIR"] = str(project)
    sys.stdin = io.TextIOWrapper(io.BytesIO(data))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            hooks.main()
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    finally:
        signal.alarm(0)  # a hook ends itself, and this process goes on
        sys.stdin = before
    raise AssertionError("the hook did not exit")


def main() -> int:
    """Fuzz and tell the figures; 1 if a case ended wrong."""
    options = argparse.ArgumentParser(description="Bad input by the thousand.")
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # A sealed state would be put back: here it is to be refused.
        nowhere = Path(folder) / "no-folder"
        nowhere.touch()
        os.environ["XDG_STATE_HOME"] = str(nowhere)
        figures = Fuzz(Path(folder), given.seed).run(given.cases)
    for (kind, code), count in sorted(figures.ended.items()):
        sys.stdout.write(f"{kind:10} exit {code:3} {count:8}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"{figures.cases} cases, {len(figures.wrong)} ended wrong; "
        f"slowest {figures.slowest:.2f} s, peak {peak} MB\n"
    )
    sys.stdout.writelines(f"{line}\n" for line in figures.wrong[:20])
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
