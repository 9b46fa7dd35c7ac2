"""An incident as the contract tells it, for commands without hooks: a small model of the helper.

Each command gives its exit code, or None where the contract leaves it open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from tests.support.transitions.table import FILES, INCIDENT

Key = int | Literal["rollback"]
Severity = Literal["P0", "P1", "P2", "P3"]
Code = int | None
ALL: tuple[Key, ...] = (*range(1, 14), "rollback")
SEVERITIES: tuple[Severity, ...] = ("P0", "P1", "P2", "P3")
REDONE: dict[int, set[Key]] = {
    1: {1, 2, 3},
    2: {2, 3},
    3: {3},
    4: {4, 5, 6},
    5: {5},
    6: {6},
    8: {8},
}
PHASES = {1: (1, 2, 3), 2: (3, 4, 5, 6), 3: (8,)}  # what each checkpoint can reopen
LAST = {1: 3, 2: 6, 3: 8}  # the step before each checkpoint
PREFIXES = ("01", "02", "03", "04", "05a", "05b", "06", "07", "08", "09", "10", "11", "12", "07r")
OPTIONS = {
    0: set[str](),
    1: {"Approve", "Request changes", "Pause", "Close"},
    2: {"Approve", "Request changes", "Pause", "Close"},
    3: {"Approve", "Rollback", "Check again", "Pause"},
}
UNDEPLOYED = {"Approve", "Check again", "Pause", "Close"}
REASONS = {"False alarm", "Duplicate", "Resolved outside", "Handed over"}
ROLLED_BACK = {"New fix", "Investigate again", "Pause"}
NOT_ROLLED_BACK = {"New fix", "Retry", "Done by hand", "Pause"}
LABELS = sorted(set[str]().union(ROLLED_BACK, NOT_ROLLED_BACK, REASONS, *OPTIONS.values()))
# The words that a document states, by the section that it states them in.
MITIGATION = ("Stable", "Improved", "Unchanged", "Worse")
DEPLOYMENT = ("Deployed", "Partly deployed", "Not deployed", "Nothing to deploy")
ROLLBACK = ("Rolled back", "Partly rolled back", "Not rolled back")
HEALTH = ("Healthy", "Degraded", "Down", "Unknown")
BY_HAND = ("Rolled back", "Unknown")
STATING: dict[Key, dict[str, tuple[str, ...]]] = {
    3: {"SERVICE_STATUS_AFTER": MITIGATION},
    8: {"DEPLOYMENT_STATUS": DEPLOYMENT, "SERVICE_HEALTH_POST_DEPLOY": HEALTH},
    "rollback": {"ROLLBACK_STATUS": ROLLBACK, "SERVICE_HEALTH_POST_ROLLBACK": HEALTH},
}


def said(kind: str, *numbers: object) -> str:
    """Return an answer of `next` on one line."""
    return " ".join(map(str, (kind, *numbers)))


@dataclass
class IncidentModel:
    """One incident without hooks: what is done, in flight, decided, and what follows from it."""

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
    closing: bool = False
    reason: str = ""
    written: dict[Key, dict[str, str]] = field(default_factory=dict)  # what a document states
    better: set[Key] = field(default_factory=set)  # the steps whose newest document says so
    up: bool = False  # users are better off, as the newest word has it
    facts: set[str] = field(default_factory=set)  # what a person said
    unseen: bool = False  # a model raised the severity: who looked before is shown it anew first
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
        if "rollback" in self.failed:
            return NOT_ROLLED_BACK
        if self.failed:
            return {"Retry", "Pause"} | ({"Rollback"} if 8 in self.failed else set())
        if self.rollback == "done":
            back = self.words("rollback")[0] == "Rolled back"
            return ROLLED_BACK if back else NOT_ROLLED_BACK
        if self.closing:
            return REASONS
        undeployed = self.checkpoint == 3 and self.words(8)[0] in DEPLOYMENT[2:]
        return UNDEPLOYED if undeployed else OPTIONS[self.checkpoint]

    def words(self, n: Key) -> list[str]:
        return list(self.written.get(n, {}).values())

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

    def launch(self, n: Key) -> Code:
        if n in self.flight:
            return None if self.flight[n] or self.failed or self.paused else 0
        if n in self.done or n not in self.due or self.status != "in_progress" or self.failed:
            return None if n in self.done else 1
        self.flight[n], self.newest = None, ("launch", n)
        return 0

    def complete(self, n: Key) -> Code:
        if n in self.done:
            return None if n == "rollback" and self.rollback is None else 0
        found = self.flight.get(n)
        if not found:
            return 1
        del self.flight[n]
        self.unseen = False
        self.done.add(n)
        self.newest = ("complete", n)
        if n == 1:
            self.documented, self.raised = found, None
        self.rollback = "done" if n == "rollback" else self.rollback
        if n in STATING:
            said = {*self.words(n)}
            well = bool(said & {"Stable", "Improved", "Healthy"})
            self.better = self.better | {n} if well else self.better - {n}
            self.up = (self.up or well) and not said & {"Worse", "Down"}
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
        if not person or label not in self.labels or self.unseen:
            return None if person and label in self.labels else 1
        self.newest = ("decide", label)
        if label == "Approve":
            self.approved.add(self.checkpoint)
            self.request = None
        elif label in {"Rollback", "Retry"}:
            self._again(rollback=label == "Rollback" or self.rollback == "done")
        elif plain := {"Done by hand": self._done_by_hand, "Pause": self._pause}.get(label):
            plain()
        elif label in {"Request changes", "Check again"}:
            self.request = "open"
        elif label == "Close":
            self.closing = True
        elif label in REASONS:
            self._close(label)
        else:
            self.rollback, self.failed = None, set()
            self.done -= {7, 8} if label == "New fix" else {4, 5, 6, 7, 8}
            if label == "Investigate again":
                self.approved, self.assembled = {1}, False
        return 0

    def _again(self, *, rollback: bool) -> None:
        if rollback:
            self.rollback = "due"
            self.done -= {"rollback"}
        self.failed = set()

    def _done_by_hand(self) -> None:
        self.rollback, self.failed = "done", set()
        self.done.add("rollback")
        self.written["rollback"] = dict(zip(STATING["rollback"], BY_HAND, strict=True))
        self.better -= {"rollback"}

    def reopen(self, n: int) -> Code:
        if self.newest == ("reopen", n) or self.request is None:
            return 0 if self.request is None and self.newest == ("reopen", n) else 1
        if self.paused or self.request == "withdrawn":
            return None
        if n not in PHASES[self.checkpoint]:
            return 1
        self.done -= REDONE[n]
        self.request, self.newest = None, ("reopen", n)
        self.assembled = self.assembled and not {4, 5, 6} & REDONE[n]
        return 0

    def set_severity(self, wanted: Severity, *, person: bool) -> Code:
        if self.newest == ("severity", wanted, person):
            return 0
        if not person and self.request != "open":
            if self.request or wanted == self.severity:
                return None
            if self.status == "complete" or wanted > self.severity:
                return 1
            self.raised, self.unseen = wanted, True
        elif self.paused and self.request:
            return None
        else:
            self.pinned, self.raised, self.unseen = wanted, None, not person
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
        self.paused, self.closing = True, False
        self.request = "withdrawn" if self.request == "answered" else self.request

    def resume(self, *, person: bool) -> Code:
        if not person or not self.paused:
            return 0 if person else (1 if self.paused else None)
        self.paused, self.unseen, self.newest = False, False, ("resume",)
        return 0

    def close(self, *, person: bool) -> Code:
        if not person or self.status == "complete":
            return 0 if person and self.newest == ("close",) else 1
        self._close("over already")
        self.newest = ("close",)
        return 0

    def _close(self, reason: str) -> None:
        self.closed, self.paused, self.request = True, False, None
        self.flight, self.closing, self.reason = {}, False, reason

    def reopen_closed(self, *, person: bool) -> Code:
        again = self.newest == ("reopen",)
        if self.status != "complete" and not again:
            return 2
        if not person or not (self.closed or again):
            return 1
        if again:
            return 0
        self.closed, self.reason, self.newest = False, "", ("reopen",)
        return 0

    # What is true of it, as documents and people said

    def say(self, fact: str, *, person: bool) -> Code:
        if not person:
            return 1
        self.facts.add(fact)
        self.up, self.newest = self.up or fact == "mitigated", ("say", fact)
        return 0

    @property
    def mitigated(self) -> bool:
        return bool(self.better) or "mitigated" in self.facts

    @property
    def resolved(self) -> bool:
        deployed = 8 in self.done and self.words(8)[0] == "Deployed"
        undone = "rollback" in self.done and self.words("rollback")[0] == "Rolled back"
        healthy = 8 in self.done and self.words(8)[1] == "Healthy"
        shown = 3 in self.approved and (deployed or undone) and healthy
        return shown or "resolved" in self.facts or self.reason == "Resolved outside"

    @property
    def outcome(self) -> str | None:
        if self.status != "complete":
            return None
        if self.reason in {"False alarm", "Duplicate"}:
            return "no-incident"
        if self.resolved:
            return "resolved"
        return "mitigated" if self.mitigated and self.up else "unresolved"
