"""What goes between client and scripted model: a request with its conversation, and answers."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class ToolUse:
    """One tool call that the scripted model makes."""

    name: str
    input: Json


@dataclass(frozen=True)
class Reply:
    """A model's message: texts and tool uses in order; it stops for the tools if there is one."""

    blocks: tuple[str | ToolUse, ...]

    @property
    def size(self) -> int:
        """The bytes of text and tool input that the model generated."""
        texts = (b if isinstance(b, str) else json.dumps(b.input) for b in self.blocks)
        return sum(len(text.encode()) for text in texts)


@dataclass(frozen=True)
class ApiError:
    """An HTTP error in the API's form; without `retry` the client is told not to try again."""

    status: int = 400
    kind: str = "invalid_request_error"
    message: str = "scripted error"
    retry: bool = False


@dataclass(frozen=True)
class Held:
    """An answer kept back until `release` is set, so that a test can act meanwhile."""

    release: threading.Event
    then: Reply | ApiError


Answer: TypeAlias = Reply | ApiError | Held


def reply(*blocks: str | ToolUse) -> Reply:
    """Make the message that consists of these texts and tool uses."""
    return Reply(blocks)


@dataclass(frozen=True)
class Request:
    """What the client asked the model: the parsed body of one POST /v1/messages."""

    body: Json
    size: int
    headers: dict[str, str] = field(default_factory=dict)

    @cached_property
    def tools(self) -> tuple[str, ...]:
        """The names of the tools on offer."""
        return tuple(tool["name"] for tool in self.body.get("tools") or ())

    @property
    def messages(self) -> list[Json]:
        """The conversation so far, as the client sent it."""
        return list(self.body["messages"])

    @property
    def agent_id(self) -> str | None:
        """The subagent that asks, None for the main conversation."""
        return self.headers.get("x-claude-code-agent-id")

    @property
    def is_orchestrator(self) -> bool:
        """Whether the main conversation asks."""
        return bool(self.tools) and self.agent_id is None

    @property
    def is_side_call(self) -> bool:
        """Whether the client asks for itself: a title, a summary, a safety check."""
        return not self.tools

    @property
    def is_subagent(self) -> bool:
        """Whether a subagent asks."""
        return bool(self.tools) and self.agent_id is not None

    @cached_property
    def system(self) -> str:
        """The system prompt as one text."""
        return "\n".join(texts_of(self.body.get("system") or ()))

    @cached_property
    def first_user_texts(self) -> list[str]:
        """The text blocks of the first user message; a subagent's prompt is among them."""
        first = next((m for m in self.messages if m["role"] == "user"), None)
        return texts_of(first["content"]) if first else []

    @property
    def first_user_text(self) -> str:
        """The text blocks of the first user message, joined."""
        return "\n".join(self.first_user_texts)

    @cached_property
    def news(self) -> list[Json]:
        """The messages since the model last spoke."""
        spoken = [i for i, m in enumerate(self.messages) if m["role"] == "assistant"]
        return self.messages[spoken[-1] + 1 if spoken else 0 :]

    @cached_property
    def last_tool_results(self) -> list[str]:
        """The texts of the tool results since the model last spoke."""
        blocks = (b for m in self.news if isinstance(m["content"], list) for b in m["content"])
        return [
            "\n".join(texts_of(b.get("content") or ()))
            for b in blocks
            if b["type"] == "tool_result"
        ]

    @cached_property
    def last_user_texts(self) -> list[str]:
        """The text blocks since the model last spoke that are not tool results."""
        return [text for message in self.news for text in texts_of(message["content"])]


def texts_of(content: Any) -> list[str]:  # noqa: ANN401 - the API's content is a text or a list
    """The texts in a message's, a system prompt's or a tool result's content."""
    if isinstance(content, str):
        return [content]
    return [str(block["text"]) for block in content if block.get("type") == "text"]
