"""Which question waits for a person, and what is asked where an incident is there already.

A question is derived from the state and the documents, so the same situation always gives the
same question, and an answer to an older one does not fit any more.
"""

from __future__ import annotations

from collections.abc import Mapping

from incident_state import workflow as flow
from incident_state.documents import document
from incident_state.prompts.question import Question, digest
from incident_state.state import progress
from incident_state.state.model import State
from incident_state.state.timeline import iso

RESUME = ("Resume", "go on with the incident that is open, from where it stands")
TAKE_OVER = ("Take over", "go on here; what the other session has in flight counts as lost")
START_FRESH = ("Start fresh", "archive that incident whole, then begin with what you typed")
OPEN_HERE = "Open here"
LEAVE = ("Leave", "change nothing")


def open_question(
    state: State, texts: Mapping[str, str], session_id: str | None = None
) -> Question | None:
    """The question that waits for a person, as seen from that client session; None if none does.

    `texts` holds the current documents' texts by name; `session_id` is None outside a client.
    """
    if asks_about_existing(state, session_id):
        return _existing(state, session_id or "", texts)
    if state.status != "in_progress":
        return None
    if failed := progress.failures(state):
        from incident_state.prompts import setbacks

        return setbacks.failed(state, failed)
    if state.rollback == "done":
        from incident_state.prompts import setbacks

        return setbacks.rolled_back(state)
    position = state.current_step
    if not isinstance(position, str) or not position.startswith("checkpoint-"):
        return None
    if state.changes is not None and not state.changes.answered:
        return None
    from incident_state.prompts import checkpoints

    if state.closing is not None:
        return checkpoints.closing(state, state.closing)
    return checkpoints.checkpoint(state, texts, int(position.removeprefix("checkpoint-")))


def asks_about_existing(state: State, session_id: str | None) -> bool:
    """Whether that client session must first choose what to do about the incident that is there."""
    if session_id is None:
        return False
    if session_id in state.requests:
        return True
    foreign = state.owner is not None and state.owner != session_id
    return foreign and state.status != "complete"


def _existing(state: State, session_id: str, texts: Mapping[str, str]) -> Question:
    request = state.requests.get(session_id)
    new = request.description if request else None
    flying = progress.running(state)
    options: tuple[tuple[str, str], ...]
    if state.status == "complete":
        options = (START_FRESH, LEAVE)
    elif state.owner in {None, session_id} or (state.paused and not flying):
        options = (RESUME, START_FRESH)
    else:
        options = (TAKE_OVER, START_FRESH, LEAVE)
    below = request.below if request else None
    if below and new:
        options = (*options, (OPEN_HERE, f"begin what you typed in {below}; that one stays open"))
    position = str(state.current_step).replace("-", " ")
    where = position if not position.isdigit() else f"step {position} of 13"
    summary = [
        ("Incident", document.title(state.incident)),
        ("Severity", state.severity),
        ("Position", f"{where}, {state.status.replace('_', ' ')}"),
    ]
    if flying:
        workflow = flow.load()
        summary.append(
            (
                "In flight",
                "; ".join(
                    f"{workflow.step(k).label} since {iso(r.since)}" for k, r in flying.items()
                ),
            )
        )
    from incident_state.prompts import summaries

    if live := summaries.live(texts):
        summary.append(("Live in production", live))
    if new:
        summary.append(("You typed", document.title(new)))
    place = f"in the project above {below}" if below else "there"
    return Question(
        kind="existing",
        header="Incident",
        text=f"An incident is {place} already. What shall be done?",
        options=options,
        digest=digest(
            state, "existing", session_id, new, state.owner, state.status, *map(str, flying)
        ),
        summary=tuple(summary),
    )
