"""A Messages API on 127.0.0.1 whose answers come from a Python callable, the brain."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.support.client.environment import leave_network
from tests.support.client.messages import Answer, ApiError, Held, Json, Reply, Request, ToolUse

if TYPE_CHECKING:
    from typing_extensions import Self

_POLL_SECONDS = 0.02
_GONE = (BrokenPipeError, ConnectionError)

Brain: TypeAlias = Callable[[Request], Answer]


@dataclass(frozen=True)
class Exchange:
    """A request and what it was answered with."""

    request: Request
    answer: Answer


class ScriptedApi:
    """The server; a context manager that listens on a free port from entry to exit."""

    def __init__(self, brain: Brain) -> None:
        leave_network()
        self._brain = brain
        self._lock = threading.Lock()
        self._exchanges: list[Exchange] = []
        self._failures: list[Exception] = []
        self._ids = count(1)
        self.closing = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL_SECONDS,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The base URL for the client."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def exchanges(self) -> list[Exchange]:
        """What was asked and answered so far, in the order of the questions."""
        with self._lock:
            return list(self._exchanges)

    @property
    def requests(self) -> list[Request]:
        """What was asked so far."""
        return [exchange.request for exchange in self.exchanges]

    def check(self) -> None:
        """Raise the first exception that the brain raised, if there was one."""
        with self._lock:
            if self._failures:
                raise self._failures[0]

    def answer(self, request: Request) -> Reply | ApiError:
        """Ask the brain, record the exchange, and wait where the answer is held."""
        try:
            answer = self._brain(request)
        except Exception as error:  # noqa: BLE001 - the test's thread raises it, see check()
            with self._lock:
                self._failures.append(error)
            answer = ApiError(message=f"the scripted brain failed: {error!r}")
        with self._lock:
            self._exchanges.append(Exchange(request, answer))
        if isinstance(answer, Held):
            while not (answer.release.wait(_POLL_SECONDS) or self.closing.is_set()):
                pass
            return answer.then
        return answer

    def next_id(self) -> int:
        """Return a number that no other message or tool use has."""
        return next(self._ids)


class _Server(ThreadingHTTPServer):
    """Hands each connection's thread the scripted API."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, api: ScriptedApi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - inherited
        """Let a killed client be; report what else goes wrong in a connection."""
        if not isinstance(sys.exc_info()[1], _GONE):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Speaks the part of the Messages API that the client uses."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - inherited
        """Keep quiet."""

    def do_HEAD(self) -> None:
        """Answer the client's probe."""
        self._send(200, b"")

    def do_POST(self) -> None:
        """Answer a message or a count of tokens."""
        raw = self.rfile.read(int(self.headers["content-length"]))
        if "count_tokens" in self.path:
            self._send_json(200, {"input_tokens": len(raw) // 4})
            return
        body = json.loads(raw)
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.api.answer(Request(body, len(raw), headers))
        if isinstance(answer, ApiError):
            error = {"type": answer.kind, "message": answer.message}
            retry = "true" if answer.retry else "false"
            self._send_json(answer.status, {"type": "error", "error": error}, retry)
            return
        message = _message(answer, self.server.api, body)
        if body.get("stream"):
            stream = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in message)
            self._send(200, stream.encode(), "text/event-stream")
        else:
            self._send_json(200, _whole(message))

    def _send_json(self, status: int, value: Json, retry: str = "false") -> None:
        self._send(status, json.dumps(value).encode(), "application/json", retry)

    def _send(
        self, status: int, body: bytes, kind: str = "text/plain", retry: str = "false"
    ) -> None:
        try:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.send_header("x-should-retry", retry)
            self.end_headers()
            self.wfile.write(body)
        except _GONE:
            self.close_connection = True


def _message(answer: Reply, api: ScriptedApi, body: Json) -> list[Json]:
    """The stream's events for a reply; auto mode's safety check finds nothing in it."""
    model, checked = str(body.get("model")), bool(body.get("safeguards"))
    usage = {"input_tokens": 10, "output_tokens": max(1, answer.size // 4)}
    head: Json = {"id": f"msg_{api.next_id():06}", "type": "message", "role": "assistant"}
    head |= {"model": model, "content": [], "stop_reason": None, "usage": usage}
    stop = "tool_use" if any(isinstance(b, ToolUse) for b in answer.blocks) else "end_turn"
    events: list[Json] = [{"type": "message_start", "message": head}]
    for index, block in enumerate(answer.blocks):
        events.extend({**event, "index": index} for event in _block(block, api))
    delta: Json = {"stop_reason": stop, "stop_sequence": None}
    if checked:
        uses = [event.get("content_block", {}) for event in events]
        harmless = {"type": "evaluated", "outcome": "not_flagged"}
        verdicts = {use["id"]: harmless for use in uses if use.get("type") == "tool_use"}
        status = {"type": "available", "tool_uses": verdicts}
        delta["safeguard_results"] = [{"type": "dangerous_tool_use", "status": status}]
    events.append({"type": "message_delta", "delta": delta, "usage": usage})
    return [*events, {"type": "message_stop"}]


def _block(block: str | ToolUse, api: ScriptedApi) -> Iterator[Json]:
    """The events of one block, without its index."""
    if isinstance(block, str):
        yield {"type": "content_block_start", "content_block": {"type": "text", "text": ""}}
        yield {"type": "content_block_delta", "delta": {"type": "text_delta", "text": block}}
    else:
        start = {"type": "tool_use", "id": f"toolu_{api.next_id():06}", "name": block.name}
        yield {"type": "content_block_start", "content_block": {**start, "input": {}}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(block.input)}
        yield {"type": "content_block_delta", "delta": delta}
    yield {"type": "content_block_stop"}


def _whole(events: list[Json]) -> Json:
    """The message that the events add up to, for a request that does not stream."""
    message: Json = dict(events[0]["message"])
    content: list[Json] = []
    for event in events[1:]:
        if event["type"] == "content_block_start":
            content.append(dict(event["content_block"]))
        elif event["type"] == "content_block_delta" and "text" in event["delta"]:
            content[-1]["text"] = event["delta"]["text"]
        elif event["type"] == "content_block_delta":
            content[-1]["input"] = json.loads(event["delta"]["partial_json"])
    return {**message, "content": content, "stop_reason": events[-2]["delta"]["stop_reason"]}
