"""The workflow as `commands/workflow/` states it: steps, checkpoints, and what follows what.

Standard library only, and no pathlib: hooks read it on a path that has no time for more. A step's
Markdown file is the single source of its contract; nothing here repeats one.
"""
# ruff: noqa: PTH118, PTH112, PTH120, PTH123, PTH208

from __future__ import annotations

import functools
import os
from collections.abc import Iterator

from incident_state.errors import BrokenInstallation
from incident_state.patterns import pattern
from incident_state.records import record

TYPE_CHECKING = False  # that of typing costs a hook milliseconds
if TYPE_CHECKING:
    from typing import Literal

    StepKey = int | Literal["rollback"]
    Position = int | str
else:
    StepKey = Position = object

PLUGIN = "incident-response"
GENERAL_PURPOSE = "general-purpose"
INVESTIGATION = "05-investigation.md"
# What a team writes down of its own services and tools; it is read and never written.
TEAM_NOTES = ".claude/incident-response.md"
PHASE_TITLES = (
    "Detection & Triage",
    "Investigation & Root Cause",
    "Resolution & Recovery",
    "Communication & Coordination",
    "Postmortem & Prevention",
)

_BARE_NAME = pattern(r"[0-9a-z][0-9a-z-]*\.md")
_STEP_KEYS = frozenset(
    "step title description agent role reads writes sections parallel_with may_change".split()
)
_CHECKPOINT_KEYS = frozenset(["checkpoint", "title", "description", "reviews", "shows"])
_OTHERWISE = "\n## Nothing deployed\n"
_OPTION = pattern(r"- \*\*(?P<label>[^*]+)\*\*: (?P<description>.+)")


@record
class Step:
    """One step's contract (its front matter) and its brief (the body), from one Markdown file."""

    key: StepKey
    phase: int
    title: str
    description: str
    agent: str
    writes: str
    sections: tuple[str, ...]
    body: str
    reads: tuple[str, ...] = ()
    role: str = ""
    parallel_with: int | None = None
    may_change: str = ""

    @property
    def label(self) -> str:
        """The step as people say it: `step 4` or `the rollback`."""
        return "the rollback" if self.key == "rollback" else f"step {self.key}"

    @property
    def agent_type(self) -> str:
        """The name under which Claude Code launches the step's agent."""
        return self.agent if self.agent == GENERAL_PURPOSE else f"{PLUGIN}:{self.agent}"


@record
class Asked:
    """What a checkpoint asks, and the options: each a label and what it means."""

    question: str
    options: tuple[tuple[str, str], ...]


@record
class Checkpoint:
    """One checkpoint: the documents it reviews, what it shows of them, and what it asks.

    `undeployed` is what it asks where nothing is deployed, if that is something else.
    """

    number: int
    phase: int
    title: str
    reviews: tuple[str, ...]
    shows: tuple[tuple[str, str], ...]
    asks: Asked
    undeployed: Asked | None


@record
class Workflow:
    """All steps in order, the rollback, and the checkpoints by number."""

    steps: tuple[Step, ...]
    rollback: Step
    checkpoints: tuple[Checkpoint, ...]

    def step(self, key: StepKey) -> Step:
        """The step of that key; KeyError if there is none."""
        if key == "rollback":
            return self.rollback
        if not 1 <= key <= len(self.steps):
            raise KeyError(key)
        return self.steps[key - 1]

    def checkpoint(self, number: int) -> Checkpoint:
        """The checkpoint of that number."""
        return self.checkpoints[number - 1]

    def sequence(self) -> tuple[Position, ...]:
        """Every position in order: step numbers, and `checkpoint-N` at the end of its phase."""
        positions: list[Position] = []
        for step in self.steps:
            if positions and isinstance(positions[-1], int):
                before = self.steps[positions[-1] - 1].phase
                if before != step.phase:
                    positions += [
                        f"checkpoint-{c.number}" for c in self.checkpoints if c.phase == before
                    ]
            positions.append(_number(step))
        return tuple(positions)

    def in_phase(self, phase: int) -> tuple[int, ...]:
        """The numbers of the phase's steps, in order."""
        return tuple(_number(step) for step in self.steps if step.phase == phase)

    def listing_changes(self) -> tuple[Step, ...]:
        """The steps whose documents list what is live in production, the rollback last."""
        return tuple(s for s in (*self.steps, self.rollback) if "ACTIVE_CHANGES" in s.sections)

    def redone_with(self, number: int) -> tuple[int, ...]:
        """The step and every later step of its phase that reads its document, directly or not."""
        redone = [number]
        replaced = {self.steps[number - 1].writes}
        for other in self.in_phase(self.steps[number - 1].phase):
            if other not in redone and replaced & set(self.steps[other - 1].reads):
                redone.append(other)
                replaced.add(self.steps[other - 1].writes)
        return tuple(redone)

    def combined_from(self) -> tuple[int, ...]:
        """The steps whose documents 05-investigation.md combines: phase 2's."""
        return self.in_phase(2)

    def document_order(self) -> tuple[str, ...]:
        """Every document's bare name, in the order in which the workflow makes them."""
        names: list[str] = []
        combined = self.combined_from()[-1]
        for step in self.steps:
            names.append(step.writes)
            if step.key == combined:
                names.append(INVESTIGATION)
            if step.key == 8:  # noqa: PLR2004 - a rollback undoes the deployment, step 8
                names.append(self.rollback.writes)
        return tuple(names)


