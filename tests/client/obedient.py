"""The scripted model: it reads what it was told and does it, and holds no copy of the workflow."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.client.scripted_api import ApiError, Held, Reply, Request, ToolUse, reply

Answer = Reply | ApiError | Held
# What an agent does instead of its work: given its request and brief, an answer, or None to work.
Whim = Callable[[Request, "Brief"], Answer | None]

SAMPLES = Path(__file__).resolve().parent.parent / "sample_incident"
TOOLS = ("Agent", "Bash", "AskUserQuestion")
_CALL = re.compile(rf"^(?P<then>Then: )?(?P<tool>{'|'.join(TOOLS)}) (?P<input>\{{.*\}})$", re.M)
_PATH = re.compile(r"^Write the document to (?P<path>.+)$", re.M)
_COMMENT = re.compile(r"^<!-- incident-response: .* -->$", re.M)
_READ = re.compile(r"^- (?P<path>/\S+\.md)$", re.M)
_SENT_BACK = re.compile(r"is not valid: .*")
_COMMAND = re.compile(r"Run this and do exactly what it prints: (?P<command>.+)$", re.M)


@dataclass(frozen=True)
class Brief:
    """What a step's agent must know of its brief: where to write, the comment, the sections."""

    text: str
    path: Path
    comment: str
    sections: tuple[str, ...]

    @property
    def step(self) -> str:
        """The step's number, or `rollback`, as the comment gives it."""
        return self.comment.split(" step ")[1].split()[0]

    @property
    def attempt(self) -> int:
        """The attempt, as the comment gives it."""
        return int(self.comment.split(" attempt ")[1].split()[0])


def read_brief(text: str) -> Brief | None:
    """The brief in that text; None if there is none."""
    path, comments = _PATH.search(text), _COMMENT.findall(text)
    if path is None or not comments:
        return None
    shape = text[text.index(comments[-1]) :]
    sections = tuple(re.findall(r"^## (.+)$", shape, re.M))
    return Brief(text, Path(path["path"]), comments[-1], sections)


