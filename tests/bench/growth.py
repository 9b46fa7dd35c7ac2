"""How costs grow: with archived sessions, with the timeline, with what a hook is given to read."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.bench.measure import Call, Cost, cost
from tests.bench.project import Project

COMMANDS = (["next"], ["brief", "1"], ["status"], ["timeline"], ["list"])
LINES: dict[str, Callable[[int], str]] = {
    "words": lambda size: "echo " + "ab cd " * (size // 6),
    "one word": lambda size: "echo " + "a" * size,
    "quotes": lambda size: "echo " + "'a b' " * (size // 6),
    "`$(`": lambda size: "echo " + "$(ls) " * (size // 6),
    "heredoc": lambda size: "cat <<'E'\n" + "some line\n" * (size // 10) + "E",
    "`;`": lambda size: "ls; " * (size // 4),
}
OVER = {"status": "complete", "current_step": "complete"}
WHEN = datetime(2026, 1, 1, tzinfo=timezone.utc)


def archived(root: Path, numbers: Sequence[int], rounds: int) -> dict[str, list[Cost]]:
    """Each command's costs with so many archived sessions."""
    found: dict[str, list[Cost]] = {" ".join(words): [] for words in COMMANDS}
    project = Project(root)
    kept = project.bench.session_folder / "archive"
    for number in numbers:
        for each in range(len(list(kept.iterdir())) if kept.exists() else 0, number):
            archive(project, kept, WHEN + timedelta(minutes=each))
        project.bench.unseal()  # so that they are taken as they stand, and sealed anew
        for words in COMMANDS:
            found[" ".join(words)].append(least(project.command(*words), rounds))
    return found


def archive(project: Project, kept: Path, moment: datetime) -> None:
    """Put a session of ten days' length into the archive, as it is on disk."""
    incident_id = f"INC-{moment:%Y%m%d-%H%M%S}-0000"
    state = project.bench.state()
    state |= {"incident_id": incident_id, "closed": "false alarm"} | OVER
    folder = kept / incident_id
    folder.mkdir(parents=True)
    (folder / "state.json").write_text(json.dumps(lengthened(state, 30)))


def lengthened(state: dict[str, Any], events: int) -> dict[str, Any]:
    """The state with a timeline of that many events."""
    note = {**state["timeline"][0], "kind": "note", "actor": "model", "text": "Pool at 97 % (db-1)"}
    return state | {"timeline": [state["timeline"][0], *[note] * (events - 1)]}


def timelines(root: Path, numbers: Sequence[int], rounds: int) -> dict[str, list[Cost]]:
    """Each command's costs with a timeline of so many events."""
    found: dict[str, list[Cost]] = {" ".join(words): [] for words in COMMANDS}
    for number in numbers:
        project = Project(root / str(number))
        file = project.bench.session_folder / "state.json"
        project.bench.unseal()  # as above
        file.write_text(json.dumps(lengthened(project.bench.state(), number)))
        for words in COMMANDS:
            found[" ".join(words)].append(least(project.command(*words), rounds))
    return found


def lines(root: Path, kilobytes: Sequence[int], rounds: int) -> dict[str, list[Cost]]:
    """The hook's costs with a command line of that many KB, by what it consists of."""
    project = Project(root)
    return {
        name: [
            least(project.hook("PreToolUse", "Bash", command=made(size * 1000)), rounds)
            for size in kilobytes
        ]
        for name, made in LINES.items()
    }


def contents(root: Path, megabytes: Sequence[int], rounds: int) -> dict[str, list[Cost]]:
    """The hook's costs with that many MB for Write."""
    project, line = Project(root), "One line of a document.\n"

    def write(size: int) -> Call:
        text = line * (size * 1_000_000 // len(line))
        return project.hook("PreToolUse", "Write", file_path="/srv/x.md", content=text)

    return {"lines": [least(write(size), rounds) for size in megabytes]}


def least(call: Call, rounds: int) -> Cost:
    """The run of several that other work on the machine held up least."""
    return min((cost(call) for _ in range(rounds)), key=lambda each: each.seconds)


def exponent(numbers: Sequence[int], costs: Sequence[Cost]) -> float:
    """Between the last two: 0 where it does not grow, 1 where it grows as the number does."""
    (a, b), (few, many) = numbers[-2:], costs[-2:]
    return math.log(many.seconds / few.seconds) / math.log(b / a)
