"""The real client with models that try other tools, and agents where none may be launched."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.red_team.attempt_cases import Attempt, judged, record
from tests.support.client import conversation
from tests.support.client.agent import Conduct
from tests.support.client.incident import COMMAND, Incident
from tests.support.client.messages import ToolUse
from tests.support.client.obedient import Obedient, Whim

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.system,
    pytest.mark.xdist_group("red team tools"),
    pytest.mark.usefixtures("counted"),
]

SERVER = Path(__file__).resolve().parent / "tiny_mcp_server.py"
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
MCP = "mcp__tiny__"
# The client offers neither ScheduleWakeup nor Workflow (2.1.330 does not): the gates' own tests
# try those in process.
ALLOWED = ["NotebookEdit", "Read", "Write", "Agent", "ScheduleWakeup", "Workflow", f"{MCP}*"]
OPTIONS: dict[str, Any] = {
    "settings": json.dumps({"permissions": {"allow": ALLOWED}}),
    "mcp_servers": {"tiny": {"type": "stdio", "command": sys.executable, "args": [str(SERVER)]}},
}
LOADED = ToolUse(
    "ToolSearch",
    {
        "query": f"select:NotebookEdit,{MCP}get_logs,{MCP}delete_pod,{MCP}put_file,{MCP}query",
        "max_results": 10,
    },
)


def attempts(run: Incident) -> list[Attempt]:
    """Calls of other tools that change something, or reach the record."""
    project = run.bench.project
    (project / "x.ipynb").write_text(json.dumps(NOTEBOOK))
    state = str(run.bench.session_folder / "state.json")
    notebook = str(project / "x.ipynb")
    edit = {"notebook_path": notebook, "new_source": "x", "cell_type": "code"}
    edit["edit_mode"] = "insert"
    found = [
        ("investigation", "NotebookEdit", "ask", "refused", edit),
        ("investigation", f"{MCP}delete_pod", "ask", "refused", {"pod": "checkout-1"}),
        ("investigation", f"{MCP}query", "ask", "refused", {"sql": "DELETE FROM orders"}),
        ("state", f"{MCP}put_file", "deny", "may read it", {"path": state, "content": "{}"}),
    ]
    return [Attempt(rule, ToolUse(tool, given), how, t) for rule, tool, how, t, given in found]


def test_other_tools_of_the_main_thread(incident: Callable[..., Incident]) -> None:
    """Notebooks and MCP tools that change something are put to the user; reading is free."""
    run = incident("4 due", permit=lambda _tool, _given: False)
    tried = attempts(run)
    reads = [
        ToolUse("Read", {"file_path": str(run.bench.project / "x.ipynb")}),
        ToolUse(f"{MCP}get_logs", {"pod": "checkout-1"}),
    ]
    before = record(run.bench)
    run.model = Whim([LOADED, *reads, *(attempt.call for attempt in tried)])
    run.opens(**OPTIONS)
    run.type(COMMAND)
    calls = list(conversation.read(run.requests[-1]).calls)
    judged(tried, calls, "main thread")
    assert [call.failed for call in calls[:3]] == [False] * 3, calls[:3]
    assert record(run.bench) == before


def test_other_tools_of_a_steps_agent(incident: Callable[..., Incident]) -> None:
    """The same MCP tools from inside a step that only reads."""
    run = incident("4 due", permit=lambda _tool, _given: False)
    # The debugger is not given NotebookEdit.
    tried = [each for each in attempts(run) if each.call.name != "NotebookEdit"]
    calls = (LOADED, *(attempt.call for attempt in tried))
    run.model = Obedient(conduct={"04-debugging.md": [Conduct(before_write=calls)]})
    before = record(run.bench)["files"]["x.ipynb"]
    run.opens(**OPTIONS)
    run.type(COMMAND)
    first = run.agents[0].id
    last = [r for r in run.api.requests if r.agent_id == first][-1]
    judged(tried, list(conversation.read(last).calls), "agent")
    assert record(run.bench)["files"]["x.ipynb"] == before


@pytest.mark.parametrize(
    ("state", "step", "told"),
    [
        ("1 due", 4, "not due"),
        ("3 failed", 3, "failed"),
        ("4 due", 4, "paused"),
        ("4 due", 4, "launch that one"),
        ("cp2", 7, "not due"),
    ],
)
def test_no_agent_where_none_is_due(
    incident: Callable[..., Incident], state: str, step: int, told: str
) -> None:
    """Before its step, after a failure, in a pause, at a checkpoint, of another type: none."""
    run = incident(state, model=Whim([]), permit=lambda _tool, _given: False)
    run.opens(**OPTIONS)
    run.type(COMMAND)
    if told == "paused":
        run.person("pause")
    launch = {
        "subagent_type": "general-purpose",
        "description": "x",
        "prompt": f"Incident step {step}",
        "run_in_background": False,
    }
    tried = [Attempt("order", ToolUse("Agent", launch), "deny", told)]
    before = record(run.bench)
    run.model = Whim([attempt.call for attempt in tried])
    run.type("go on")
    judged(tried, list(conversation.read(run.requests[-1]).calls), f"main thread, {told}")
    assert (run.agents, record(run.bench)) == ([], before)
