"""A whole incident in the real client: from the typed command to the finished postmortem."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.client import sample
from tests.support.client.incident import Incident, prompt_of
from tests.support.client.messages import Answer, Reply, Request, ToolUse
from tests.support.client.obedient import Idle, Obedient
from tests.support.transitions.table import FILES, PLACES
from tests.support.workbench import NINE, papers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.client.conversation import Conversation

pytestmark = pytest.mark.xdist_group("whole run")

AGENTS = {
    "1": "incident-response:incident-responder",
    "2": "general-purpose",
    "3": "incident-response:incident-responder",
    "4": "incident-response:debugger",
    "5": "general-purpose",
    "6": "general-purpose",
    "7": "general-purpose",
    "8": "incident-response:devops-troubleshooter",
    "9": "general-purpose",
    "10": "incident-response:incident-responder",
    "11": "general-purpose",
    "12": "general-purpose",
    "13": "general-purpose",
}
PLACE_AFTER = {
    "complete 1": "2",
    "complete 2": "3",
    "complete 3": "cp1",
    "complete 4": "5",
    "complete 5": "5 done",
    "complete 6": "both done",
    "consolidate": "cp2",
    "complete 7": "8",
    "complete 8": "cp3",
    "complete 9": "10",
    "complete 10": "11",
    "complete 11": "12",
    "complete 12": "13",
    "complete 13": "end",
}
# The team's own hook, beside the plugin's: it keeps what each command left in state.json.
KEEP = (
    """n=$(date +%s%N); cat > ../kept/$n.call; cp .incident-response/state.json ../kept/$n.state"""
)


class Compared(Obedient):
    """A model that sets each agent's prompt against what the helper prints as the step's brief."""

    run: Incident
    briefs: dict[str, tuple[str, str]]

    def agent(self, request: Request, talk: Conversation) -> Answer:
        """Compare at the agent's first request, while its step is in flight."""
        if not talk.calls:
            prompt = prompt_of(request)
            (step,) = re.findall(r"^<!-- incident-response: \S+ step (\S+) ", prompt, re.MULTILINE)
            self.briefs[step] = (prompt, self.run.bench.run("brief", step).out)
        return super().agent(request, talk)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Incident]:
    """Lead the sample incident to its end, everything approved."""
    root = tmp_path_factory.mktemp("whole-run")
    model = Compared(sample.documents(), fillings={"your synthesis": sample.synthesis()})
    with Incident(root, answers=["Approve"] * 3, model=model).serving() as run:
        model.run, model.briefs = run, {}
        hook = {"hooks": [{"type": "command", "command": KEEP}], "matcher": "Bash"}
        (root / "kept").mkdir()
        (run.sandbox.project / ".claude").mkdir()
        settings = run.sandbox.project / ".claude" / "settings.json"
        settings.write_text(json.dumps({"hooks": {"PostToolUse": [hook]}}))
        run.type(f'/incident-response "{sample.description()}" --severity P0')
        run.leaves()
        yield run


@pytest.fixture(scope="module")
def kept(run: Incident) -> dict[str, dict[str, Any]]:
    """What each command of the workflow left in state.json, in order."""
    found = {}
    for call in sorted((run.sandbox.root / "kept").glob("*.call")):
        command = json.loads(call.read_text())["tool_input"]["command"]
        (name,) = re.findall(r" (complete \d+|consolidate) ", command)
        found[name] = json.loads(call.with_suffix(".state").read_text())
    return found


def test_every_step_leaves_the_nine_fields_right(
    run: Incident, kept: dict[str, dict[str, Any]]
) -> None:
    """After each step state.json says where the incident stands."""
    expected = {}
    for command, place in PLACE_AFTER.items():
        step, phase, done, files = PLACES[place]
        expected[command] = {
            "incident": sample.description(),
            "status": "complete" if step == "complete" else "in_progress",
            "severity": "P0",
            "current_step": step,
            "current_phase": phase,
            "completed_steps": [int(number) for number in done.split()],
            "files_created": [FILES[key] for key in files.split()],
            "started_at": run["started_at"],
        }
    told = {
        command: {name: state[name] for name in NINE if name != "last_updated"}
        for command, state in kept.items()
    }
    assert told == expected
    times = [state["last_updated"] for state in kept.values()]
    assert times == sorted(set(times))
    assert all(list(state)[:9] == list(NINE) for state in kept.values())


def test_every_document_is_there_whole(run: Incident) -> None:
    """Each step's document begins with its comment and holds its sections as they were written."""
    written = sample.documents()
    incident_id = run["incident_id"]
    for step, paper in papers().items():
        if step == "rollback":
            continue
        text = run.document(paper.writes)
        assert text.startswith(f"<!-- incident-response: {incident_id} step {step} attempt 1 -->\n")
        for section in paper.sections:
            assert f"## {section}\n\n{written[paper.writes][section]}\n" in text
    assert run.documents == sorted(set(FILES.values()) - {"07-rollback.md"})


def test_the_investigation_is_combined_by_code(run: Incident) -> None:
    """05-investigation.md holds 04, 05a and 05b a level down, and the synthesis."""
    text = run.document("05-investigation.md")
    assert text.startswith(f"# Investigation: {sample.description()}\n")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "Root Cause (from debugging)",
        "Security Assessment",
        "Performance Analysis",
        "Combined Findings",
    ]
    assert f"### ROOT_CAUSE\n\n{sample.documents()['04-debugging.md']['ROOT_CAUSE']}\n" in text
    assert text.endswith(f"## Combined Findings\n\n{sample.synthesis()}\n")
    assert "<!--" not in text


