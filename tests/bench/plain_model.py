"""A model that follows the plain prompt to the letter, and types all that it asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.client import sample
from tests.support.client.messages import Answer, Reply, Request, ToolUse, reply

PLUGIN = Path(__file__).resolve().parent / "plain"
_COMMAND = PLUGIN / "commands" / "incident-plain.md"
_STEP = re.compile(r"^> (Step (\d+): .*)\n>\n> What is known: (.*)$", re.MULTILINE)
_WRITES = re.compile(r"Write the report to `\.incident-plain/(.*)`")
_FILE = re.compile(r"\{([\w.-]+)\}")
_INVESTIGATION = "05-investigation.md"
CHECKPOINTS = {3: 1, 6: 2, 8: 3}  # after which step which one is
BESIDE = (5, 6)  # launched in one message


class Plain:
    """The brain; `documents` are what the agents report, document to section to text."""

    def __init__(self, documents: Mapping[str, Mapping[str, str]], folder: Path) -> None:
        """Take the documents and the folder that the prompt has them written to."""
        self._folder = folder
        self._texts = {name: _text(sections) for name, sections in documents.items()}
        parts = [
            self._texts[f"{n}.md"] for n in ("04-debugging", "05a-security", "05b-performance")
        ]
        self._texts[_INVESTIGATION] = "\n\n".join([*parts, sample.synthesis()])
        command = _COMMAND.read_text(encoding="utf-8")
        self._prompts = {int(n): (text, known) for text, n, known in _STEP.findall(command)}
        self._writes = dict(enumerate(_WRITES.findall(command), 1))
        self._replies = self._orchestrator()

    def __call__(self, request: Request) -> Answer:
        """Answer one request of the client."""
        if request.is_side_call:
            return reply("Incident")
        if request.is_subagent:
            steps = re.findall(r"Step (\d+): ", request.first_user_text)
            return reply(self._texts[self._writes[int(steps[0])]])
        return next(self._replies)

    def _orchestrator(self) -> Iterator[Reply]:
        state = self._state(0)
        yield reply(self._write("state.json", state))
        for step in self._prompts:
            if step != BESIDE[1]:
                both = BESIDE if step == BESIDE[0] else (step,)
                yield reply(*map(self._agent, both))
            yield reply(self._write(self._writes[step], self._texts[self._writes[step]]))
            new = self._state(step)
            change = {"old_string": state, "new_string": new}
            yield reply(ToolUse("Edit", {"file_path": self._path("state.json"), **change}))
            state = new
            if step == BESIDE[1]:
                yield reply(self._write(_INVESTIGATION, self._texts[_INVESTIGATION]))
            if step in CHECKPOINTS:
                yield reply(self._question(CHECKPOINTS[step]))
        yield reply("The incident is complete; the documents are in .incident-plain/.")

    def _agent(self, step: int) -> ToolUse:
        text, known = self._prompts[step]
        prompt = f"{text}\n\nWhat is known: {_FILE.sub(self._inserted, known)}"
        given = {"subagent_type": "general-purpose", "description": f"Step {step}"}
        return ToolUse("Agent", {**given, "prompt": prompt, "run_in_background": False})

    def _inserted(self, file: re.Match[str]) -> str:
        return self._texts[file[1]] if file[1] != "07-rollback.md" else ""

    def _write(self, name: str, text: str) -> ToolUse:
        return ToolUse("Write", {"file_path": self._path(name), "content": text})

    def _path(self, name: str) -> str:
        return str(self._folder / ".incident-plain" / name)

    def _state(self, done: int) -> str:
        nine = {
            "incident": sample.description(),
            "status": "in_progress" if done < len(self._writes) else "complete",
            "severity": "P0",
            "current_step": done + 1,
            "current_phase": 1 + sum(step <= done for step in CHECKPOINTS),
            "completed_steps": list(range(1, done + 1)),
            "files_created": [self._writes[step] for step in range(1, done + 1)],
            "started_at": "2026-07-02T13:42:00Z",
            "last_updated": f"2026-07-02T15:{done:02}:00Z",
        }
        return json.dumps(nine, indent=1)

    def _question(self, number: int) -> ToolUse:
        options = [
            {"label": label, "description": f"{label} at checkpoint {number}"}
            for label in ("Approve", "Request changes", "Pause")
        ]
        question = "\n".join(text[:600] for text in list(self._texts.values())[: 3 * number])
        asked = {"question": question, "header": f"Checkpoint {number}", "multiSelect": False}
        return ToolUse("AskUserQuestion", {"questions": [{**asked, "options": options}]})


def _text(sections: Mapping[str, str]) -> str:
    parts = [f"## {name}\n\n{text}" if name else text for name, text in sections.items()]
    return "\n\n".join(parts) + "\n"
