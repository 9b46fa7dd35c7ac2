"""One headless session of the client, driven through the Agent SDK from ordinary threads."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
import time
from asyncio.base_subprocess import BaseSubprocessTransport
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from claude_agent_sdk import (
    AssistantMessage,
    ClaudeAgentOptions,
    ClaudeSDKClient,
    ClaudeSDKError,
    Message,
    PermissionResultAllow,
    PermissionResultDeny,
    ResultMessage,
    SystemMessage,
    TextBlock,
    ToolPermissionContext,
)

from tests.support.patience import HANG

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from tests.support.client.environment import Sandbox

Json: TypeAlias = dict[str, Any]
T = TypeVar("T")

# What the person at the keyboard answers: question to label or free text; None turns it away.
Answerer: TypeAlias = Callable[[Json], dict[str, str] | None]


@dataclass(frozen=True)
class Asked:
    """A permission that the client asked the host for, and whether the host gave it."""

    tool: str
    input: Json
    agent_id: str | None
    reason: str | None
    allowed: bool


Permitter: TypeAlias = Callable[[str, Json], bool]


def choose(label: str) -> Answerer:
    """Answer every question with this label, or with this free text."""
    return lambda asked: {question["question"]: label for question in asked["questions"]}


def _nobody(_: Json) -> None:
    """Turn a question away."""


def _never(_tool: str, _input: Json) -> bool:
    """Refuse every permission."""
    return False


@dataclass
class Headless:
    """A session; a context manager that starts the client on entry and ends it on exit."""

    sandbox: Sandbox
    plugin: Path
    answer: Answerer = _nobody
    permit: Permitter = _never
    options: Json = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    questions: list[Json] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Prepare the thread that the SDK lives in."""
        self._changed = threading.Condition()
        self._ended = False
        self._failure: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="client")
        self._client: ClaudeSDKClient | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self.wait_until(lambda: self._client is not None or self._ended, timeout=HANG)
        if self._failure:
            raise self._failure
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if not self._ended:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def prompt(self, text: str, timeout: float = HANG) -> list[Message]:
        """Send a user's message, wait for the turn's result, return what came meanwhile."""
        start, turns = len(self.messages), self.turns
        self.send(text)
        self.wait_until(lambda: self.turns > turns or self._ended, timeout)
        return self.messages[start:]

    def send(self, text: str) -> None:
        """Send a user's message without waiting."""
        self._call(self._sdk().query(text))

    def interrupt(self) -> None:
        """Interrupt the turn, as a host does for Escape."""
        self._call(self._sdk().interrupt())

    def stop_task(self, task_id: str) -> None:
        """Stop a background agent, as a host does for its user."""
        self._call(self._sdk().stop_task(task_id))

    def kill(self) -> None:
        """Kill the client's process with SIGKILL and wait for the session's end."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait_until(lambda: self._ended, timeout=HANG)

    def wait_until(self, holds: Callable[[], bool], timeout: float = HANG) -> None:
        """Wait until the condition holds; TimeoutError, with the last messages, if it does not."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not holds():
                if time.monotonic() > deadline:
                    told = "\n".join(repr(message) for message in self.messages[-5:])
                    stderr = "\n".join(self.stderr[-20:])
                    raise TimeoutError(f"waited {timeout} s\n{told}\n{stderr}")
                self._changed.wait(0.05)

    @property
    def pid(self) -> int:
        """The process id of the client that was started last in this sandbox."""
        return int(self.sandbox.pid_file.read_text())

    @property
    def ended(self) -> bool:
        """Whether the client's process is gone."""
        return self._ended

    @property
    def turns(self) -> int:
        """How many turns have ended."""
        return sum(isinstance(message, ResultMessage) for message in list(self.messages))

    @property
    def session_id(self) -> str:
        """The client's id of this session, known after its first turn began."""
        for message in reversed(self.messages):
            if isinstance(message, SystemMessage) and message.subtype == "init":
                return str(message.data["session_id"])
        raise LookupError("the session has not begun")

    @property
    def texts(self) -> list[str]:
        """The assistant's texts so far, those of subagents left out."""
        return [
            block.text
            for message in list(self.messages)
            if isinstance(message, AssistantMessage) and message.parent_tool_use_id is None
            for block in message.content
            if isinstance(block, TextBlock)
        ]

    @property
    def notices(self) -> list[str]:
        """What the client itself told the user, such as a hook's refusal."""
        return [
            str(message.data.get("content", ""))
            for message in list(self.messages)
            if isinstance(message, SystemMessage) and message.subtype == "informational"
        ]

    def _sdk(self) -> ClaudeSDKClient:
        """Return the connected client."""
        if self._client is None:
            raise RuntimeError("the session has not started")
        return self._client

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the SDK's thread and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=HANG)

    def _run(self) -> None:
        """Live in the thread until the session ends."""
        try:
            self._loop.run_until_complete(self._session())
        except BaseException as error:  # noqa: BLE001 - __enter__ raises it in the test's thread
            self._failure = error
        finally:
            self._close_pipes()
            self._loop.close()
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _close_pipes(self) -> None:
        """Close what a killed client left open: its own children may still hold the other ends."""
        for each in gc.get_objects():
            if isinstance(each, BaseSubprocessTransport) and each._loop is self._loop:  # noqa: SLF001 - no public name says whose it is
                each.close()
        self._loop.run_until_complete(asyncio.sleep(0))

    async def _session(self) -> None:
        """Connect, collect messages until told to stop or the client ends, disconnect."""
        options = ClaudeAgentOptions(
            **{
                "cwd": self.sandbox.project,
                "cli_path": self.sandbox.launcher,
                "plugins": [{"type": "local", "path": str(self.plugin)}],
                "can_use_tool": self._can_use_tool,
                "setting_sources": ["project"],
                "stderr": self.stderr.append,
                "max_buffer_size": 16 * 1024 * 1024,
                **self.options,
            }
        )
        async with ClaudeSDKClient(options) as client:
            self._client = client
            stop = asyncio.ensure_future(self._stop.wait())
            read = asyncio.ensure_future(self._collect(client))
            await asyncio.wait((stop, read), return_when=asyncio.FIRST_COMPLETED)
            for task in (stop, read):
                task.cancel()
            await asyncio.gather(stop, read, return_exceptions=True)

    async def _collect(self, client: ClaudeSDKClient) -> None:
        """Gather messages; a killed client is an end like another."""
        with suppress(ClaudeSDKError):
            async for message in client.receive_messages():
                with self._changed:
                    self.messages.append(message)
                    self._changed.notify_all()

    async def _can_use_tool(
        self, tool: str, asked: Json, context: ToolPermissionContext
    ) -> PermissionResultAllow | PermissionResultDeny:
        """Answer a question as the person would; give or refuse another permission."""
        if tool == "AskUserQuestion":
            self.questions.append(asked)
            answers = await asyncio.to_thread(self.answer, asked)
            if answers is None:
                return PermissionResultDeny(message="The user declined to answer.")
            return PermissionResultAllow(updated_input={**asked, "answers": answers})
        allowed = self.permit(tool, asked)
        record = Asked(tool, asked, context.agent_id, context.decision_reason, allowed)
        self.asked.append(record)
        if allowed:
            return PermissionResultAllow(updated_input=asked)
        return PermissionResultDeny(message="The user refused.")
