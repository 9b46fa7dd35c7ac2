"""Any sequence of commands leaves the exit code, the fields and the `next` of a small model.

The model is written from the contract; where that leaves a thing open it answers None, and the
thing is not done. Commands enter by the functions that the command line calls, in this process.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from incident_state.errors import StateError
from incident_state.session import people, statements, work
from incident_state.session.callers import Caller
from incident_state.session.next import what_is_next
from incident_state.session.session import Session
from incident_state.state import facts
from incident_state.state.possible import contradictions
from tests.state.incident_model import (
    ALL,
    LABELS,
    SEVERITIES,
    STATING,
    Code,
    IncidentModel,
    Key,
    Severity,
)
from tests.support.transitions.table import INCIDENT
from tests.support.workbench import SYNTHESIS, Workbench, told

CALLERS = st.sampled_from([Caller(person=True), Caller(person=False, session_id="s1")])
STEPS = st.sampled_from(ALL)


class Incidents(RuleBasedStateMachine):
    """An incident that people and models work on in any order, beside the model of it."""

    def __init__(self) -> None:
        """Make the project."""
        super().__init__()
        self.bench = Workbench(Path(tempfile.mkdtemp(prefix="incidents-")))
        self.model = IncidentModel()
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

    @rule(found=st.sampled_from(SEVERITIES), word=st.integers(0, 15))
    def advance(self, found: Severity, word: int = 0) -> None:
        """Take what is due to its valid documents, complete them, assemble the investigation."""
        caller = Caller(person=False, session_id="s1")
        for n in sorted(self.model.due, key=str):
            self.launch(caller, n)
            self.write(n, found, word)
            self.complete(caller, n)
        if self.model.next() == "consolidate":
            self.consolidate(caller)

    @rule(caller=CALLERS, n=STEPS)
    def launch(self, caller: Caller, n: Key) -> None:
        """Put a step in flight, in turn or not."""
        repeated = self.model.newest == ("launch", n)
        code = self.model.launch(n)
        text = self.expect(code, lambda: work.launch(self.session(caller), n))
        if code == 0:
            note = self.bench.notes / f"brief-{n}"
            assert not repeated or note.read_text(encoding="utf-8") == text
            note.write_text(str(text), encoding="utf-8")
        self.again = lambda: self.launch(caller, n)

    @rule(n=STEPS, found=st.sampled_from((None, *SEVERITIES)), word=st.integers(0, 15))
    def write(self, n: Key, found: Severity | None, word: int = 0) -> None:
        """Leave a document, valid or with an empty section, where its step is in flight."""
        if n in self.model.flight:
            stated = {
                name: words[(word >> 2 * at) % len(words)]
                for at, (name, words) in enumerate(STATING.get(n, {}).items())
            }
            severity = {"SEVERITY": found or ""} if n == 1 else {}
            file = self.bench.write_document(n, **severity, **stated)
            self.model.written[n] = stated
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
        note = "helm rollback 41" if label == "Done by hand" else ""
        self.expect(code, lambda: people.decide(self.session(caller), label, note=note))
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
        self.expect(code, lambda: statements.severity(self.session(caller), wanted))
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
    def reopen_closed(self, caller: Caller) -> None:
        """Have a closed incident go on, which a person does."""
        code = self.model.reopen_closed(person=caller.person)
        self.expect(code, lambda: people.reopen_closed(self.session(caller), None))
        self.again = lambda: self.reopen_closed(caller)

    @rule(caller=CALLERS, fact=st.sampled_from(("mitigated", "resolved")))
    def say(self, caller: Caller, fact: Literal["mitigated", "resolved"]) -> None:
        """Say what is true of the incident, which a person does."""
        if not caller.person or len(self.model.facts) == 0:
            code = self.model.say(fact, person=caller.person)
            self.expect(code, lambda: statements.fact(self.session(caller), fact, None, ""))

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
        answer = what_is_next(self.session(Caller(person=False)))
        nine = self.bench.nine()
        fields = {name: nine[name] for name in self.model.fields()}
        fields["files_created"] = sorted(fields["files_created"])
        state = self.session(Caller(person=False)).store.read()
        assert contradictions(state) == []
        said = (facts.mitigated_at(state) is not None, facts.resolved_at(state) is not None)
        found = (told({"kind": answer.kind, **answer.data}), fields, facts.outcome(state), said)
        assert found == (
            self.model.next(),
            self.model.fields(),
            self.model.outcome,
            (self.model.mitigated, self.model.resolved),
        )


class ManyIncidents(Incidents):
    """The same, for a run that has the time."""


TestIncidents = Incidents.TestCase
TestIncidents.settings = settings(max_examples=10, stateful_step_count=40, deadline=None)
TestManyIncidents = pytest.mark.system(ManyIncidents.TestCase)
TestManyIncidents.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