def _number(step: Step) -> int:
    if step.key == "rollback":
        raise BrokenInstallation("The rollback is not one of the numbered steps.")
    return step.key


def folder() -> str:
    """Where the workflow's files are: beside the package in a checkout, inside it in a wheel."""
    package = os.path.dirname(os.path.realpath(__file__))
    inside = os.path.join(package, "commands", "workflow")
    beside = os.path.join(os.path.dirname(package), "commands", "workflow")
    return inside if os.path.isdir(inside) else beside


def files() -> Iterator[tuple[int, str]]:
    """Each file of the workflow, in order: the number of its phase, and its path.

    BrokenInstallation if the folder cannot be read.
    """
    try:
        for phase in sorted(os.listdir(folder())):
            if phase.startswith("phase-"):
                for name in sorted(os.listdir(os.path.join(folder(), phase))):
                    if name.endswith(".md"):
                        yield int(phase.split("-")[1]), os.path.join(folder(), phase, name)
    except (OSError, ValueError) as error:
        raise BrokenInstallation(
            f"The workflow's files cannot be read ({error}): install the plugin again."
        ) from error


@functools.cache
def load() -> Workflow:
    """The workflow; BrokenInstallation if a file is missing, unreadable or breaks its form."""
    steps: list[Step] = []
    rollback: Step | None = None
    checkpoints: list[Checkpoint] = []
    for phase, path in files():
        try:
            with open(path, encoding="utf-8") as file:
                fields, body = front_matter(file.read())
            if "checkpoint" in fields:
                checkpoints.append(_checkpoint(fields, body, phase))
            else:
                step = _step(fields, body, phase)
                if step.key == "rollback":
                    rollback = step
                else:
                    steps.append(step)
        except (OSError, ValueError, KeyError) as error:
            raise BrokenInstallation(f"{path} cannot be used: {error}") from error
    steps.sort(key=_number)
    if rollback is None or not checkpoints or [s.key for s in steps] != list(range(1, 14)):
        raise BrokenInstallation(
            f"The workflow's files in {folder()} are incomplete: install the plugin again."
        )
    checkpoints.sort(key=lambda checkpoint: checkpoint.number)
    return Workflow(tuple(steps), rollback, tuple(checkpoints))


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The `key: value` lines between `---` lines, and the body; ValueError if they are not that."""
    opening, _, rest = text.partition("\n")
    head, closing, body = rest.partition("\n---\n")
    if opening != "---" or not closing:
        raise ValueError("it does not begin with front matter between two lines of ---")
    fields: dict[str, str] = {}
    for line in head.splitlines():
        key, colon, value = line.partition(":")
        if not colon or not value.strip() or key in fields:
            raise ValueError(f"front matter line {line!r} is not a new `key: value`")
        fields[key] = value.strip()
    return fields, body.strip()


def _step(fields: dict[str, str], body: str, phase: int) -> Step:
    _only(fields, _STEP_KEYS)
    parallel = fields.get("parallel_with")
    return Step(
        key="rollback" if fields["step"] == "rollback" else int(fields["step"]),
        phase=phase,
        title=fields["title"],
        description=fields["description"],
        agent=fields["agent"],
        role=fields.get("role", ""),
        reads=_documents(fields.get("reads", "")),
        writes=_documents(fields["writes"])[0],
        sections=_listed(fields["sections"]),
        parallel_with=int(parallel) if parallel else None,
        may_change=fields.get("may_change", ""),
        body=body,
    )


def _checkpoint(fields: dict[str, str], body: str, phase: int) -> Checkpoint:
    _only(fields, _CHECKPOINT_KEYS)
    asks, _, undeployed = body.partition(_OTHERWISE)
    shows = (item.partition("=") for item in _listed(fields["shows"]))
    return Checkpoint(
        number=int(fields["checkpoint"]),
        phase=phase,
        title=fields["title"],
        reviews=_documents(fields["reviews"]),
        shows=tuple((label.strip(), section.strip()) for label, _, section in shows),
        asks=_asked(asks),
        undeployed=_asked(undeployed) if undeployed else None,
    )


def _asked(text: str) -> Asked:
    question, _, options = text.strip().partition("\n\n")
    found = filter(None, map(_OPTION.fullmatch, options.strip().splitlines()))
    return Asked(
        " ".join(question.split()),
        tuple((match["label"], match["description"]) for match in found),
    )


def _only(fields: dict[str, str], known: frozenset[str]) -> None:
    if unknown := sorted(set(fields) - known):
        raise ValueError(f"unknown front matter: {', '.join(unknown)}")


def _listed(value: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in value.split(",") if item.strip())


def _documents(value: str) -> tuple[str, ...]:
    names = _listed(value)
    for name in names:
        if not _BARE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the bare name of a document")
    return names
