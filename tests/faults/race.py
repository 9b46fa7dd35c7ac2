"""Processes that work on one session at once; what each saw and was told goes to standard output.

python tests/faults/race.py PROJECT PROCESSES OPERATIONS
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

from incident_state.session import statements, work
from incident_state.session.callers import Caller
from incident_state.session.next import what_is_next
from incident_state.session.session import Session
from incident_state.state.model import SEVERITIES, State

MODEL = Caller(person=False)
PERSON = Caller(person=True)
PATIENCE = 120  # seconds


def operate(project: Path, number: int, operations: int) -> dict[str, object]:
    """Notes, completes of 5 and 6, severities and reads, at random; what was acknowledged."""
    chance = random.Random(number)  # noqa: S311 - which operation comes next is no secret
    acknowledged: dict[str, list[str]] = {"note": [], "severity": []}
    longest = 0
    # On a busy machine the turns of so many take their time; the time-out has a test of its own.
    model, person = (Session(project, who, lock_seconds=PATIENCE) for who in (MODEL, PERSON))
    for each in range(operations):
        operation = chance.choice(("note", "note", "complete", "severity", "read", "read"))
        if operation == "note":
            text = f"note {each} of process {number}"
            statements.note(model, text, update=False)
            acknowledged["note"].append(text)
        elif operation == "complete":
            work.complete(model, chance.choice((5, 6)))
        elif operation == "severity":
            severity = chance.choice(SEVERITIES)
            statements.severity(person, severity)
            acknowledged["severity"].append(severity)
        else:
            what_is_next(model)
            state = model.look()
            if len(state.timeline) < longest or not _noted(state, acknowledged["note"]):
                raise AssertionError("a read went back in time")
            longest = len(state.timeline)
    return {**acknowledged, "done": operations}


def _noted(state: State, texts: list[str]) -> bool:
    return set(texts) <= {event.text for event in state.timeline if event.kind == "note"}


def main(project: str, processes: str, operations: str) -> int:
    """Fork the processes, wait for each; the exit code is that of the worst."""
    children = []
    for number in range(int(processes)):
        child = os.fork()
        if child == 0:
            found = operate(Path(project), number, int(operations))
            os.write(1, (json.dumps(found) + "\n").encode())
            os._exit(0)
        children.append(child)
    return max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
