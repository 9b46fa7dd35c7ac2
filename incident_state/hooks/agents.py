"""Agents: a step's launch gets its brief, what is in flight is known, a poor document goes back."""

from __future__ import annotations

import os

from incident_state import workflow as flow
from incident_state.hooks import Payload, Response, decide, project, record
from incident_state.hooks.assignment import step_of, taken_by_another
from incident_state.hooks.glance import Glance, Unreadable, glance
from incident_state.patterns import pattern

TYPE_CHECKING = False  # that of typing costs a hook milliseconds
if TYPE_CHECKING:
    from incident_state.workflow import StepKey

_STEP = pattern(r"(?i)^\s*incident (?:step (?P<number>\d+)|(?P<rollback>rollback))\b")
_OWN = "incident-response:"
# By keys of such names an Agent call puts its agent elsewhere, or takes away what it writes with.
_HINDERS = pattern(
    r"(?i)isolat|worktree|cwd|dir(?:ectory)?$|mode$|permission|sandbox|tool|turns|team"
)


def launching(payload: Payload) -> Response:
    """A step's Agent call: claimed and briefed if the step is due, refused if not."""
    given = payload["tool_input"]
    match = _STEP.match(str(given.get("prompt", "")))
    seen = glance(project(payload))
    if match is None:
        return _another(payload, seen)
    if seen.owner is None:
        return {}
    from incident_state.hooks.client import session as open_session
    from incident_state.hooks.client import told_of

    session = open_session(payload)
    from incident_state.documents.document import title
    from incident_state.errors import StateError
    from incident_state.session import agents
    from incident_state.state import progress

    key: StepKey = "rollback" if match["rollback"] else int(match["number"])
    try:
        step = flow.load().step(key)
    except KeyError:
        return decide("deny", f"There is no step {key}. Run: {session.command('next')}")
    other = given.get("subagent_type") != step.agent_type
    # Of a step that is not due the claim says why.
    if other and key in progress.launchable(session.load()):
        return decide("deny", f"The agent of {step.label} is {step.agent_type}: launch that one.")
    if "agent_id" in payload:
        return decide("deny", "A step is launched by the main thread, not by an agent.")
    try:
        use, transcript = payload.get("tool_use_id"), payload.get("transcript_path")
        prompt = agents.claim(session, key, use, transcript)
        incident = title(str(seen.raw["incident"]))
    except StateError as error:
        return decide("deny", told_of(error, session.command))
    left_out = sorted(name for name in given if _HINDERS.search(name))
    changed = {name: value for name, value in given.items() if name not in left_out}
    changed |= {"prompt": prompt, "description": f"{step.description}: {incident}"}
    if os.environ.get("CLAUDE_CODE_ENTRYPOINT", "cli") != "cli":
        # Headless, a turn that ends takes its background agents with it.
        changed["run_in_background"] = False
    more: dict[str, object] = {"updatedInput": changed}
    if left_out:
        more["additionalContext"] = (
            f"{step.label.capitalize()} was launched without {', '.join(left_out)}, which would "
            "keep its agent from writing its document. Launch each step just as `next` prints it."
        )
    return decide("allow", f"{step.label} is due", **more)


def _another(payload: Payload, seen: Glance) -> Response:
    """An agent that is no step's: the plugin's own are refused, others put to the user."""
    agent = str(payload["tool_input"].get("subagent_type") or flow.GENERAL_PURPOSE)
    if agent.startswith(_OWN) and seen.owner:
        return decide(
            "deny",
            "This agent takes its work from the workflow: launch it as "
            "`next` prints it, or use general-purpose.",
        )
    helps = seen.step_of(str(payload.get("agent_id"))) and agent == flow.GENERAL_PURPOSE
    if helps or not seen.leads(payload.get("session_id")):
        return {}
    return decide(
        "ask",
        f"The agent {agent} is not the step that is due. Without the user's consent go on as "
        "`next` says.",
    )


def identify(payload: Payload) -> None:
    """At an agent's tool call: it is recorded as at work on its step if that was not known yet.

    An agent begins with several reads at once: one of them records it, the others do not wait.
    """
    try:
        seen = glance(project(payload))
    except Unreadable:
        return  # the tool's own gate answers that
    if seen.step_of(str(payload["agent_id"])) is None:
        key = step_of(payload, seen)
        if key is not None and not (record.is_quiet(payload) and taken_by_another(payload)):
            _at_work(payload, seen, key)