def test_every_agent_is_launched_with_its_brief(run: Incident) -> None:
    """An agent's prompt is what the helper prints as the step's brief, to the letter."""
    model = run.model
    assert isinstance(model, Compared)
    assert sorted(model.briefs, key=int) == list(AGENTS)
    for prompt, brief in model.briefs.values():
        assert prompt.strip() == brief.strip()


def test_every_step_has_the_agent_that_the_workflow_names(run: Incident) -> None:
    """One agent a step, each of the right type."""
    numbers = [re.findall(r" step (\S+) attempt 1 ", agent.prompt)[0] for agent in run.agents]
    types = [run.agent_type(agent) for agent in run.agents]
    assert dict(zip(numbers, types, strict=True)) == AGENTS


def test_security_and_performance_run_at_once(run: Incident) -> None:
    """Steps 5 and 6 are launched in one message, and both are at work before either ends."""
    replies = [each.answer for each in run.api.exchanges if each.request.is_orchestrator]
    launches = [
        [block.input["prompt"] for block in answer.blocks if isinstance(block, ToolUse)]
        for answer in replies
        if isinstance(answer, Reply) and "Agent" in map(_name, answer.blocks)
    ]
    assert [len(prompts) for prompts in launches] == [1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1]
    assert launches[4] == ["Incident step 5", "Incident step 6"]
    kinds = [e["kind"] for e in run["timeline"] if e.get("step") in {5, 6}]
    assert kinds == ["launched"] * 2 + ["agent-started"] * 2 + ["agent-ended"] * 2 + (
        ["completed"] * 2
    )


def test_a_person_decides_three_times(run: Incident) -> None:
    """Each checkpoint is asked once, with what it shows, and nothing else is asked."""
    assert [question.labels for question in run.questions] == [
        ("Approve", "Request changes", "Pause", "Close"),
        ("Approve", "Request changes", "Pause", "Close"),
        ("Approve", "Rollback", "Check again", "Pause"),
    ]
    first, second, third = (question.text for question in run.questions)
    for shown, labels in (
        (first, ("Severity: P0", "Affected services:", "Mitigation status:", "User impact")),
        (
            second,
            (
                "05-investigation.md",
                "Root cause:",
                "Confidence: confirmed",
                "Security concerns:",
                "Performance",
            ),
        ),
        (third, ("Deployment status:", "Service health:", "Rollback ready: Yes")),
    ):
        assert [label for label in labels if label not in shown] == []
    decided = [line for line in run.timeline if ": Checkpoint" in line]
    assert decided == [f"person: Checkpoint {number}: Approve" for number in (1, 2, 3)]


def test_documents_travel_by_path(run: Incident) -> None:
    """The main conversation neither holds nor types a document, and stays small."""
    last = run.requests[-1]
    heard = json.dumps(last.messages, ensure_ascii=False)
    for name in run.documents:
        lines = {line for line in run.document(name).splitlines() if len(line) > 60}
        held = {line for line in lines if json.dumps(line, ensure_ascii=False)[1:-1] in heard}
        # Of three documents a section is printed for the synthesis; that is the most there is.
        assert len(held) <= len(lines) / 2, (name, held)
    typed = sum(
        each.answer.size
        for each in run.api.exchanges
        if each.request.is_orchestrator and isinstance(each.answer, Reply)
    )
    assert typed < 10_000
    assert last.size < run.requests[0].size + 40_000


def test_the_end_shows_what_there_is_and_what_follows(run: Incident) -> None:
    """The user is shown the incident, each document by its path, follow-ups and criteria."""
    shown = run.sessions[0].texts[-1]
    assert sample.description() in shown
    for name in run.documents:
        assert str(run.bench.session_folder / name) in shown
    for words in ("24 hours", "action item", "within a week", "hardening", "learning session"):
        assert words in shown
    assert "SLA" in shown
    assert not (run.bench.session_folder / "open").exists()


@pytest.mark.system
def test_the_long_name_does_the_same(incident: Callable[..., Incident]) -> None:
    """The command's full name begins an incident too; a model that rests is told to go on."""
    run = incident(model=Idle(before="Incident step 2"))
    run.type('/incident-response:incident-response "Search is slow" --severity=p2')
    nine = run.bench.nine()
    assert (nine["incident"], nine["severity"], nine["current_step"]) == ("Search is slow", "P0", 2)
    assert ", severity P2." in run.agents[0].prompt
    assert run.documents == ["01-classification.md"]
    assert "The incident is not done." in run.told


def _name(block: str | ToolUse) -> str:
    return block.name if isinstance(block, ToolUse) else ""


def test_the_record_of_a_whole_run_holds_together(run: Incident) -> None:
    """`verify` finds each document as it was accepted, each answer in the transcript."""
    result = run.bench.run("verify", "--json")
    found = json.loads(result.out)
    assert (result.code, found["wrong"], found["untold"]) == (0, [], [])
    assert found["compared"] == len(FILES) - 1 + 13 + 3 + 3
