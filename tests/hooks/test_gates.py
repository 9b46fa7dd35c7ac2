"""What gates say of command lines and tools: in every step, in every session."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from incident_state.hooks import respond
from tests.support.harmless_line_cases import FREE, FREE_IN_CODE_STEPS
from tests.support.stopped_line_cases import (
    ASKED,
    OWN_DOCUMENT,
    PROJECT_GONE,
    REFUSED,
    SCRIPTS,
    SWEEPING,
)
from tests.support.workbench import ROOT

STATE = {
    "incident_id": "INC-20260101-000000-abcd",
    "incident": "Search is slow",
    "status": "in_progress",
    "owner": "s1",
    "timeline": [],
}


class Gate:
    """A project with an incident, and the gates asked in this process."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.data = folder / "data"
        (self.project / ".incident-response" / "archive").mkdir(parents=True)
        (self.project / "src").mkdir()
        (self.project / ".incident-response" / "01-classification.md").write_text("x", "utf-8")
        for name, text in SCRIPTS.items():
            (self.project / name).write_text(text, "utf-8")

    def at(self, step: object, *, runs: bool = True, **fields: object) -> Gate:
        """Put the incident at a step, its agent `a1` at work or not."""
        run = {"by": "hook", "agent_id": "a1", "since": "2026-01-01T00:00:00.000Z"}
        steps = {str(step): {"attempt": 1, "run": run}} if runs else {}
        state = {**STATE, "steps": steps, "current_step": step, **fields}
        (self.project / ".incident-response" / "state.json").write_text(json.dumps(state), "utf-8")
        (self.project / ".incident-response" / "open").touch()
        return self

    def asks(
        self, tool: str, given: dict[str, Any], *, agent: str | None = "a1", session: str = "s1"
    ) -> tuple[str, str]:
        """Return the decision about a tool call, "" where there is none, and its reason."""
        payload = {
            "hook_event_name": "PreToolUse",
            "tool_name": tool,
            "tool_input": given,
            "tool_use_id": "toolu_1",
            "session_id": session,
            "cwd": str(self.project),
            "transcript_path": str(self.project.parent / "t.jsonl"),
        } | ({"agent_id": agent} if agent else {})
        said = respond(payload).get("hookSpecificOutput", {})
        return said.get("permissionDecision", ""), said.get("permissionDecisionReason", "")

    def runs(self, line: str, **by: Any) -> str:  # noqa: ANN401 - as `asks` has it
        """Return the decision about a command line."""
        helper = str(self.data / "incident-state")
        line = re.sub(r"(?<![\w-])H(?= )|(?<=')H(?=')", helper, line).replace(
            "P/.inc", f"{self.project}/.inc"
        )
        return self.asks("Bash", {"command": line}, **by)[0]


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Give a project, its client's variables set."""
    made = Gate(tmp_path)
    monkeypatch.setenv("CLAUDE_PROJECT_DIR", str(made.project))
    monkeypatch.setenv("CLAUDE_PLUGIN_DATA", str(made.data))
    monkeypatch.setenv("CLAUDE_PLUGIN_ROOT", str(ROOT))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    return made


@pytest.mark.parametrize("line", REFUSED)
def test_a_line_that_writes_the_record_or_decides_is_refused(gate: Gate, line: str) -> None:
    """By an agent and the main thread, in a step that only reads and one that may change code."""
    said = [
        gate.at(4).runs(line),
        gate.at(7).runs(line),
        gate.at("checkpoint-1", runs=False).runs(line, agent=None),
        gate.at(7).runs(line, agent=None, session="s2"),
    ]
    assert said == ["deny"] * 4


@pytest.mark.parametrize("line", [*ASKED, *SWEEPING, *PROJECT_GONE])
def test_a_line_that_changes_something_is_asked_about_while_a_step_only_reads(
    gate: Gate, line: str
) -> None:
    """By an agent, by the main thread beside it, and by the main thread at a checkpoint."""
    said = [
        gate.at(4).runs(line),
        gate.at(4).runs(line, agent=None),
        gate.at("checkpoint-1", runs=False).runs(line, agent=None),
    ]
    assert said == ["ask"] * 3


@pytest.mark.parametrize("line", FREE)
def test_a_line_that_reads_is_free(gate: Gate, line: str) -> None:
    """In every step, from agents and the main thread, and in another session."""
    said = {
        gate.at(4).runs(line),
        gate.at(8).runs(line),
        gate.at("checkpoint-2", runs=False).runs(line, agent=None),
        gate.at(4).runs(line, agent=None, session="s2"),
    }
    assert said <= {"", "allow"}


@pytest.mark.parametrize("step", [3, 7, 8, 12, "rollback"])
@pytest.mark.parametrize("line", FREE_IN_CODE_STEPS)
def test_a_line_that_changes_code_is_free_where_a_step_may(
    gate: Gate, step: object, line: str
) -> None:
    """In the steps that may change something."""
    assert gate.at(step).runs(line) == ""


