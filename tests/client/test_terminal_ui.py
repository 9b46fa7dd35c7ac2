"""The client's terminal UI: agents work in the background, a person answers at the keyboard."""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.support.client.agent import Conduct
from tests.support.client.environment import Sandbox, make_sandbox
from tests.support.client.messages import Held, Reply, ToolUse
from tests.support.client.obedient import Obedient
from tests.support.client.scripted_api import ScriptedApi
from tests.support.client.terminal_ui import DECLINED, POINTER, TerminalUi, squeezed
from tests.support.workbench import ROOT, Workbench

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.system

State: TypeAlias = dict[str, Any]

TYPED = '/incident-response "Checkout returns 500s since 14:05 UTC" --severity P0'
COLUMNS = 80  # what people have at the least
ROWS = 45
ATTEMPT = re.compile(r"step 1 attempt (\d+) -->")
WORDS = "is the ledger ok? it's odd"
STEP = ["launched", "agent-started", "agent-ended", "completed"]
TIMES = {"started_at": ..., "last_updated": ...}


@dataclass(frozen=True)
class Scene:
    """An incident in the client's UI: the screen, what is recorded, what the model was asked."""

    ui: TerminalUi
    bench: Workbench
    sandbox: Sandbox
    api: ScriptedApi

    @property
    def state(self) -> State:
        """The recorded state; empty before there is one."""
        return self.bench.state() if self.bench.state_bytes() else {}

    @property
    def nine(self) -> State:
        """The contract's fields, the values of the two times left out."""
        return self.bench.nine() | TIMES

    @property
    def in_flight(self) -> dict[str, State]:
        """The runs in flight by their steps' names."""
        steps = self.state.get("steps", {})
        return {key: record["run"] for key, record in steps.items() if record.get("run")}

    @property
    def calls(self) -> dict[str, str]:
        """The Agent calls that the client itself notes for the agents of the steps in flight."""
        noted = {
            key: self.sandbox.home.rglob(f"agent-{run['agent_id']}.meta.json")
            for key, run in self.in_flight.items()
        }
        return {
            key: json.loads(next(files).read_text())["toolUseId"] for key, files in noted.items()
        }

    @property
    def question(self) -> State:
        """The question that `next --json` prints in the session that owns the incident."""
        (question,) = self.bench.next(self.state["owner"])["question"]["questions"]
        return dict(question)

    @property
    def history(self) -> dict[int | str, list[str]]:
        """What the timeline tells of each step, in its order."""
        told: dict[int | str, list[str]] = defaultdict(list)
        for event in self.state["timeline"]:
            if "step" in event:
                told[event["step"]].append(event["kind"])
        return dict(told)

    def until(self, holds: Callable[[State], bool]) -> None:
        """Wait until the recorded state satisfies it; TimeoutError, with the screen, if not."""
        self.ui.wait_for(lambda _: holds(self.state))

    def until_at_work(self, *steps: str) -> None:
        """Wait until agents are at work on just these steps, each held up at its document."""

        def held_up(_: State) -> bool:
            held = {e.request.agent_id for e in self.api.exchanges if isinstance(e.answer, Held)}
            agents = {key: run.get("agent_id") for key, run in self.in_flight.items()}
            return set(agents) == {*steps} and {*agents.values()} <= held

        self.until(held_up)

    def until_idle(self) -> None:
        """Wait until the main conversation's turn is over and the prompt waits for the keyboard."""

        def over(screen: str) -> bool:
            (*_, last) = [e.answer for e in self.api.exchanges if e.request.is_orchestrator]
            calls = isinstance(last, Reply) and any(isinstance(b, ToolUse) for b in last.blocks)
            return not calls and "esc to interrupt" not in screen

        self.ui.wait_for(over)
        self.ui.settle()

    def briefs(self, document: str) -> list[str]:
        """The distinct prompts of the agents that were told to write that document."""
        asked = [r.first_user_text for r in self.api.requests if r.is_subagent]
        return list(dict.fromkeys(text for text in asked if f"/{document}\n" in text))


@contextmanager
def scene(folder: Path, **held: list[threading.Event]) -> Iterator[Scene]:
    """The command typed in a new UI; the first agents of a held document wait before they write."""
    conduct = {f"{name}.md": [Conduct(held=e) for e in events] for name, events in held.items()}
    with ScriptedApi(Obedient(conduct=conduct)) as api:
        sandbox = make_sandbox(folder, api.url, {"CLAUDE_CODE_MAX_RETRIES": "0"})
        with TerminalUi(sandbox, ROOT, columns=COLUMNS, rows=ROWS) as ui:
            ui.submit(TYPED)
            yield Scene(ui, Workbench(folder), sandbox, api)
    api.check()


def stands(position: int | str, phase: int, done: list[int], files: list[str]) -> State:
    """The contract's fields of this incident at a position."""
    return {
        "incident": "Checkout returns 500s since 14:05 UTC",
        "status": "in_progress",
        "severity": "P0",
        "current_step": position,
        "current_phase": phase,
        "completed_steps": done,
        "files_created": files,
        **TIMES,
    }


PHASE_1 = ["01-classification.md", "02-observability.md", "03-mitigation.md"]
PHASE_2 = ["04-debugging.md", "05a-security.md", "05b-performance.md", "05-investigation.md"]


