"""The scripted model of the rehearsal: it says where the incident is, and what can be typed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from incident_state import workflow as flow
from incident_state.documents import headlines
from incident_state.state.progress import sentence
from tests.support.client.conversation import Conversation
from tests.support.client.messages import Reply, ToolUse, reply
from tests.support.client.obedient import NOTHING, Obedient

SCRIPTED = (
    "This is a rehearsal: what its agents find and what I say is a script. Whatever you answer, "
    "they find the same; what you decide counts."
)
FAREWELL = "This was the rehearsal: leave the client with /exit."
GO_ON = "To go on with the incident type /incident-response."
# What each step's document says first of what was found.
FOUND: dict[flow.StepKey, str] = {
    1: "USER_IMPACT",
    2: "LOG_PATTERNS",
    3: "USER_IMPACT_REDUCTION",
    4: "ROOT_CAUSE",
    5: "SECURITY_ASSESSMENT",
    6: "PERFORMANCE_BOTTLENECKS",
    7: "FIX_IMPLEMENTATION",
    8: "DEPLOYMENT_STATUS",
    9: "EXECUTIVE_SUMMARY",
    10: "SLA_ANALYSIS",
    11: "SUMMARY",
    12: "NEW_ALERTS",
    13: "ARCHITECTURE_IMPROVEMENTS",
    "rollback": "ROLLBACK_STATUS",
}
_STEP = re.compile(r"Incident (?:step (\d+)|(rollback))")
_CALLED = re.compile(r"(?P<helper>\S*(?:incident-state|launch\.py)'?) .*(?P<project>--project .+)")


class Rehearsing(Obedient):
    """A model that leads the incident of a project, and never leaves a person without a way on."""

    def __init__(self, project: Path, **given: Any) -> None:  # noqa: ANN401 - as Obedient has it
        super().__init__(**given)
        self._state = project / ".incident-response" / "state.json"
        self._before: list[flow.StepKey] = []
        self._told = False

    def orchestrator(self, talk: Conversation) -> Reply:
        """Say before each launch what the last step found, and which one comes."""
        answer = super().orchestrator(talk)
        calls = [b for b in answer.blocks if isinstance(b, ToolUse) and b.name == "Agent"]
        keys = [key for call in calls if (key := _key(str(call.input.get("prompt", ""))))]
        if not keys:
            return answer
        said = [] if self._told else [SCRIPTED]
        said += [f"{_name(key)} found: {found}" for key in self._before if (found := self._of(key))]
        said.append(f"{_coming(keys)}.")
        self._told, self._before = True, keys
        return Reply(("\n\n".join(said), *answer.blocks))

    def _of(self, key: flow.StepKey) -> str:
        text = self.documents.get(flow.load().step(key).writes, {}).get(FOUND[key], "")
        return headlines.headline(text)

    def nothing_to_do(self, talk: Conversation) -> Reply:
        """Ask again where a person typed something; say what to type where nothing is asked."""
        answer = super().nothing_to_do(talk)
        said = str(answer.blocks[-1])
        if self._over():
            return reply(FAREWELL if said == NOTHING else f"{said}\n\n{FAREWELL}")
        if said != NOTHING:
            return answer
        line = _next(talk)
        again = talk.calls and talk.calls[-1].input.get("command") == line
        return reply(GO_ON if line is None or again else ToolUse("Bash", {"command": line}))

    def _over(self) -> bool:
        try:
            return bool(json.loads(self._state.read_bytes())["status"] == "complete")
        except (OSError, ValueError, KeyError):
            return False


def _key(prompt: str) -> flow.StepKey | None:
    found = _STEP.match(prompt)
    if found is None:
        return None
    return "rollback" if found[2] else int(found[1])


def _name(key: flow.StepKey) -> str:
    return sentence(flow.load().step(key).label)


def _coming(keys: list[flow.StepKey]) -> str:
    steps = [flow.load().step(key) for key in keys]
    numbers = " and ".join(f"{step.label.removeprefix('step ')}" for step in steps)
    titles = " and ".join(step.title for step in steps)
    if keys == ["rollback"]:
        return "The rollback"
    return f"Step{'s' * (len(keys) > 1)} {numbers} of {len(flow.load().steps)}: {titles}"


def _next(talk: Conversation) -> str | None:
    """The command line that tells what is next, as the helper was called before; None if never."""
    for call in reversed(talk.calls):
        called = _CALLED.match(str(call.input.get("command", "")))
        if call.name == "Bash" and called:
            return f"{called['helper']} next {called['project'].splitlines()[0].split(' <<')[0]}"
    return None
