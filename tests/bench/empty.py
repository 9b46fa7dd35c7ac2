"""The tool calls of a run once more, with a plugin that does nothing: what the client costs."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.client.incident import Incident
from tests.support.client.messages import Answer, Reply, Request, ToolUse, reply

_STEP = re.compile(r"Incident step (\d+)|<!-- incident-response: \S+ step (\d+) ")
MANIFEST = {"name": "empty", "version": "0.1.0", "description": "Nothing."}


class Again:
    """The brain: each reply of that run in its turn, its commands being `true`."""

    def __init__(self, run: Incident, root: Path) -> None:
        """Take the run, and the folder of the new one."""
        self._root, self._old = root, run.sandbox.root
        self._orchestrator: Iterator[Reply] = iter(
            [self._moved(e.answer) for e in run.api.exchanges if e.request.is_orchestrator]
        )
        agents: dict[str, list[Reply]] = {}
        for each in run.api.exchanges:
            if each.request.is_subagent:
                agents.setdefault(_step(each.request), []).append(self._moved(each.answer))
        self._agents = {step: iter(replies) for step, replies in agents.items()}

    def __call__(self, request: Request) -> Answer:
        """Answer one request of the client."""
        if request.is_side_call:
            return reply("Incident")
        if request.is_subagent:
            return next(self._agents[_step(request)])
        return next(self._orchestrator)

    def _moved(self, answer: Answer) -> Reply:
        assert isinstance(answer, Reply)
        return Reply(tuple(b if isinstance(b, str) else self._call(b) for b in answer.blocks))

    def _call(self, call: ToolUse) -> ToolUse:
        if call.name == "Bash":
            return ToolUse("Bash", {"command": "true"})
        given = json.loads(json.dumps(call.input).replace(str(self._old), str(self._root)))
        if call.name == "Agent":
            given |= {"subagent_type": "general-purpose", "run_in_background": False}
        return ToolUse(call.name, given)


def _step(request: Request) -> str:
    found = _STEP.search(request.first_user_text)
    assert found is not None, request.first_user_text
    return str(found[1] or found[2])


def seconds(root: Path, run: Incident) -> float:
    """How long that run's tool calls take in a client with an empty plugin, under `root`."""
    root.mkdir()
    plugin = root / "plugin" / ".claude-plugin"
    plugin.mkdir(parents=True)
    (plugin / "plugin.json").write_text(json.dumps(MANIFEST))
    again = Incident(root, answers=["Approve"] * 3, permit=lambda _tool, _given: True)
    again.model = Again(run, root.resolve())  # type: ignore[assignment]
    with again.serving():
        again.opens(plugins=[{"type": "local", "path": str(plugin.parent)}])
        begin = time.monotonic()
        again.type("Lead the incident.")
        taken = time.monotonic() - begin
        again.leaves()
    made = sum(len(list(calls(each))) for each in (again, run))
    assert made == 2 * len(list(calls(run))), (made, len(list(calls(run))))
    return taken


def calls(run: Incident) -> Iterator[ToolUse]:
    """The tool calls that the model made in a run."""
    for each in run.api.exchanges:
        if isinstance(each.answer, Reply):
            yield from (block for block in each.answer.blocks if isinstance(block, ToolUse))
