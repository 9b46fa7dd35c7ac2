"""Whether the helper could have come to a state: one that is whole may be one that it never makes.

What a step needs stays done, or was replaced to be done anew; so what came before a completed step
has been completed some time, and before a step that is begun its phase's checkpoint is approved.
"""

from __future__ import annotations

from collections.abc import Iterator

from incident_state import workflow as flow
from incident_state.state import facts, progress
from incident_state.state.model import State

FIX_REVIEWED = 2  # the checkpoint that reviews what was assembled


def contradictions(state: State) -> list[str]:
    """One sentence for each thing that cannot be as it is beside the others; none if all can."""
    return [*_steps(state), *_checkpoints(state), *_waiting(state)]


def _steps(state: State) -> Iterator[str]:
    workflow = flow.load()
    once = {k for k, r in state.steps.items() if r.completed or r.replaced_at}
    for key, record in state.steps.items():
        label = progress.sentence(workflow.step(key).label)
        if record.completed is None and record.run is None and record.failure is None:
            continue
        if record.began_at is None:
            yield f"{label} has an outcome, and was never begun"
        if record.completed and (record.run or record.failure):
            yield f"{label} is complete, and in flight or failed as well"
        before = _before(key)
        if missing := [each for each in before if each not in once]:
            names = " and ".join(workflow.step(each).label for each in missing)
            yield f"{label} was done, and {names} before it never was"
        last = min(workflow.step(key).phase - 1, len(workflow.checkpoints))
        # What was rolled back stays so where the investigation begins anew.
        if key != "rollback" and not set(range(1, last + 1)) <= state.approved.keys():
            yield f"{label} was done, and checkpoint {last} before it is not approved"


def _before(key: flow.StepKey) -> tuple[int, ...]:
    """The steps without which that one is never launched."""
    workflow = flow.load()
    if key == "rollback":
        return tuple(range(1, facts.DEPLOYMENT))
    partner = workflow.step(key).parallel_with
    return tuple(range(1, min(key, partner or key)))


def _checkpoints(state: State) -> Iterator[str]:
    workflow = flow.load()
    once = {k for k, r in state.steps.items() if r.completed or r.replaced_at}
    for number in state.approved:
        if number > 1 and number - 1 not in state.approved:
            yield f"Checkpoint {number} is approved, and checkpoint {number - 1} is not"
        phase = workflow.in_phase(workflow.checkpoint(number).phase)
        if not once.issuperset(phase):
            yield f"Checkpoint {number} is approved, and not every step before it was done"
    if state.consolidation and not all(map(state.completed, workflow.combined_from())):
        yield f"{flow.INVESTIGATION} is assembled, and not every document in it is complete"
    if FIX_REVIEWED in state.approved and state.consolidation is None:
        yield f"Checkpoint {FIX_REVIEWED} is approved, and {flow.INVESTIGATION} is not assembled"


def _waiting(state: State) -> Iterator[str]:
    """What waits for a person waits where the incident stands."""
    if state.closed is not None:
        return
    if state.changes and state.current_step != f"checkpoint-{state.changes.checkpoint}":
        yield f"Changes were requested at checkpoint {state.changes.checkpoint}, which is not due"
    if state.closing and state.current_step != f"checkpoint-{state.closing}":
        yield f"A reason to close is asked for at checkpoint {state.closing}, which is not due"
    done = state.completed("rollback")
    if state.rollback is not None and done != (state.rollback == "done"):
        yield "The rollback is said to be done, and its step is not complete, or the other way"