def sample(name: str) -> dict[str, str]:
    """The sections of the sample incident's document of that name."""
    parts = re.split(r"^## (.+)$", (SAMPLES / name).read_text(encoding="utf-8"), flags=re.M)
    return {title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def document(brief: Brief, sections: Mapping[str, str]) -> str:
    """The document that the brief asks for, from those sections."""
    parts = [f"{brief.comment}\n# {brief.path.stem}"]
    parts += [f"## {name}\n\n{sections.get(name, 'unknown')}" for name in brief.sections]
    return "\n\n".join(parts) + "\n"


@dataclass
class Obedient:
    """A brain for the scripted API: an orchestrator and its agents that do as they are told."""

    whims: dict[str, Whim] = field(default_factory=dict)
    documents: Callable[[Brief], str] = lambda brief: document(brief, sample(brief.path.name))
    user_says: Callable[[str], str] = lambda _: "as you wish"
    briefs: list[Brief] = field(default_factory=list)
    unread: list[Request] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Answer:
        """The model's next message."""
        if request.is_side_call:
            return reply("Incident")
        if request.is_orchestrator:
            return self.lead(request)
        return self.work(request)

    # -- the orchestrator ---------------------------------------------------------------------

    def lead(self, request: Request) -> Answer:
        """Do what the newest words of the helper say."""
        told = "\n".join([*request.last_tool_results, *request.last_user_texts])
        calls = [
            (bool(m["then"]), ToolUse(m["tool"], self.filled(m["tool"], m["input"], told)))
            for m in _CALL.finditer(_newest(told))
        ]
        now = [call for later, call in calls if not later]
        if now:
            launches = [call for call in now if call.name == "Agent"]
            return reply("Going on.", *(launches or now[:1]))
        return self.after(request, told)

    def after(self, request: Request, told: str) -> Answer:
        """An agent reported: run what was announced for then, one by one."""
        due = self.announced(request)
        reported = "tool_result" in json.dumps(request.news) or "<task-notification>" in told
        if due and (reported or "agent-message" in told):
            return reply(due[0])
        self.unread.append(request)
        return reply("Waiting.")

    def announced(self, request: Request) -> list[ToolUse]:
        """The `Then:` calls of the newest launch that were not made yet."""
        announced: list[ToolUse] = []
        done: list[str] = []
        for message in request.messages:
            content = message["content"]
            if message["role"] == "assistant" and isinstance(content, list):
                done += [
                    json.dumps(block["input"]) for block in content if block["type"] == "tool_use"
                ]
            elif then := [m for m in _CALL.finditer(_newest(_text(content))) if m["then"]]:
                announced, done = [ToolUse(m["tool"], json.loads(m["input"])) for m in then], []
        return [call for call in announced if json.dumps(call.input) not in done]

    def filled(self, tool: str, text: str, told: str) -> dict[str, Any]:
        """The input with what stands in `<…>` replaced."""
        given: dict[str, Any] = json.loads(text)
        if tool == "Bash":
            command = given["command"]
            for place in re.findall(r"<[a-zA-Z][^<>\n']*>", command):
                command = command.replace(place, self.words(place, told))
            given["command"] = command
        return given

    def words(self, place: str, told: str) -> str:
        """What the model writes in that place."""
        if "synthesis" in place:
            return (SAMPLES / "synthesis.md").read_text(encoding="utf-8").strip()
        return self.user_says(place)

    # -- agents -------------------------------------------------------------------------------

    def work(self, request: Request) -> Answer:
        """Read the brief and the documents that it names, write the document, report."""
        told = "\n".join([request.first_user_text, *request.last_tool_results])
        brief = read_brief(told) or self._known(request)
        if brief is None:
            command = _COMMAND.search(request.first_user_text)
            return reply(ToolUse("Bash", {"command": command["command"]})) if command else reply("?")
        with self._lock:
            if all(known.comment != brief.comment for known in self.briefs):
                self.briefs.append(brief)
        if whim := self.whims.get(brief.step):
            answer = whim(request, brief)
            if answer is not None:
                return answer
        return self.do(request, brief)

    def do(self, request: Request, brief: Brief) -> Answer:
        """The agent's work: read one document, write its own, mend it if sent back, report."""
        calls = [c["name"] for c in _calls(request)]
        sources = _READ.findall(brief.text)
        if sources and "Read" not in calls:
            return reply(ToolUse("Read", {"file_path": sources[0]}))
        news = "\n".join(request.last_user_texts + request.last_tool_results)
        if "Write" not in calls or (_SENT_BACK.search(news) and calls.count("Write") < 2):
            content = self.documents(brief)
            return reply(ToolUse("Write", {"file_path": str(brief.path), "content": content}))
        return self.report(request, "The document is written.")

    def report(self, request: Request, text: str) -> Answer:
        """The agent's last word, by the way that the client wants."""
        if "SubagentHandback" in request.tools:
            if any(c["name"] == "SubagentHandback" for c in _calls(request)[-1:]):
                return reply("Done.")
            return reply(ToolUse("SubagentHandback", {"message": text}))
        return reply(text)

    def _known(self, request: Request) -> Brief | None:
        return next(
            (b for r in reversed(request.messages) if (b := read_brief(_text(r["content"])))), None
        )


def _newest(text: str) -> str:
    """The helper's newest words in the text: from the last line that no call precedes."""
    return text


def _calls(request: Request) -> list[dict[str, Any]]:
    """The tool calls that the conversation made so far."""
    return [
        block
        for message in request.messages
        if message["role"] == "assistant" and isinstance(message["content"], list)
        for block in message["content"]
        if block["type"] == "tool_use"
    ]


def _text(content: object) -> str:
    """All text in a message's content, tool results included."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [b.get("text") or _text(b.get("content") or "") for b in content]
        return "\n".join(parts)
    return ""