@pytest.mark.parametrize("line", OWN_DOCUMENT)
def test_an_agent_may_write_its_document_through_the_shell(gate: Gate, line: str) -> None:
    """Its own, and nobody else may."""
    said = [gate.at(8).runs(line), gate.at(8).runs(line, agent=None), gate.at(7).runs(line)]
    assert said == ["", "deny", "deny"]


def test_the_first_change_to_production_is_asked_about_and_the_rest_goes_through(
    gate: Gate,
) -> None:
    """In steps 3 and 8 and the rollback; in 7 and 12 each one is asked about."""
    line = "kubectl apply -f x.yaml"
    steps = [3, 8, "rollback", 7, 12, 4]
    assert [gate.at(step).runs(line) for step in steps] == ["ask"] * 6
    consents = {"kubectl apply": "2026-01-01T00:00:00.000Z"}
    said = [gate.at(step, consents=consents).runs(line) for step in steps]
    assert said == ["", "", "", "ask", "ask", "ask"]


def test_a_yes_to_one_command_is_no_yes_to_another(gate: Gate) -> None:
    """It is kept by program and subcommand, by tool, or by the very text of a program."""
    text = "python3 -c 'import acme; acme.look()'"
    consents = ["kubectl apply", "acme status", "mcp__x__frobnicate"]
    at = gate.at(8, consents=dict.fromkeys(consents, "2026-01-01T00:00:00.000Z"))
    lines = ["kubectl delete pod x", "acme restart", "acme status --all", text]
    assert [at.runs(line) for line in lines] == ["ask", "ask", "", "ask"]
    tools = ["mcp__x__frobnicate", "mcp__x__delete"]
    assert [at.asks(tool, {})[0] for tool in tools] == ["", "ask"]


def test_what_the_team_says_of_its_programs_counts(gate: Gate) -> None:
    """Its notes list what only reads, and what always changes."""
    notes = gate.project / ".claude" / "incident-response.md"
    notes.parent.mkdir()
    notes.write_text(
        "# Shop\n\n## Reads only\n\n- `./scripts/health.sh`\n- shopctl status\n- mcp__ours__*\n"
        "\n## Always changes\n\n- `shopctl flush`\n- kubectl get secret\n"
    )
    lines = ["./scripts/health.sh --all", "shopctl status eu", "shopctl restart", "shopctl flush"]
    assert [gate.at(4).runs(line) for line in lines] == ["", "", "ask", "ask"]
    assert gate.at(4).asks("mcp__ours__frobnicate", {})[0] == ""
    assert gate.at(7).runs("shopctl flush") == "ask"


def test_a_paused_incident_with_nothing_in_flight_leaves_other_work_alone(gate: Gate) -> None:
    """Its record is guarded all the same."""
    paused = gate.at(4, runs=False, status="paused", paused=True)
    said = [
        paused.runs(line, agent=None) for line in ("git commit -am x", "rm -rf .incident-response")
    ]
    assert said == ["", "deny"]


