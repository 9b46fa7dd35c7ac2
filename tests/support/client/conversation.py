"""A conversation as the client sent it: the calls that were made, and what was said since."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.support.client.messages import Json, Request, texts_of

_LAUNCHED = re.compile(r"\AAsync agent launched.*?^agentId: (\S+)", re.DOTALL | re.MULTILINE)
_NOTIFIED = re.compile(r"<task-notification>\s*<task-id>([^<]+)</task-id>")
_HANDED_BACK = re.compile(r'<agent-message from="([^"]+)">')
_STOPPED = re.compile(r'Background agent "([^"]+)" was stopped')
_FROM_THE_CLIENT = ("<system-reminder>", "<command-message>", "[Request interrupted")
_READING = frozenset({"Read", "Grep", "Glob", "ToolSearch", "WebFetch"})


@dataclass(frozen=True)
class Call:
    """A tool call of the model and its result, empty until it has one."""

    id: str
    name: str
    input: Json
    result: str
    failed: bool

    @property
    def launched(self) -> str | None:
        """The id of the agent that this call started in the background."""
        found = _LAUNCHED.match(self.result)
        return found[1] if self.name == "Agent" and found else None


@dataclass(frozen=True)
class Said:
    """A text that the model was given, and after how many calls of its own."""

    text: str
    after: int
    tool: str
    failed: bool = False

    @property
    def instructs(self) -> bool:
        """Whether the helper or a person may speak here; an agent's report and a file are data."""
        if _is_message(self.text):
            return False
        return self.failed or not (self.tool == "Agent" or self.tool in _READING)

    @property
    def by_person(self) -> bool:
        """Whether a person typed it."""
        return self.tool == "user" and not self.text.startswith(_FROM_THE_CLIENT)


@dataclass(frozen=True)
class Conversation:
    """All calls in order, and all texts in order."""

    calls: tuple[Call, ...]
    said: tuple[Said, ...]
    news: tuple[Said, ...]

    @property
    def ended(self) -> list[Call]:
        """The Agent calls that the news tell the end of."""
        mine = [call for call in self.calls if call.name == "Agent"]
        told = "\n".join(said.text for said in self.news if _is_message(said.text))
        gone = {*_NOTIFIED.findall(told), *_HANDED_BACK.findall(told)}
        stopped = _STOPPED.findall(told)
        fresh = {said.text for said in self.news if said.tool == "Agent"}
        return [
            call
            for call in mine
            if (call.launched is None and call.result in fresh)
            or call.launched in gone
            or (call.launched is not None and call.input.get("description") in stopped)
        ]

    @property
    def awaited(self) -> bool:
        """Whether an agent that was started in the background has not been heard of again."""
        told = "\n".join(said.text for said in self.said if _is_message(said.text))
        names = [call.launched for call in self.calls if call.launched]
        return any(f">{name}<" not in told and f'"{name}"' not in told for name in names)

    @property
    def words(self) -> str | None:
        """What a person typed since the last question was put to them, None if nothing."""
        asked = [i for i, call in enumerate(self.calls) if call.name == "AskUserQuestion"]
        since = asked[-1] + 1 if asked else 0
        typed = [said.text for said in self.said if said.by_person and said.after >= since]
        return typed[-1].strip() if typed else None


def read(request: Request) -> Conversation:
    """Take a request's messages apart."""
    names: dict[str, tuple[str, Json]] = {}
    results: dict[str, tuple[str, bool]] = {}
    said: list[Said] = []
    spoken = 0
    for message in request.messages:
        content = message["content"]
        text_only: list[Json] = [{"type": "text", "text": content}]
        blocks = text_only if isinstance(content, str) else content
        if message["role"] == "assistant":
            spoken = len(said)
            for use in blocks:
                if use["type"] == "tool_use":
                    names[use["id"]] = (use["name"], use["input"])
            continue
        for block in blocks:
            if block["type"] == "tool_result":
                name = names[block["tool_use_id"]][0]
                text = "\n".join(texts_of(block.get("content") or ()))
                failed = bool(block.get("is_error"))
                results[block["tool_use_id"]] = (text, failed)
                said.append(Said(text, len(names), name, failed))
            elif block["type"] == "text":
                said.append(Said(block["text"], len(names), message["role"]))
    calls = []
    for use, (name, given) in names.items():
        text, failed = results.get(use, ("", False))
        calls.append(Call(use, name, given, text, failed))
    return Conversation(tuple(calls), tuple(said), tuple(said[spoken:]))


def _is_message(text: str) -> bool:
    """Whether a text is the client's word about a background agent."""
    return bool(_NOTIFIED.search(text) or _HANDED_BACK.search(text) or _STOPPED.search(text))
