"""The whole run where hooks are switched off: a person decides in a terminal, and nobody else."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.client import conversation, sample
from tests.support.client.instructions import instructions
from tests.support.client.messages import Reply, ToolUse, reply
from tests.support.client.obedient import Obedient
from tests.support.client.terminal_ui import Terminal
from tests.support.transitions.table import PLACES, names

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.client.conversation import Call, Conversation
    from tests.support.client.incident import Incident

pytestmark = pytest.mark.system

SAID = "it's `down` for $(all) since 13:42 --severity P3"
PERSONS = "Only a person decides"
REFUSED = "Only a person at a terminal does that."
YOURSELF = "Approve it yourself."
DESCRIPTION = re.compile(
    r"with the Write tool put what they typed.* into (\S+), then run$", re.MULTILINE
)
TYPED = re.compile(r"^<typed>\n(.*?)\n</typed>$", re.DOTALL | re.MULTILINE)
DECIDED = re.compile(r"once they say that they have decided, run: (.+)$", re.MULTILINE)
APPROVE = re.compile(r"^- Approve \(.*?\): (.+)$", re.MULTILINE)

# What a model might try: a terminal of its own.
IN_A_TERMINAL = """\
import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"""


class Unhooked(Obedient):
    """A model that also does what prose asks for, where hooks would have seen to it."""

    def orchestrator(self, talk: Conversation) -> Reply:
        """Write down what the user typed; go on once they decided; try what they ask for."""
        prose = "\n".join(said.text for said in talk.said)
        if (file := DESCRIPTION.search(prose)) and len(talk.calls) < 2:
            (typed,) = TYPED.findall(prose)
            write = ToolUse("Write", {"file_path": file[1], "content": typed})
            start = next(i.call for i in instructions(prose) if i.call.name == "Bash")
            return reply(start if talk.calls else write)
        newest = talk.said[-1]
        if newest.by_person and (commands := DECIDED.findall(prose)):
            if newest.text.strip() == YOURSELF:
                return reply(*map(bash, attempts(APPROVE.findall(prose)[-1])))
            return reply(bash(commands[-1]))
        return super().orchestrator(talk)


def bash(command: str) -> ToolUse:
    """A call of the shell."""
    return ToolUse("Bash", {"command": command})


def attempts(command: str) -> list[str]:
    """The ways in which the model tries to run a command that is a person's."""
    bare = "env -u CLAUDECODE -u CLAUDE_CODE_SESSION_ID"
    terminal = shlex.join([sys.executable, "-c", IN_A_TERMINAL])
    return [
        command,
        f"{bare} {command}",
        f"{bare} {terminal} {command}",
        f"exec {bare} {terminal} {command}",
    ]


def at_a_terminal(incident: Incident, command: str) -> tuple[int, str]:
    """The exit code and the screen of a command line that a person runs as it was printed."""
    variables = {"PATH": os.environ["PATH"], "HOME": str(incident.sandbox.home), "LANG": "C.UTF-8"}
    with Terminal(["sh", "-c", command], incident.sandbox.project, variables) as terminal:
        terminal.wait_for("[y/N]")
        terminal.type("y\r")
        return terminal.exit_code(), terminal.text


def stands(incident: Incident, place: str) -> None:
    """Expect the incident at that place of the transition table, owned by nobody."""
    position, phase, steps, files = PLACES[place]
    state = incident.bench.state()
    found = (state["current_step"], state["current_phase"], state["completed_steps"])
    assert found == (position, phase, [int(step) for step in steps.split()])
    assert sorted(state["files_created"]) == names(files)
    assert (state["incident"], state["severity"], state.get("owner")) == (SAID, "P0", None)


def switch_off(incident: Incident) -> None:
    """Let the project's settings disable all hooks."""
    settings = incident.sandbox.project / ".claude" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"disableAllHooks": True}), encoding="utf-8")


def says(incident: Incident, words: str, *answers: str) -> str:
    """Type it; the first text of the model after that which holds one of these."""
    session = incident.session
    before = len(session.texts)

    def told() -> list[str]:
        return [t for t in session.texts[before:] if any(answer in t for answer in answers)]

    session.send(words)
    session.wait_until(lambda: bool(told()))
    return told()[0]


def test_a_whole_run_without_hooks(incident: Callable[..., Incident]) -> None:
    """It works up to each checkpoint, where only a person at a terminal can approve."""
    fillings = {"your synthesis": sample.synthesis()}
    model = Unhooked(sample.documents(), fillings=fillings)
    led = incident(model=model, permit=lambda tool, _: tool in {"Bash", "Write"})
    switch_off(led)

    told = says(led, f'/incident-response "{SAID}" --severity P0', PERSONS)
    for place in ("cp1", "cp2", "cp3"):
        stands(led, place)
        (command,) = APPROVE.findall(told)
        if place == "cp1":
            recorded = led.bench.state_bytes()
            says(led, YOURSELF, REFUSED)
            tried = {call.input["command"]: call for call in calls(led)}
            refused = [tried[attempt] for attempt in attempts(command)]
            assert [call.failed for call in refused] == [True] * len(refused)
            assert all(call.result.startswith(f"Exit code 1\n{REFUSED}") for call in refused)
            assert led.bench.state_bytes() == recorded
        code, screen = at_a_terminal(led, command)
        assert (code, "Recorded" in screen) == (0, True), screen
        told = says(led, "I have decided.", PERSONS, "The incident is complete")
    stands(led, "end")
    assert all(f"/{name}" in told for name in led.documents)

    by_tool: dict[str, list[str]] = {"Write": [], "Bash": []}
    for asked in led.session.asked:
        by_tool[asked.tool].append(asked.input.get("file_path") or asked.input["command"])
    written = {Path(file).name for file in by_tool["Write"]}
    assert written == {"description.txt", *led.documents} - {"05-investigation.md"}
    assert [decision["via"] for decision in decisions(led)] == ["terminal"] * 3


def calls(incident: Incident) -> list[Call]:
    """The shell calls of the main conversation so far."""
    talk = conversation.read(incident.requests[-1])
    return [call for call in talk.calls if call.name == "Bash"]


def decisions(incident: Incident) -> list[dict[str, Any]]:
    """What people decided, as recorded."""
    return [event["decision"] for event in incident["timeline"] if "decision" in event]
