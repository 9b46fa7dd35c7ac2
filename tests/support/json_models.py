"""What `--json` of each command promises: written from the documentation, not from the code."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

Severity = Literal["P0", "P1", "P2", "P3"]
StepKey = Annotated[int, Field(ge=1, le=13)] | Literal["rollback"]
Outcome = Literal["resolved", "mitigated", "unresolved", "no-incident"]
Status = Literal["in_progress", "paused", "complete"]
Position = (
    Annotated[int, Field(ge=1, le=13)]
    | Literal["checkpoint-1", "checkpoint-2", "checkpoint-3", "rollback", "complete"]
)
Seconds = Annotated[float, Field(ge=0)] | None


class Strict(BaseModel):
    """No field more, none less, of the very type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Running(Strict):
    """A step in flight."""

    step: StepKey
    since: Annotated[AwareDatetime, Field(strict=False)]
    client: Literal["there", "gone", "silent", "unknown"]
    heard: Annotated[AwareDatetime, Field(strict=False)]


class Failure(Strict):
    """A step that failed."""

    step: StepKey
    reason: str


class StatusOutput(Strict):
    """`status --json`."""

    incident: str
    status: Status
    severity: Severity
    current_step: Position
    current_phase: Annotated[int, Field(ge=1, le=5)]
    completed_steps: list[int]
    files_created: list[str]
    started_at: Annotated[AwareDatetime, Field(strict=False)]
    last_updated: Annotated[AwareDatetime, Field(strict=False)]
    incident_id: str
    declared_severity: Severity | None
    closed: str | None
    outcome: Outcome | None
    onset: Annotated[AwareDatetime | None, Field(strict=False)]
    mitigated_at: Annotated[AwareDatetime | None, Field(strict=False)]
    resolved_at: Annotated[AwareDatetime | None, Field(strict=False)]
    owner: str | None
    running: list[Running]
    failures: list[Failure]
    consents: list[str]
    unsealed: str | None
    active_changes: str | None
    update_due: Annotated[AwareDatetime | None, Field(strict=False)]
    counted_from: Literal["onset", "report"]
    detect_seconds: Seconds
    acknowledge_seconds: Seconds
    mitigate_seconds: Seconds
    resolve_seconds: Seconds
    duration_seconds: Annotated[float, Field(ge=0)]


class TimelineEvent(Strict):
    """A line of the timeline."""

    at: Annotated[AwareDatetime, Field(strict=False)]
    elapsed_seconds: Annotated[float, Field(ge=0)]
    kind: str
    actor: Literal["person", "model", "agent", "helper"]
    text: str
    step: StepKey | None
    attempt: int | None
    checkpoint: int | None
    label: str | None
    via: Literal["AskUserQuestion", "terminal", "command"] | None
    user: str | None
    of: Annotated[AwareDatetime | None, Field(strict=False)]
    clock: Annotated[AwareDatetime | None, Field(strict=False)]
    note: int | None
    corrects: int | None
    stated: dict[str, str]


class TimelineOutput(Strict):
    """`timeline --json`."""

    incident_id: str
    outcome: Outcome | None
    onset: Annotated[AwareDatetime | None, Field(strict=False)]
    mitigated_at: Annotated[AwareDatetime | None, Field(strict=False)]
    resolved_at: Annotated[AwareDatetime | None, Field(strict=False)]
    events: Annotated[list[TimelineEvent], Field(min_length=1)]


class Listed(Strict):
    """A session of the list."""

    incident_id: str
    incident: str
    severity: Severity
    status: Status
    closed: str | None
    outcome: Outcome | None
    onset: Annotated[AwareDatetime | None, Field(strict=False)]
    mitigated_at: Annotated[AwareDatetime | None, Field(strict=False)]
    resolved_at: Annotated[AwareDatetime | None, Field(strict=False)]
    current: bool
    started_at: Annotated[AwareDatetime, Field(strict=False)]
    counted_from: Literal["onset", "report"]
    detect_seconds: Seconds
    acknowledge_seconds: Seconds
    mitigate_seconds: Seconds
    resolve_seconds: Seconds
    duration_seconds: Annotated[float, Field(ge=0)]