def _at_work(payload: Payload, seen: Glance, key: str, agent_id: str = "") -> None:
    record.came_to_work(payload, str(seen.runs()[key].get("tool_use_id")))
    from incident_state.hooks.client import session as open_session

    session = open_session(payload)
    from incident_state.session import agents

    agents.started(session, as_key(key), agent_id or str(payload["agent_id"]))


def as_key(text: str) -> StepKey:
    """A step's key from its text in state.json."""
    return "rollback" if text == "rollback" else int(text)


def started(payload: Payload) -> Response:
    """An agent of ours began: it is in flight for the one claim of its type.

    A general-purpose agent may be anybody's; it is recognised by its Agent call (`identify`).
    """
    seen = glance(project(payload))
    agent_type = str(payload.get("agent_type"))
    if not agent_type.startswith(_OWN):
        return {}
    claims = [
        key
        for key, run in seen.runs().items()
        if run.get("by") == "hook"
        and not run.get("agent_id")
        and flow.load().step(as_key(key)).agent_type == agent_type
    ]
    if len(claims) == 1:
        _at_work(payload, seen, claims[0])
    return {}


def stopping(payload: Payload) -> Response:
    """An agent wants to stop: it is sent back once if its step's document is not valid."""
    why = _stops(payload)
    return {"decision": "block", "reason": why} if why else {}


def handing_back(payload: Payload) -> Response:
    """In auto mode the report goes out before the agent stops, so it is judged here already."""
    try:
        why = _stops(payload) if "agent_id" in payload else None
    except Unreadable:
        why = None  # a report changes nothing, and an agent must be able to end
    return decide("deny", why) if why else {}


def _stops(payload: Payload) -> str | None:
    key = step_of(payload, glance(project(payload)))
    if key is None:
        return None
    from incident_state.hooks.client import session as open_session

    session = open_session(payload)
    from incident_state.session import agents

    return agents.stopped(session, str(payload["agent_id"]), as_key(key))


def returned(payload: Payload) -> Response:
    """An Agent call came back with its agent's report: nothing of it is in flight any more."""
    response = payload.get("tool_response")
    if isinstance(response, dict) and response.get("status") == "async_launched":
        seen = glance(project(payload))
        runs, use = seen.runs(), payload.get("tool_use_id")
        key = next((k for k, r in runs.items() if use and r.get("tool_use_id") == use), None)
        if key is not None and not runs[key].get("agent_id") and response.get("agentId"):
            _at_work(payload, seen, key, str(response["agentId"]))
        return {}
    return _gone(payload, "tool_use_id", payload.get("tool_use_id"), "agent returned")


def call_failed(payload: Payload) -> Response:
    """An Agent call failed: its step failed, or is due again if the user interrupted it."""
    interrupted = bool(payload.get("is_interrupt"))
    how = "agent interrupted" if interrupted else f"agent failed: {payload.get('error', 'unknown')}"
    use = payload.get("tool_use_id")
    return _gone(payload, "tool_use_id", use, how, failed=not interrupted)


def batch_done(payload: Payload) -> Response:
    """A message's tool calls are over: a claim whose Agent call came to nothing is released.

    A call that a permission or another plugin's hook refused fires no event of its own.
    """
    record.batch_done(payload)
    if "agent_id" not in payload:
        for call in payload.get("tool_calls") or []:
            if call.get("tool_name") == "Agent" and isinstance(call.get("tool_response"), str):
                _gone(payload, "tool_use_id", call.get("tool_use_id"), "its launch was refused")
    return {}


def api_failed(payload: Payload) -> Response:
    """An API error ended an agent: its step failed."""
    if "agent_id" not in payload:
        return {}
    fields = ("last_assistant_message", "error_details", "error")
    told = next((str(payload[field]) for field in fields if payload.get(field)), "unknown")
    how = told if told.startswith("API Error") else f"API error: {told}"
    key = step_of(payload, glance(project(payload)))
    return _end(payload, key, how, failed=True) if key is not None else {}


def task_stopped(payload: Payload) -> Response:
    """A running agent was stopped: its step is due again."""
    task = payload["tool_input"].get("task_id") or payload["tool_input"].get("shell_id")
    return _gone(payload, "agent_id", task, "agent stopped")


def _gone(
    payload: Payload, field: str, value: object, how: str, *, failed: bool = False
) -> Response:
    runs = glance(project(payload)).runs()
    key = next((k for k, run in runs.items() if value and run.get(field) == value), None)
    return _end(payload, key, how, failed=failed) if key is not None else {}


def _end(payload: Payload, key: str, how: str, *, failed: bool) -> Response:
    from incident_state.hooks.client import session as open_session

    session = open_session(payload)
    from incident_state.session import agents

    agents.lost(session, (as_key(key),), how, failed=failed)
    return {}