@pytest.mark.parametrize(
    ("tool", "given", "agent", "decision"),
    [
        ("EnterPlanMode", {}, None, "deny"),
        ("Workflow", {"script": "x"}, None, "ask"),
        ("SendMessage", {"to": "a9", "message": "go on"}, None, "ask"),
        ("CronCreate", {"prompt": "x"}, None, "ask"),
        ("ScheduleWakeup", {"delay": 60}, None, "ask"),
        ("EnterWorktree", {}, None, "ask"),
        ("Skill", {"skill": "x"}, None, "ask"),
        ("Skill", {"skill": "x"}, "a1", ""),
        ("Monitor", {"command": "kubectl get pods -w"}, None, "ask"),
        ("Monitor", {"command": "rm -rf .incident-response"}, None, "deny"),
        ("Agent", {"subagent_type": "general-purpose", "prompt": "fix it"}, None, "ask"),
        ("Agent", {"subagent_type": "general-purpose", "prompt": "grep"}, "a1", ""),
        ("Agent", {"subagent_type": "Explore", "prompt": "look"}, "a1", "ask"),
        ("Agent", {"subagent_type": "incident-response:debugger", "prompt": "x"}, None, "deny"),
        ("Write", {"file_path": "src/app.py", "content": "x"}, "a1", "deny"),
        ("Write", {"file_path": "src/app.py", "content": "x"}, None, "ask"),
        ("Edit", {"file_path": ".claude/settings.json"}, None, "deny"),
        ("Write", {"file_path": "~/.claude.json"}, None, "deny"),
        ("Write", {"file_path": "/etc/claude-code/managed-settings.json"}, "a1", "deny"),
        ("Write", {"file_path": "/tmp/parse.py"}, "a1", ""),  # noqa: S108 - nothing is written
        ("Write", {"file_path": ".incident-response/scratch/parse.py"}, "a1", ""),
        ("Write", {"file_path": ".incident-response/state.json"}, "a1", "deny"),
        ("Write", {"file_path": ".incident-response/04-debugging.md"}, "a1", "allow"),
        ("Write", {"file_path": ".incident-response/04-debugging.md"}, None, "deny"),
        ("Write", {"file_path": ".incident-response/05a-security.md"}, "a1", "deny"),
        ("NotebookEdit", {"notebook_path": ".incident-response/x.ipynb"}, "a1", "deny"),
        ("mcp__k8s__get_pods", {"namespace": "prod"}, "a1", ""),
        ("mcp__grafana__query_prometheus", {"expr": "up"}, "a1", ""),
        ("mcp__k8s__delete_pod", {"name": "x"}, "a1", "ask"),
        ("mcp__db__query", {"sql": "DELETE FROM users"}, "a1", "ask"),
        ("mcp__db__query", {"sql": "select 1"}, "a1", ""),
        ("mcp__x__frobnicate", {}, "a1", "ask"),
        ("mcp__fs__write_file", {"path": ".incident-response/state.json"}, "a1", "deny"),
        ("mcp__fs__read_file", {"path": ".incident-response/01-classification.md"}, "a1", ""),
        ("Read", {"file_path": ".incident-response/state.json"}, "a1", ""),
        ("WebFetch", {"url": "https://status.example.com"}, "a1", ""),
        ("TodoWrite", {"todos": [{"content": "look at .incident-response/"}]}, None, ""),
    ],
)
def test_a_tool_in_an_investigating_step(
    gate: Gate, tool: str, given: dict[str, Any], agent: str | None, decision: str
) -> None:
    """Other work is asked about, the record is refused, reading is free."""
    if "file_path" in given:
        path = gate.project / Path(given["file_path"]).expanduser()
        given = {**given, "file_path": str(path)}
    assert gate.at(4).asks(tool, given, agent=agent)[0] == decision


def test_another_session_works_as_ever(gate: Gate) -> None:
    """Order, investigation and plan mode are the owner's business."""
    calls = [
        ("EnterPlanMode", {}),
        ("Agent", {"subagent_type": "general-purpose", "prompt": "build it"}),
        ("Write", {"file_path": str(gate.project / "src" / "x.py"), "content": "x"}),
        ("Bash", {"command": "git commit -am x"}),
        ("mcp__k8s__delete_pod", {"name": "x"}),
    ]
    gate.at(4)
    said = [gate.asks(tool, given, agent=None, session="s2")[0] for tool, given in calls]
    assert said == [""] * len(calls)


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("Bash", {"command": "kubectl get pods | grep x"}),
        ("Bash", {"command": "git commit -am x"}),
        ("Write", {"file_path": "/tmp/x", "content": "x"}),  # noqa: S108 - nothing is written
        ("Read", {"file_path": "x"}),
        ("mcp__k8s__get_pods", {}),
        ("EnterPlanMode", {}),
        ("SendMessage", {"to": "x"}),
    ],
)
def test_a_gate_imports_the_standard_library_alone(
    gate: Gate, tool: str, given: dict[str, Any]
) -> None:
    """What decides without writing the state needs no package."""
    gate.at(4)
    payload = {
        "hook_event_name": "PreToolUse",
        "tool_name": tool,
        "tool_input": given,
        "session_id": "s1",
        "cwd": str(gate.project),
        "transcript_path": "/nonexistent.jsonl",
    }
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import json; before = set(sys.modules)\n"
        "from incident_state.hooks import respond\nrespond(json.loads(sys.argv[2]))\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(ROOT), json.dumps(payload)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "['incident_state']"


def test_who_allows_the_deployment_sees_the_fix_and_the_way_back(gate: Gate) -> None:
    """In step 8, the first line of each, as the fix's document has it; not in another step."""
    fix = gate.project / ".incident-response" / "06-fix.md"
    fix.write_text(
        "## FIX_IMPLEMENTATION\n\nThe pool's limit from 50 to 80.\n\nMore.\n\n"
        "## ROLLBACK_PROCEDURES\n\n`kubectl rollout undo deploy/checkout`, two minutes\n",
        encoding="utf-8",
    )
    line = {"command": "kubectl apply -f deploy.yml"}
    decided, why = gate.at(8).asks("Bash", line)
    assert decided == "ask"
    assert why.startswith(
        "This changes production: kubectl apply -f deploy.yml. The fix: The pool's limit from 50 "
        "to 80. The way back: kubectl rollout undo deploy/checkout, two minutes. Once "
    )
    fix.unlink()
    assert "The fix: unknown. The way back: unknown. " in gate.at(8).asks("Bash", line)[1]
    assert "The fix" not in gate.at(3).asks("Bash", line)[1]
