"""The questions after something went wrong: a step failed, or the deployment was rolled back."""

from __future__ import annotations

from collections.abc import Mapping

from incident_state import workflow as flow
from incident_state.documents import document, headlines
from incident_state.prompts.question import PAUSE, Question, digest
from incident_state.state import facts, progress
from incident_state.state.facts import BY_HAND
from incident_state.state.model import State

RETRY = ("Retry", "it runs again, and first finds out what was done")
NEW_FIX = ("New fix", "plan another fix (step 7), bound by what the rollback taught")
FIX_ON_TOP = ("New fix", "plan another fix (step 7) on top of what is live now")
AGAIN = ("Investigate again", "go back to the debugging (step 4); fix and deployment are redone")
DONE = (BY_HAND, f"you reverted it yourself; best typed with how, as {BY_HAND}: <how>")
# A rollback that failed, by its step or by what its document says, has the same ways on.
AFTER_FAILED_ROLLBACK = (FIX_ON_TOP, RETRY, DONE, PAUSE)


def failed(state: State, found: Mapping[flow.StepKey, str]) -> Question:
    """How it shall go on after those steps failed, each with its reason."""
    workflow = flow.load()
    rollback = next(
        (o for o in workflow.checkpoint(3).asks.options if o[0] == "Rollback"),
        ("Rollback", "revert"),
    )
    names = " and ".join(workflow.step(key).label for key in found)
    options = (RETRY, *((rollback,) if facts.DEPLOYMENT in found else ()), PAUSE)
    return Question(
        kind="failed",
        header="Failed",
        text=f"{progress.sentence(names)} failed. How shall it go on?",
        options=AFTER_FAILED_ROLLBACK if "rollback" in found else options,
        digest=digest(state, "failed", *(str(key) for key in found)),
        summary=tuple(
            (
                f"{progress.sentence(workflow.step(key).label)} ({workflow.step(key).title})",
                document.gist(reason, headlines.LENGTH),
            )
            for key, reason in found.items()
        ),
    )


def rolled_back(state: State) -> Question:
    """How it shall go on after the rollback has ended, as its document says."""
    status = facts.stated(state, "rollback", facts.ROLLED_BACK) or "Unknown"
    health = facts.stated(state, "rollback", facts.HEALTH_ROLLED_BACK) or "Unknown"
    failure = progress.rollback_failed(state)
    return Question(
        kind="rolled-back",
        header="Rollback" if failure else "Rolled back",
        text=f"The rollback {'failed' if failure else 'has ended'}. How shall it go on?",
        options=AFTER_FAILED_ROLLBACK if failure else (NEW_FIX, AGAIN, PAUSE),
        digest=digest(state, "rolled-back", status, health),
        summary=(("Rollback status", status), ("Service health", health)),
    )