def test_agents_in_the_background_and_answers_from_the_keyboard(tmp_path: Path) -> None:
    """A P0 passes checkpoint 1 and the parallel pair, and the second checkpoint is asked."""
    first, five, six = (threading.Event() for _ in range(3))
    held = {"01-classification": [first], "05a-security": [five], "05b-performance": [six]}
    with scene(tmp_path, **held) as incident:
        ui = incident.ui
        incident.until_at_work("1")
        assert incident.nine == stands(1, 1, [], [])
        first.set()

        ui.wait_for("☐ Checkpoint 1")
        assert incident.nine == stands("checkpoint-1", 1, [1, 2, 3], PHASE_1)
        assert incident.in_flight == {}
        assert shown(ui) == in_full(incident.question)

        ui.press("escape")
        ui.wait_for(DECLINED)
        assert incident.nine == stands("checkpoint-1", 1, [1, 2, 3], PHASE_1)

        ui.submit("/incident-response")
        ui.choose("Type something")
        ui.type(WORDS)
        ui.wait_for(WORDS)
        ui.press("enter")
        incident.until(lambda state: bool(state["timeline"][-1]["kind"] == "remark"))
        assert incident.state["timeline"][-1]["text"] == WORDS
        assert incident.nine == stands("checkpoint-1", 1, [1, 2, 3], PHASE_1)

        ui.wait_for(f"→ {WORDS}")
        ui.choose("Approve")
        incident.until_at_work("5", "6")
        runs = incident.in_flight
        assert incident.calls == {key: run["tool_use_id"] for key, run in runs.items()}
        six.set()
        incident.until(lambda state: bool(state["completed_steps"] == [1, 2, 3, 4, 6]))
        assert incident.in_flight == {"5": runs["5"]}
        assert incident.nine["current_step"] == 5
        five.set()

        ui.wait_for("☐ Checkpoint 2")
        done = [*range(1, 7)]
        assert incident.nine == stands("checkpoint-2", 2, done, [*PHASE_1, *PHASE_2])
        assert incident.in_flight == {}
        assert incident.history == dict.fromkeys(done, STEP)
        assert shown(ui) == in_full(incident.question)


def shown(ui: TerminalUi) -> str:
    """The dialog on the screen from its header down, without white space."""
    screen = ui.settle()
    _, found, dialog = screen.rpartition("☐ ")
    assert found, screen
    return squeezed(re.sub(rf"^─+$|{POINTER}", "", dialog, flags=re.MULTILINE))


def in_full(question: State) -> str:
    """The dialog that the client shows for a question, if it leaves nothing out."""
    lines = [question["header"], question["question"]]
    for number, option in enumerate(question["options"], start=1):
        lines += [f"{number}. {option['label']}", option["description"]]
    last = len(question["options"])
    lines += [f"{last + 1}. Type something.", f"{last + 2}. Chat about this"]
    return squeezed("".join([*lines, "Enter to select · ↑/↓ to navigate · Esc to cancel"]))


def test_clear_hands_the_incident_on(tmp_path: Path) -> None:
    """After /clear the new session owns it; an agent in flight lives on and its step completes."""
    first, second = threading.Event(), threading.Event()
    held = {"01-classification": [first], "02-observability": [second]}
    with scene(tmp_path, **held) as incident:
        incident.until_at_work("1")
        incident.until_idle()
        before = incident.state

        incident.ui.submit("/clear")
        incident.until(lambda state: bool(state["owner"] != before["owner"]))
        assert incident.in_flight == {"1": before["steps"]["1"]["run"]}
        first.set()

        incident.until_at_work("2")
        assert incident.nine == stands(2, 1, [1], PHASE_1[:1])
        assert incident.history == {1: STEP, 2: STEP[:2]}
        assert incident.in_flight["2"]["session_id"] == incident.state["owner"]
        second.set()


def test_a_stopped_agents_step_is_due_again(tmp_path: Path) -> None:
    """A step whose agent the user stops, in either way, is launched anew as a new attempt."""
    never = threading.Event()
    with scene(tmp_path, **{"01-classification": [never, never]}) as incident:
        ui = incident.ui
        incident.until_at_work("1")
        incident.until_idle()
        stopped = [incident.in_flight["1"]["agent_id"]]
        ui.submit("/tasks")
        ui.wait_for("x to stop")
        ui.press("x")

        incident.until(lambda state: bool(state["steps"]["1"].get("attempt") == 2))
        incident.until_at_work("1")
        incident.until_idle()
        stopped += [incident.in_flight["1"]["agent_id"]]
        ui.press("ctrl-c")  # of which no event tells
        ui.wait_for("Background agents stopped")
        ui.submit("go on")

        incident.until(lambda state: bool(state["completed_steps"] == [1]))
        assert incident.nine == stands(2, 1, [1], PHASE_1[:1])
        assert incident.history[1] == [*STEP[:3], *STEP[:3], *STEP]
        assert len({*stopped}) == 2
        assert not any(agent in json.dumps(incident.state["steps"]) for agent in stopped)
        attempts = [ATTEMPT.findall(brief) for brief in incident.briefs("01-classification.md")]
        assert attempts == [["1"], ["2"], ["3"]]
