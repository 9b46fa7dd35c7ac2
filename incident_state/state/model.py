"""What an incident session is: frozen values, and the nine contract fields derived from them.

What is derivable (the position, the status, the files) is a property, never a second record.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from incident_state import workflow as flow
from incident_state.state.timeline import BESIDE, Event, Frozen, Moment, StepKey, iso

SCHEMA_VERSION: Literal[4] = 4
INCIDENT_ID = r"INC-\d{8}-\d{6}-[0-9a-f]{4}"

# The bare name of a step's document, so that no path leads out of the session folder.
DOCUMENT = r"[0-9]{2}[a-z]?-[a-z]+(?:-[a-z]+)*\.md"
Name = Annotated[str, Field(pattern=f"^{DOCUMENT}$")]
Replaced = Annotated[str, Field(pattern=rf"^revisions/[0-9]{{1,9}}/{DOCUMENT}$")]

# What was said at length, whole: the description, and everything else by what it holds.
SAID = r"(?:description|note-[0-9a-f]{8})\.txt"
Said = Annotated[str, Field(pattern=f"^{SAID}$")]
Staged = Annotated[str, Field(pattern=f"^(?:{DOCUMENT}|{SAID})$")]

Process = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,9}@[0-9]{1,20}@")]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]  # SHA-256

Severity = Literal["P0", "P1", "P2", "P3"]
SEVERITIES: tuple[Severity, ...] = ("P0", "P1", "P2", "P3")
DEFAULT_SEVERITY: Severity = "P1"
Status = Literal["in_progress", "paused", "complete"]


class Run(Frozen):
    """An attempt in flight: claimed by an allowed Agent call or `launch`, then an agent at work.

    `client` is the process that it runs in (`session/processes.py`), `transcript` what that writes.
    """

    since: Moment
    by: Literal["hook", "launch"]
    client: Process | None = None
    transcript: str | None = None
    session_id: str | None = None
    tool_use_id: str | None = None
    agent_id: str | None = None
    sent_back: bool = False


class Completion(Frozen):
    """A document found valid: when, the digest of its bytes, marks of its lines."""

    at: Moment
    digest: Digest
    lines: str = ""


class StepRecord(Frozen):
    """What is known of one step: the attempt that counts, what runs, what came of it.

    `replaced_lines` are the marks of the document that the next one takes the place of.
    """

    attempt: int = 1
    began_at: Moment | None = None
    earlier: Moment | None = None
    run: Run | None = None
    completed: Completion | None = None
    failure: str | None = None
    words: tuple[str, ...] = ()
    replaces: tuple[Replaced, ...] = ()
    replaced_at: Moment | None = None
    replaced_lines: str = ""


_UNTOUCHED = StepRecord()


class Consolidation(Frozen):
    """05-investigation.md: its digest, its findings, and the documents' digests behind both.

    `sources` are those that the findings were written from, `assembled` those whose text it holds;
    `edited`: it was changed after it was assembled.
    """

    at: Moment
    digest: Digest
    synthesis: str
    sources: dict[Name, Digest] = {}
    assembled: dict[Name, Digest] = {}
    edited: bool = False


class Changes(Frozen):
    """A recorded `Request changes` or `Check again`; answered once the severity was set for it."""

    checkpoint: int
    answered: bool = False


class Request(Frozen):
    """What was typed in a client session while an incident was there; it waits for a choice.

    `below`: the folder of the project in which the client was started, where it is not the project.
    """

    description: str | None = None
    severity: Severity | None = None
    below: str | None = None


class Unfinished(Frozen):
    """File moves that were decided and recorded; whoever loads the state finishes them first.

    `staged`: files whose new text waits beside them; `successor`: the session that follows.
    """

    kind: Literal["replace", "archive", "restore"]
    names: tuple[Name, ...] = ()
    folder: Annotated[str, Field(pattern="^[0-9]{0,9}$")] = ""
    staged: tuple[Staged, ...] = ()
    successor: State | None = None


class State(Frozen):
    """One incident session, whole.

    `sealed` is the state home below which its vault lies; `consents` are what the user has let go
    ahead, by program and subcommand or tool, and when; `said` are the files that have whole what
    was said at length.
    """

    schema_version: Literal[4] = SCHEMA_VERSION
    incident_id: Annotated[str, Field(pattern=f"^{INCIDENT_ID}$")]
    incident: str
    started_at: Moment
    last_updated: Moment
    declared_onset: Moment | None = None
    pinned_onset: Moment | None = None
    declared: Severity | None = None
    documented: Severity | None = None
    pinned: Severity | None = None
    raised: Severity | None = None
    owner: str | None = None
    handing_over: bool = False
    seen: str | None = None
    steps: dict[StepKey, StepRecord] = {}
    consolidation: Consolidation | None = None
    approved: dict[Annotated[int, Field(ge=1, le=3)], Moment] = {}
    changes: Changes | None = None
    rollback: Literal["due", "done"] | None = None
    paused: bool = False
    closing: Annotated[int, Field(ge=1, le=3)] | None = None
    closed: str | None = None
    requests: dict[str, Request] = {}
    revisions: int = 0
    unfinished: Unfinished | None = None
    sealed: str | None = None
    consents: dict[str, Moment] = {}
    said: dict[Said, Digest] = {}
    timeline: tuple[Event, ...]

    def record(self, key: flow.StepKey) -> StepRecord:
        """The record of that step; an empty one if nothing has happened to it."""
        return self.steps.get(key, _UNTOUCHED)

    def completed(self, key: flow.StepKey) -> bool:
        """Whether the step's document was found valid and still counts."""
        return self.record(key).completed is not None

    @property
    def severity(self) -> Severity:
        """What counts: a model's raise, else a person's word, else the document's or declared."""
        return self.raised or self.pinned or self.documented or self.declared or DEFAULT_SEVERITY

    @property
    def current_step(self) -> flow.Position:
        """The workflow's lowest unfinished position; `rollback` or `complete` if it is that."""
        if self.closed is not None:
            return "complete"
        if self.rollback is not None:
            return "rollback"
        workflow = flow.load()
        for position in workflow.sequence():
            if isinstance(position, str):
                if int(position.removeprefix("checkpoint-")) not in self.approved:
                    return position
            elif not self.completed(position) or (
                position == workflow.combined_from()[-1] and self.consolidation is None
            ):
                return position
        return "complete"

    @property
    def status(self) -> Status:
        """`complete` when nothing is left, else `paused` or `in_progress`."""
        if self.current_step == "complete":
            return "complete"
        return "paused" if self.paused else "in_progress"

    @property
    def current_phase(self) -> int:
        """1 to 5: a phase more for each approved checkpoint, and 5 once step 10 is complete."""
        workflow = flow.load()
        phase = 1 + len(self.approved)
        return phase + all(map(self.completed, workflow.in_phase(4))) if phase == 4 else phase  # noqa: PLR2004 - no checkpoint stands before the last phase

    @property
    def completed_steps(self) -> tuple[int, ...]:
        """The completed steps' numbers, sorted."""
        return tuple(sorted(k for k, r in self.steps.items() if r.completed and k != "rollback"))

    @property
    def files_created(self) -> tuple[str, ...]:
        """The bare names of the current documents, in the workflow's order."""
        return tuple(name for name in flow.load().document_order() if self.digest_of(name))

    def digest_of(self, name: str) -> str | None:
        """The recorded digest of a current document; None if there is none of that name."""
        if name == flow.INVESTIGATION:
            return self.consolidation.digest if self.consolidation else None
        workflow = flow.load()
        for step in (*workflow.steps, workflow.rollback):
            if step.writes == name:
                completion = self.record(step.key).completed
                return completion.digest if completion else None
        return None

    @property
    def digests(self) -> dict[str, str]:
        """The recorded digests of the current documents and of what was said, by name."""
        return {name: self.digest_of(name) or "" for name in self.files_created} | self.said

    @property
    def marker(self) -> str:
        """What the marker holds by which hooks look at each call; empty where it need not be."""
        looked_at = self.status != "complete" or bool(self.requests)
        return f"{self.incident_id}\n" if looked_at else ""

    def after(self, event: Event, **changed: Any) -> State:  # noqa: ANN401 - fields of this model
        """The state with these fields changed and the event at the end of its timeline."""
        return self.model_copy(
            update={**changed, "timeline": (*self.timeline, event), "last_updated": event.at}
        )

    def with_record(self, key: flow.StepKey, **changed: Any) -> dict[StepKey, StepRecord]:  # noqa: ANN401 - fields of StepRecord
        """All step records, those fields of that step's changed."""
        return {**self.steps, key: self.record(key).model_copy(update=changed)}

    @property
    def newest(self) -> Event:
        """The timeline's last line of what somebody did; what befell the record is none."""
        return next((e for e in reversed(self.timeline) if e.kind not in BESIDE), self.timeline[0])

    def nine(self) -> dict[str, Any]:
        """The nine fields of the contract, ready for JSON."""
        return {
            "incident": self.incident,
            "status": self.status,
            "severity": self.severity,
            "current_step": self.current_step,
            "current_phase": self.current_phase,
            "completed_steps": list(self.completed_steps),
            "files_created": list(self.files_created),
            "started_at": iso(self.started_at),
            "last_updated": iso(self.last_updated),
        }
