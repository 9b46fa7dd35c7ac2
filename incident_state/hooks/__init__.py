"""Claude Code's events in, decisions out.

A hook that only reads the state does so with the standard library alone (`glance`); what must
change the state goes through a session, which costs the packages' import. An event that cannot be
handled while an incident is open keeps a gate shut (exit 2) and never traps a turn.
"""

from __future__ import annotations

import json
import os
import signal
import sys

from incident_state.project import nearest

TYPE_CHECKING = False  # that of typing costs a hook milliseconds
if TYPE_CHECKING:
    from typing import Any, NoReturn

    Payload = dict[str, Any]
    Response = dict[str, Any]
else:
    Payload = Response = dict

STARTING = (
    "Workflow SendMessage CronCreate ScheduleWakeup EnterWorktree Skill RemoteTrigger".split()
)
# Where an event is handled, by event and tool; an event of no tool stands with "".
HANDLERS = {
    ("UserPromptExpansion", ""): "typed:expanded",
    ("PreToolUse", "Agent"): "agents:launching",
    ("PreToolUse", "AskUserQuestion"): "asking:asking",
    ("PreToolUse", "Bash"): "commands:running",
    ("PreToolUse", "Monitor"): "starting:watching",
    ("PreToolUse", "EnterPlanMode"): "starting:planning",
    **{("PreToolUse", tool): "starting:other_work" for tool in STARTING},
    ("PreToolUse", "Write"): "files:writing",
    ("PreToolUse", "Edit"): "files:writing",
    ("PreToolUse", "NotebookEdit"): "files:writing",
    ("PreToolUse", "SubagentHandback"): "agents:handing_back",
    ("PermissionRequest", "AskUserQuestion"): "asking:shown",
    ("PostToolUse", "AskUserQuestion"): "asking:answered",
    ("PostToolUse", "Agent"): "agents:returned",
    ("PostToolUse", "TaskStop"): "agents:task_stopped",
    ("PostToolUse", "Bash"): "commands:ran",
    ("PostToolUseFailure", "Bash"): "commands:ran",
    ("PostToolUseFailure", "Agent"): "agents:call_failed",
    ("PostToolBatch", ""): "agents:batch_done",
    ("SubagentStart", ""): "agents:started",
    ("SubagentStop", ""): "agents:stopping",
    ("StopFailure", ""): "agents:api_failed",
    ("Stop", ""): "turns:stopping",
    ("SessionStart", ""): "turns:session_started",
    ("SessionEnd", ""): "turns:session_ended",
    # No event of the client's: its commands keep it (`session-start`), where no hook runs any more.
    ("PluginGone", ""): "turns:plugin_gone",
}
EVENTS = frozenset(event for event, _ in HANDLERS)
GATES = ("PreToolUse", "UserPromptExpansion")
# Seconds until a hook ends itself, which its shell makes a refusal: the client waits for 30, and
# then lets the call through.
LATEST = 20
RETURNS = ("PostToolUse", "PostToolUseFailure")
_FOUND: dict[str, str] = {}  # the project by the client's folder, while one event is answered
# They record what the user has let go ahead, so they run where the user was asked.
CONSENTS = ("commands:ran", "starting:used")


def main() -> NoReturn:
    """Answer the event on standard input, and exit with the code that it asks for."""
    event, payload = "", Payload()
    signal.alarm(LATEST)
    try:
        payload = _read(sys.stdin.buffer.read())
        event = str(payload["hook_event_name"])
        response = respond(payload)
    except Exception as error:  # noqa: BLE001 - whatever it is, a gate stays shut
        kept = event in EVENTS and event not in GATES and handler("again:keep")(payload, error)
        sys.stderr.write(f"incident-response could not check this: {_sentence(error)}")
        sys.stderr.write(" It is tried again at the next event.\n" if kept else "\n")
        sys.exit(0 if event in EVENTS and event not in GATES else 2)
    if response:
        sys.stdout.write(json.dumps(response))
    sys.exit(0)


def _read(data: bytes) -> Payload:
    """The event in those bytes; half of a pair, which no file can hold, is a replacement sign."""
    payload: Payload = json.loads(data.decode("utf-8", "replace"))
    if b"\\ud" in data or b"\\uD" in data:
        text = json.dumps(payload, ensure_ascii=False).encode("utf-16", "surrogatepass")
        payload = json.loads(text.decode("utf-16", "replace"))
    return payload


def respond(payload: Payload) -> Response:
    """What the client is told about the event; nothing where it may go its way."""
    forget_project()
    event = str(payload["hook_event_name"])
    if event not in EVENTS:
        raise ValueError(f"no event is called {event!r}")
    if event not in {"PreToolUse", *RETURNS}:
        handler("record:recover")(payload)
    if event == "PreToolUse":
        handler("record:before")(payload)
        if "agent_id" in payload:
            handler("agents:identify")(payload)
    tool = payload.get("tool_name", "")
    asked = event in RETURNS and handler("record:was_asked")(payload)
    told = handler("record:after")(payload) if event in RETURNS else None
    place = HANDLERS.get((event, tool))
    if place is None and event == "PreToolUse":
        place = None if handler("record:is_quiet")(payload) else "starting:using"
    elif place is None and tool.startswith("mcp__"):
        place = "starting:used"
    if place in CONSENTS and not asked:
        place = None
    response: Response = handler(place)(payload) if place else {}
    decision = response.get("hookSpecificOutput", {}).get("permissionDecision")
    if event == "PreToolUse" and decision != "deny":
        handler("record:begins")(payload, asked=decision == "ask")
    if told:
        said = response.setdefault("hookSpecificOutput", {"hookEventName": event})
        said["additionalContext"] = f"{told}\n{said.get('additionalContext', '')}".strip()
    return response


def handler(place: str) -> Any:  # noqa: ANN401 - a function of a module that is loaded when needed
    """The function at `module:name` of this package."""
    module, _, name = place.partition(":")
    # What importlib has for this costs a hook more than the module.
    return getattr(__import__(f"{__name__}.{module}", fromlist=[name]), name)


def here(payload: Payload) -> str:
    """The folder that the client was started in."""
    return os.path.realpath(_named(payload))


def _named(payload: Payload) -> str:
    return os.environ.get("CLAUDE_PROJECT_DIR") or str(payload["cwd"])


def project(payload: Payload) -> str:
    """The project whose incident holds there, a real path: it may lie above that folder."""
    folder = _named(payload)
    if folder not in _FOUND:
        _FOUND[folder] = nearest(here(payload))
    return _FOUND[folder]


def forget_project() -> None:
    """Another project may hold from now on: an incident was opened."""
    _FOUND.clear()


def decide(decision: str, reason: str, **more: object) -> Response:
    """A PreToolUse decision with its reason."""
    return {
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": decision,
            "permissionDecisionReason": reason,
            **more,
        }
    }


def tell(event: str, text: str) -> Response:
    """Words for the model, beside the event."""
    return {"hookSpecificOutput": {"hookEventName": event, "additionalContext": text}}


def _sentence(error: Exception) -> str:
    from incident_state.documents import signs
    from incident_state.hooks.glance import Closed, Unreadable

    sentence = signs.one_line((str(error).splitlines() or [type(error).__name__])[0])
    if isinstance(error, Unreadable) and not isinstance(error, Closed):
        from pathlib import Path

        from incident_state.helper import command

        look = command(Path(project({"cwd": Path.cwd()})), "status")
        sentence += (
            f". An incident is marked open here; the user puts that right in a terminal: {look}"
        )
    return sentence
