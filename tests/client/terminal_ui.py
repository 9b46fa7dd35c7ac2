"""The client's terminal UI in a pseudo-terminal, read as a person sees it and typed into."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import pexpect  # type: ignore[import-untyped]
import pyte

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self

    from client.environment import Sandbox

Seen: TypeAlias = str | re.Pattern[str] | Callable[[str], bool]

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift-tab": "\x1b[Z",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "backspace": "\x7f",
    "space": " ",
    **{f"ctrl-{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}

_POINTER = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}"
_OPTION = re.compile(rf"^\W*?({_POINTER})?\s*(\d+)\.\s+(?:\[.\]\s+)?(.+?)\s*$")
_SETTLED_SECONDS = 0.3


class _Screen(pyte.HistoryScreen):
    """A screen that answers the terminal queries of the program it shows."""

    def __init__(self, columns: int, lines: int, send: Callable[[bytes], Any]) -> None:
        super().__init__(columns, lines, history=10_000, ratio=0.5)
        self._send = send

    def write_process_input(self, data: str) -> None:
        """Send the terminal's answer to the program."""
        self._send(data.encode())


class TerminalUi:
    """The client's UI; a context manager that starts it on entry and ends it on exit."""

    def __init__(
        self,
        sandbox: Sandbox,
        plugin: Path,
        *arguments: str,
        columns: int = 100,
        rows: int = 50,
    ) -> None:
        self._command = [str(sandbox.launcher), "--plugin-dir", str(plugin), *arguments]
        self._sandbox = sandbox
        self._size = (rows, columns)
        self._lock = threading.RLock()
        self._changed_at = time.monotonic()

    def __enter__(self) -> Self:
        rows, columns = self._size
        self._child = pexpect.spawn(
            self._command[0],
            self._command[1:],
            cwd=str(self._sandbox.project),
            env={"TERM": "xterm-256color", "PATH": os.environ["PATH"]},
            dimensions=self._size,
        )
        self._child.delaybeforesend = None
        self._screen = _Screen(columns, rows, self._child.send)
        self._stream = pyte.ByteStream(self._screen)
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate(force=True)
        self._reader.join(timeout=5)
        self._child.close(force=True)

    @property
    def pid(self) -> int:
        """The client's process id."""
        return int(self._child.pid)

    @property
    def text(self) -> str:
        """What the screen shows now, without blanks at the ends of lines."""
        with self._lock:
            return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def scrollback(self) -> str:
        """What scrolled off the top, and what the screen shows."""
        with self._lock:
            columns = range(self._screen.columns)
            gone = [
                "".join(line[x].data for x in columns).rstrip() for line in self._screen.history.top
            ]
            return "\n".join([*gone, self.text])

    def wait_for(self, seen: Seen, timeout: float = 30) -> str:
        """Wait until the screen shows it, and return the screen; TimeoutError with the screen."""
        deadline = time.monotonic() + timeout
        while not _shows(self.text, seen):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{seen!r} did not appear within {timeout} s:\n{self.text}")
            time.sleep(0.03)
        return self.text

    def settle(self, timeout: float = 15) -> str:
        """Wait until the screen has not changed for a moment, and return it."""
        deadline = time.monotonic() + timeout
        while time.monotonic() - self._changed_at < _SETTLED_SECONDS:
            if time.monotonic() > deadline:
                break
            time.sleep(0.03)
        return self.text

    def type(self, text: str) -> None:
        """Type a text, without Enter."""
        self._child.send(text.encode())

    def press(self, *keys: str) -> None:
        """Press keys by the names in KEYS, or single characters, one after the other."""
        for key in keys:
            self._child.send(KEYS.get(key, key).encode())
            time.sleep(0.1)

    def submit(self, text: str) -> None:
        """Type a line at the prompt and send it once the prompt shows it."""
        self.wait_for(_POINTER)
        self.settle()
        self.type(text)
        tail = _squeezed(text)[-20:]
        self.wait_for(lambda screen: tail in _squeezed(screen))
        self.settle()
        self.press("enter")

    def options(self) -> dict[str, int]:
        """The dialog's options on the screen: label to number."""
        found = (_OPTION.match(line) for line in self.text.splitlines())
        return {match[3]: int(match[2]) for match in found if match}

    def choose(self, label: str, timeout: float = 30) -> None:
        """Wait for a dialog that has an option beginning with this label, and choose it."""
        self.wait_for(lambda _: self._number(label) is not None, timeout)
        self.settle()
        self.press(str(self._number(label)))

    def point_at(self, label: str, timeout: float = 30) -> None:
        """Move the dialog's pointer to the option that begins with this label."""
        self.wait_for(lambda _: self._number(label) is not None, timeout)
        self.settle()
        for _ in range(20):
            lines = (_OPTION.match(line) for line in self.text.splitlines())
            if any(match and match[1] and match[3].startswith(label) for match in lines):
                return
            self.press("down")
            self.settle()
        raise TimeoutError(f"the pointer never reached {label!r}:\n{self.text}")

    def _number(self, label: str) -> int | None:
        """The number of the option that is this label, or begins with it."""
        options = self.options()
        begun = [number for text, number in options.items() if text.startswith(label)]
        return options.get(label, begun[0] if begun else None)

    def _read(self) -> None:
        """Feed the screen until the client ends."""
        with suppress(OSError, EOFError, ValueError, pexpect.EOF):
            while data := os.read(self._child.child_fd, 65536):
                with self._lock:
                    self._stream.feed(data)
                self._changed_at = time.monotonic()


def _shows(screen: str, seen: Seen) -> bool:
    """Whether the screen shows the text, matches the pattern or satisfies the callable."""
    if isinstance(seen, str):
        return seen in screen
    if isinstance(seen, re.Pattern):
        return seen.search(screen) is not None
    return seen(screen)


def _squeezed(text: str) -> str:
    """The text without white space, as line breaks of the UI fall anywhere."""
    return "".join(text.split())