class Medians(Strict):
    """How many sessions of a severity, and the medians of their figures."""

    count: Annotated[int, Field(ge=1)]
    detect_seconds: Seconds
    acknowledge_seconds: Seconds
    mitigate_seconds: Seconds
    resolve_seconds: Seconds
    duration_seconds: Seconds


class Unreadable(Strict):
    """A session that cannot be read; the one at hand has no id then."""

    incident_id: str | None
    problem: str


class ListOutput(Strict):
    """`list --json`."""

    sessions: list[Listed]
    by_severity: dict[Severity, Medians]
    no_incident: Annotated[int, Field(ge=0)]
    unreadable: list[Unreadable]


class VerifyOutput(Strict):
    """`verify --json`."""

    wrong: list[str]
    doubtful: list[str]
    untold: list[str]
    compared: int


class Check(Strict):
    """What `doctor` looked at; the remedy is empty where there is nothing to do."""

    name: str
    status: Literal["ok", "note", "failed"]
    found: str
    remedy: str


class DoctorOutput(Strict):
    """`doctor --json`."""

    version: str
    ok: bool
    checks: list[Check]


class Option(Strict):
    """An answer to a question."""

    label: str
    description: str


class Asked(Strict):
    """One question of AskUserQuestion."""

    question: str
    header: Annotated[str, Field(max_length=12)]
    options: Annotated[list[Option], Field(min_length=2, max_length=4)]
    multiSelect: bool  # noqa: N815 - the client's name


class Question(Strict):
    """The whole input for AskUserQuestion."""

    questions: Annotated[list[Asked], Field(min_length=1, max_length=1)]


class Launch(Strict):
    """One step to launch."""

    step: StepKey
    title: str
    agent: str
    description: str
    prompt: str
    writes: str


class NextLaunch(Strict):
    """Work is due."""

    kind: Literal["launch"]
    steps: Annotated[list[Launch], Field(min_length=1, max_length=2)]


class NextRunning(Strict):
    """Work is in flight."""

    kind: Literal["running"]
    steps: list[StepKey]
    since: Annotated[AwareDatetime, Field(strict=False)]


class NextFinish(Strict):
    """A valid document waits for `complete`."""

    kind: Literal["finish"]
    steps: list[StepKey]
    command: str


class NextConsolidate(Strict):
    """05-investigation.md is to be assembled."""

    kind: Literal["consolidate"]
    writes: Literal["05-investigation.md"]
    command: str
    findings: dict[str, str]


class NextCheckpoint(Strict):
    """A checkpoint waits for a person."""

    kind: Literal["checkpoint"]
    checkpoint: Annotated[int, Field(ge=1, le=3)]
    summary: dict[str, str]
    question: Question


class NextFailed(Strict):
    """A failure waits for a person."""

    kind: Literal["failed"]
    failures: list[Failure]
    question: Question


class NextRolledBack(Strict):
    """A person decides how to go on after a rollback."""

    kind: Literal["rolled-back"]
    question: Question


class NextExisting(Strict):
    """A person decides what becomes of the incident that is there."""

    kind: Literal["existing"]
    status: Status
    question: Question


class NextReopen(Strict):
    """Changes were requested."""

    kind: Literal["reopen"]
    checkpoint: int
    from_: Annotated[list[int], Field(alias="from")]


class NextPaused(Strict):
    """The incident is paused."""

    kind: Literal["paused"]
    since: Annotated[AwareDatetime, Field(strict=False)]
    position: Position
    command: str


class NextComplete(Strict):
    """The incident is complete."""

    kind: Literal["complete"]
    documents: list[str]


class NextNone(Strict):
    """There is no session."""

    kind: Literal["none"]


Next = Annotated[
    NextLaunch
    | NextRunning
    | NextFinish
    | NextConsolidate
    | NextCheckpoint
    | NextFailed
    | NextRolledBack
    | NextExisting
    | NextReopen
    | NextPaused
    | NextComplete
    | NextNone,
    Field(discriminator="kind"),
]

MODELS: dict[str, TypeAdapter[object]] = {
    "status": TypeAdapter(StatusOutput),
    "timeline": TypeAdapter(TimelineOutput),
    "list": TypeAdapter(ListOutput),
    "verify": TypeAdapter(VerifyOutput),
    "doctor": TypeAdapter(DoctorOutput),
    "next": TypeAdapter(Next),
}
