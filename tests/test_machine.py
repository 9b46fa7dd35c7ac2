"""Any sequence of commands leaves the exit code, the fields and the `next` of a small model.

The model is written from the contract; where that leaves a thing open it answers None, and the
thing is not done. Commands enter by the functions that the command line calls, in this process.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from transition_table import FILES, INCIDENT
from workbench import SYNTHESIS, Workbench, told

from incident_state import people, work
from incident_state.callers import Caller
from incident_state.errors import StateError
from incident_state.session import Session

Key = int | Literal["rollback"]
Severity = Literal["P0", "P1", "P2", "P3"]
Code = int | None
ALL: tuple[Key, ...] = (*range(1, 14), "rollback")
SEVERITIES: tuple[Severity, ...] = ("P0", "P1", "P2", "P3")
REDONE: dict[int, set[Key]] = {1: {1, 2, 3}, 2: {2, 3}, 3: {3}, 4: {4, 5, 6}, 5: {5}, 6: {6}}
PHASES = {1: (1, 2, 3), 2: (4, 5, 6)}
LAST = {1: 3, 2: 6, 3: 8}  # the step before each checkpoint
PREFIXES = ("01", "02", "03", "04", "05a", "05b", "06", "07", "08", "09", "10", "11", "12", "07r")
OPTIONS = {
    0: set[str](),
    1: {"Approve", "Request changes", "Pause", "Close"},
    2: {"Approve", "Request changes", "Pause"},
    3: {"Approve", "Rollback", "Pause"},
}
ROLLED_BACK = {"New fix", "Investigate again", "Pause"}
LABELS = sorted(set[str]().union(ROLLED_BACK, {"Retry"}, *OPTIONS.values()))
CALLERS = st.sampled_from([Caller(person=True), Caller(person=False, session_id="s1")])
STEPS = st.sampled_from(ALL)


def said(kind: str, *numbers: object) -> str:
    """Return an answer of `next` on one line."""
    return " ".join(map(str, (kind, *numbers)))


@dataclass
class _Incident:
    declared: Severity | None = None
    documented: Severity | None = None
    pinned: Severity | None = None
    raised: Severity | None = None
    done: set[Key] = field(default_factory=set)
    flight: dict[Key, Severity | None] = field(default_factory=dict)  # a valid document's, or None
    failed: set[Key] = field(default_factory=set)
    approved: set[int] = field(default_factory=set)
    assembled: bool = False
    request: Literal["open", "answered", "withdrawn"] | None = None
    rollback: Literal["due", "done"] | None = None
    paused: bool = False
    closed: bool = False
    newest: tuple[object, ...] = ()

    @property
    def severity(self) -> Severity:
        return self.raised or self.pinned or self.documented or self.declared or "P1"

    @property
    def position(self) -> int | str:
        if self.closed or self.rollback:
            return "complete" if self.closed else "rollback"
        for step in range(1, 14):
            if step not in self.done or (step == LAST[2] and not self.assembled):
                return step
            for checkpoint, last in LAST.items():
                if step == last and checkpoint not in self.approved:
                    return f"checkpoint-{checkpoint}"
        return "complete"

    @property
    def status(self) -> str:
        open_status = "paused" if self.paused else "in_progress"
        return "complete" if self.position == "complete" else open_status

    @property
    def checkpoint(self) -> int:
        name, _, number = str(self.position).partition("-")
        return int(number) if name == "checkpoint" else 0

    @property
    def due(self) -> set[Key]:
        if self.position in {5, 6}:
            return {n for n in ALL if n in {5, 6} and n not in self.done}
        if self.position == "rollback":
            return {"rollback"} if self.rollback == "due" else set()
        return {self.position} if isinstance(self.position, int) else set()

    @property
    def labels(self) -> set[str]:
        if self.status != "in_progress" or self.request == "open":
            return set()
        if self.failed:
            return {"Retry", "Pause"} | ({"Rollback"} if 8 in self.failed else set())
        return ROLLED_BACK if self.rollback == "done" else OPTIONS[self.checkpoint]

    def next(self) -> str:
        valid = [n for n in ALL if self.flight.get(n)]
        launch = [n for n in ALL if n in self.due and n not in self.flight]
        at = self.checkpoint
        answers = (
            (self.status == "complete", "complete"),
            (self.paused, "paused"),
            (self.failed, said("failed", *(n for n in ALL if n in self.failed))),
            (self.request == "open", said("reopen", at, *PHASES.get(at, ()))),
            (valid, said("finish", *valid[:1])),
            (launch, said("launch", *launch)),
            (self.flight, said("running", *(n for n in ALL if n in self.flight))),
            (self.position == LAST[2], "consolidate"),
            (self.rollback, "rolled-back"),
        )
        return next((told for holds, told in answers if holds), said("checkpoint", at))

    def fields(self) -> dict[str, Any]:
        later = len(self.approved) == len(LAST) and {9, 10} <= self.done
        names = [prefix for n, prefix in zip(ALL, PREFIXES, strict=True) if n in self.done]
        names += ["05"] if self.assembled else []
        return {
            "incident": INCIDENT,
            "status": self.status,
            "severity": self.severity,
            "current_step": self.position,
            "current_phase": 1 + len(self.approved) + later,
            "completed_steps": [n for n in ALL if n in self.done and n != "rollback"],
            "files_created": sorted(FILES[name] for name in names),
        }

    # Commands: each gives its exit code, and makes the model what the incident becomes

    def brief(self, n: Key) -> Code:
        if n in self.flight:
            return None if self.flight[n] or self.failed or self.paused else 0
        if n in self.done or n not in self.due or self.status != "in_progress" or self.failed:
            return None if n in self.done else 1
        self.flight[n], self.newest = None, ("brief", n)
        return 0

    def complete(self, n: Key) -> Code:
        if n in self.done:
            return None if n == "rollback" and self.rollback is None else 0
        found = self.flight.get(n)
        if not found:
            return 1
        del self.flight[n]
        self.done.add(n)
        self.newest = ("complete", n)
        if n == 1:
            self.documented, self.raised = found, None
        self.rollback = "done" if n == "rollback" else self.rollback
        return 0

    def consolidate(self) -> Code:
        if self.newest == ("consolidate",):
            return 0
        if self.position != LAST[2] or self.due:
            return 1
        if self.paused:
            return None
        self.assembled, self.newest = True, ("consolidate",)
        return 0

    def fail(self, n: Key) -> Code:
        if self.newest == ("fail", n) or n not in self.due:
            return 0 if self.newest == ("fail", n) else 1
        if n not in self.flight or self.paused or self.flight[n]:
            return None
        del self.flight[n]
        self.failed.add(n)
        self.newest = ("fail", n)
        return 0

    def decide(self, label: str, *, person: bool) -> Code:
        if self.newest == ("decide", label):
            return 0 if person else None
        if not person or label not in self.labels:
            return 1
        self.newest = ("decide", label)
        if label == "Approve":
            self.approved.add(self.checkpoint)
            self.request = None
        elif label in {"Rollback", "Retry"}:
            self.rollback = "due" if label == "Rollback" else self.rollback
            self.done -= {"rollback"} if label == "Rollback" else set()
            self.failed = set()
        elif label == "Pause":
            self._pause()
        elif label == "Request changes":
            self.request = "open"
        elif label == "Close":
            self.closed, self.request = True, None
        else:
            self.rollback = None
            self.done -= {7, 8} if label == "New fix" else {4, 5, 6, 7, 8}
            if label == "Investigate again":
                self.approved, self.assembled = {1}, False
        return 0

    def reopen(self, n: int) -> Code:
        if self.newest == ("reopen", n) or self.request is None:
            return 0 if self.request is None and self.newest == ("reopen", n) else 1
        if self.paused or self.request == "withdrawn":
            return None
        if n not in PHASES[self.checkpoint]:
            return 1
        self.done -= REDONE[n]
        self.assembled, self.request, self.newest = False, None, ("reopen", n)
        return 0

    def set_severity(self, wanted: Severity, *, person: bool) -> Code:
        if self.newest == ("severity", wanted, person):
            return 0
        if not person and self.request != "open":
            if self.request or wanted == self.severity:
                return None
            if self.status == "complete" or wanted > self.severity:
                return 1
            self.raised = wanted
        elif self.paused and self.request:
            return None
        else:
            self.pinned, self.raised = wanted, None
            self.request = "answered" if self.request == "open" else self.request
        self.newest = ("severity", wanted, person)
        return 0

    def pause(self, *, person: bool) -> Code:
        if not person or self.status == "complete":
            return 1
        if self.paused:
            return 0 if self.newest == ("pause",) else None
        self._pause()
        self.newest = ("pause",)
        return 0

    def _pause(self) -> None:
        self.paused = True
        self.request = "withdrawn" if self.request == "answered" else self.request

    def resume(self, *, person: bool) -> Code:
        if not person or not self.paused:
            return 0 if person else (1 if self.paused else None)
        self.paused, self.newest = False, ("resume",)
        return 0

    def close(self, *, person: bool) -> Code:
        if not person or self.status == "complete":
            return 0 if person and self.newest == ("close",) else 1
        self.closed, self.paused, self.request, self.rollback = True, False, None, None
        self.flight, self.failed, self.newest = {}, set(), ("close",)
        return 0


class Incidents(RuleBasedStateMachine):
    """An incident that people and models work on in any order, beside the model of it."""

    def __init__(self) -> None:
        """Make the project."""
        super().__init__()
        self.bench = Workbench(Path(tempfile.mkdtemp(prefix="incidents-")))
        self.model = _Incident()
        self.again: Callable[[], None] = lambda: None

    def teardown(self) -> None:
        """Remove the project."""
        shutil.rmtree(self.bench.folder)

    def session(self, caller: Caller) -> Session:
        """Return the project's session for that caller."""
        return Session(self.bench.project, caller)

    def expect(self, code: Code, command: Callable[[], object]) -> object:
        """Run a command, where the contract says how it ends."""
        if code is None:
            return None
        found: int = 0
        result: object = None
        try:
            result = command()
        except StateError as error:
            found, result = error.exit_code, error
        assert found == code, result
        return result

    @initialize(declared=st.sampled_from((None, *SEVERITIES)), steps=st.integers(0, 18))
    def begin(self, declared: Severity | None, steps: int) -> None:
        """Begin anywhere on the straight way to the end."""
        session = self.session(Caller(person=False, session_id="s1"))
        people.start(session, INCIDENT, declared)
        self.model.declared = declared
        for _ in range(steps):
            self.advance("P1")
            if "Approve" in self.model.labels:
                self.decide(Caller(person=True), "Approve")

    @rule(found=st.sampled_from(SEVERITIES))
    def advance(self, found: Severity) -> None:
        """Take what is due to its valid documents, complete them, assemble the investigation."""
        caller = Caller(person=False, session_id="s1")
        for n in sorted(self.model.due, key=str):
            self.brief(caller, n)
            self.write(n, found)
            self.complete(caller, n)
        if self.model.next() == "consolidate":
            self.consolidate(caller)

    @rule(caller=CALLERS, n=STEPS)
    def brief(self, caller: Caller, n: Key) -> None:
        """Ask for a step's brief, in turn or not."""
        repeated = self.model.newest == ("brief", n)
        code = self.model.brief(n)
        text = self.expect(code, lambda: work.brief(self.session(caller), n))
        if code == 0:
            note = self.bench.notes / f"brief-{n}"
            assert not repeated or note.read_text(encoding="utf-8") == text
            note.write_text(str(text), encoding="utf-8")
        self.again = lambda: self.brief(caller, n)

    @rule(n=STEPS, found=st.sampled_from((None, *SEVERITIES)))
    def write(self, n: Key, found: Severity | None) -> None:
        """Leave a document, valid or with an empty section, where its step is in flight."""
        if n in self.model.flight:
            file = self.bench.write_document(n, **({"SEVERITY": found or ""} if n == 1 else {}))
            if not found:
                text = file.read_text(encoding="utf-8")
                file.write_text(text[: text.rindex("## ")], encoding="utf-8")
            self.model.flight[n] = found

    @rule(caller=CALLERS, n=STEPS)
    def complete(self, caller: Caller, n: Key) -> None:
        """Complete a step, in turn or not."""
        self.expect(self.model.complete(n), lambda: work.complete(self.session(caller), n))
        self.again = lambda: self.complete(caller, n)

    @rule(caller=CALLERS)
    def consolidate(self, caller: Caller) -> None:
        """Assemble the investigation."""
        code = self.model.consolidate()
        self.expect(code, lambda: work.consolidate(self.session(caller), SYNTHESIS))
        self.again = lambda: self.consolidate(caller)

    @rule(caller=CALLERS, n=STEPS)
    def fail(self, caller: Caller, n: Key) -> None:
        """Record a failure."""
        code = self.model.fail(n)
        self.expect(code, lambda: work.fail(self.session(caller), n, "no connection"))
        self.again = lambda: self.fail(caller, n)

    @rule(caller=CALLERS, label=st.sampled_from(LABELS))
    def decide(self, caller: Caller, label: str) -> None:
        """Give an answer, whether or not a question has it."""
        code = self.model.decide(label, person=caller.person)
        self.expect(code, lambda: people.decide(self.session(caller), label))
        self.again = lambda: self.decide(caller, label)

    @rule(number=st.integers(0, 3))
    def answer(self, number: int) -> None:
        """Give one of the answers that the open question has."""
        if labels := sorted(self.model.labels):
            self.decide(Caller(person=True), labels[number % len(labels)])

    @rule(caller=CALLERS, n=st.integers(1, 13))
    def reopen(self, caller: Caller, n: int) -> None:
        """Reopen a step, requested or not."""
        self.expect(self.model.reopen(n), lambda: people.reopen(self.session(caller), n, None))
        self.again = lambda: self.reopen(caller, n)

    @rule(caller=CALLERS, wanted=st.sampled_from(SEVERITIES))
    def severity(self, caller: Caller, wanted: Severity) -> None:
        """Set the severity."""
        code = self.model.set_severity(wanted, person=caller.person)
        self.expect(code, lambda: people.severity(self.session(caller), wanted))
        self.again = lambda: self.severity(caller, wanted)

    @rule(caller=CALLERS)
    def pause(self, caller: Caller) -> None:
        """Pause."""
        code = self.model.pause(person=caller.person)
        self.expect(code, lambda: people.pause(self.session(caller)))
        self.again = lambda: self.pause(caller)

    @rule(caller=CALLERS)
    def resume(self, caller: Caller) -> None:
        """Resume."""
        code = self.model.resume(person=caller.person)
        self.expect(code, lambda: people.resume(self.session(caller)))
        self.again = lambda: self.resume(caller)

    @rule(caller=CALLERS, meant=st.integers(0, 9))
    def close(self, caller: Caller, meant: int) -> None:
        """Close, which a person seldom does."""
        if meant == 0 or not caller.person:
            code = self.model.close(person=caller.person)
            self.expect(code, lambda: people.close(self.session(caller), "over already"))
            self.again = lambda: self.close(caller, meant)

    @rule(caller=CALLERS)
    def start(self, caller: Caller) -> None:
        """Start where there is an incident."""
        self.expect(1, lambda: people.start(self.session(caller), "Search is slow", None))

    @rule()
    def repeat(self) -> None:
        """Give the last command once more."""
        self.again()

    @invariant()
    def it_is_what_the_model_is(self) -> None:
        """The fields on disk and the answer of `next` are the model's."""
        if self.bench.state_bytes() is None:
            return
        answer = self.session(Caller(person=False)).next()
        nine = self.bench.nine()
        fields = {name: nine[name] for name in self.model.fields()}
        fields["files_created"] = sorted(fields["files_created"])
        found = (told({"kind": answer.kind, **answer.data}), fields)
        assert found == (self.model.next(), self.model.fields())


TestIncidents = Incidents.TestCase
TestIncidents.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
