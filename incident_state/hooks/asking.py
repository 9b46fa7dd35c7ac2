"""The questions that people decide: put exactly as they stand, answers recorded as they came."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from incident_state.hooks import Payload, Response, decide, dialog, forget_project, tell
from incident_state.hooks.again import keep
from incident_state.hooks.client import NESTED, told_of
from incident_state.hooks.client import session as open_session
from incident_state.patterns import pattern

if TYPE_CHECKING:
    from incident_state.session.session import Session

# Each question of the workflow ends with its digest.
_OURS = pattern(r"\[([0-9a-f]{8})\]$")


def asking(payload: Payload) -> Response:
    """A question that names the open one by its digest is replaced by the open one, whole."""
    session = open_session(payload)
    question = session.question(session.load())
    if question is None or question.digest not in json.dumps(payload["tool_input"]):
        return {}
    if payload.get("permission_mode") == "dontAsk":
        # The client would refuse it in words that tell nobody how to go on.
        from incident_state.session.next import upcoming

        return decide("deny", upcoming(session, session.load(), alone=True).text)
    dialog.withdraw(payload, question.digest)
    # No decision beside it: with `allow` the client would skip the dialog and answer nothing.
    return {
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "updatedInput": question.tool_input(),
        }
    }


def shown(payload: Payload) -> Response:
    """The client opens a dialog: if one of our questions is in it, that is noted."""
    for asked in payload["tool_input"].get("questions") or []:
        if ours := _OURS.search(str(asked.get("question", ""))):
            dialog.announce(payload, ours[1])
    return {}


def answered(payload: Payload, *, again: bool = False, opened: bool = False) -> Response:
    """The user's answer recorded, if it is one to the open question; what is next.

    `again`: it could not be recorded before, when its dialog was `opened` or not yet looked for.
    """
    session = open_session(payload, person=True)
    from incident_state.errors import StateError
    from incident_state.prompts.questions import OPEN_HERE
    from incident_state.session import answers
    from incident_state.session.next import carried_out, what_is_next

    given = _given(payload.get("tool_response"))
    if given is None:
        return {}
    text, answer = given
    state = session.load()
    question = session.question(state)
    if question is None or question.digest not in text:
        return _to_another(payload, session, text)
    if not session.caller.person:
        return tell("PostToolUse", f"This answer decides nothing. {NESTED}")
    if not opened and not dialog.opened(payload, question.digest):
        told = (
            "This answer decides nothing: a hook gave it, and the user was not asked. Tell them, "
            "and end your turn; they take that hook away, or decide in a terminal: "
            f"{session.command('resume')}\nThen:\n{what_is_next(session).text}"
        )
        return tell("PostToolUse", told)
    evidence = {
        "session_id": str(payload["session_id"]),
        "tool_use_id": payload.get("tool_use_id"),
        "transcript": payload.get("transcript_path"),
    }
    try:
        told = answers.answered(session, text, answer, evidence)
        if answer == "Leave":
            told += " The incident stays as it is: say so, and stop."
        else:
            # What was opened elsewhere is from now on what holds for this client.
            if answer == OPEN_HERE:
                forget_project()
                session = open_session(payload, person=True)
            told += "\n" + carried_out(session).text
    except StateError as error:
        if again:
            raise
        told = f"The answer could not be recorded. {told_of(error, session.command)}"
        if keep(payload, error, opened=True):
            told += " It is kept, and recorded at the next event. Do not ask again before that."
    return tell("PostToolUse", told)


def _given(response: object) -> tuple[str, str] | None:
    """The text of the one question and its answer, empty where nobody gave one; None of others."""
    if not isinstance(response, dict):
        return None
    asked, answers = response.get("questions") or [], response.get("answers") or {}
    if len(asked) != 1 or not isinstance(answers, dict):
        return None
    text = str(asked[0].get("question", ""))
    answer = answers.get(text)
    nobody = response.get("afkTimeoutMs") or not isinstance(answer, str)
    return text, "" if nobody else str(answer)


def _to_another(payload: Payload, session: Session, text: str) -> Response:
    """What the model is told of an answer to a question that is not open; nothing, if unasked."""
    state = session.load()
    ours = _OURS.search(text)
    if ours:
        dialog.withdraw(payload, ours[1])
    leads = state.owner == session.caller.session_id and state.status != "complete"
    if not ours and (session.question(state) is None or not leads):
        return {}
    from incident_state.session.next import carried_out

    told = "This answer decides nothing: it is not to the question that is open."
    return tell("PostToolUse", f"{told}\n{carried_out(session).text}")
