"""A program in a pseudo-terminal, read as a person sees it and typed into."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import pyte

from tests.support.patience import HANG

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self

    from tests.support.client.environment import Sandbox

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

POINTER = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}"
# What the client says after Escape, by its version.
DECLINED = re.compile("declined to answer", re.IGNORECASE)
_OPTION = re.compile(rf"^\W*?({POINTER})?\s*(\d+)\.\s+(?:\[.\]\s+)?(.+?)\s*$")
_SETTLED_SECONDS = 0.3
_POLL_SECONDS = 0.03


class _Screen(pyte.HistoryScreen):
    """A screen that answers the terminal queries of the program it shows."""

    def __init__(self, columns: int, lines: int, send: Callable[[bytes], Any]) -> None:
        super().__init__(columns, lines, history=10_000, ratio=0.5)
        self._send = send

    def write_process_input(self, data: str) -> None:
        """Send the terminal's answer to the program."""
        self._send(data.encode())


class Terminal:
    """A program in a terminal; a context manager that starts it on entry and ends it on exit."""

    def __init__(
        self,
        command: Sequence[str],
        cwd: Path,
        variables: Mapping[str, str],
        *,
        columns: int = 100,
        rows: int = 50,
    ) -> None:
        self._command = command
        self._cwd = cwd
        self._variables = {"TERM": "xterm-256color", **variables}
        self._size = (rows, columns)
        self._lock = threading.RLock()
        self._changed_at = time.monotonic()
        self._shown: str | None = None
        self._closing = threading.Event()

    def __enter__(self) -> Self:
        rows, columns = self._size
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen = _Screen(columns, rows, self._send)
        self._stream = pyte.ByteStream(self._screen)
        # The first terminal that a session's leader opens becomes its controlling terminal.
        opened = ("sh", "-c", 'exec "$@" <"$0" >"$0" 2>"$0"', os.ttyname(theirs))
        self._process = subprocess.Popen(
            [*opened, *self._command],
            cwd=self._cwd,
            env=self._variables,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        for ending in (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is None:
                self._process.send_signal(ending)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=3)
        self._closing.set()
        self._reader.join(timeout=5)
        os.close(self._ours)

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    def exit_code(self, timeout: float = HANG) -> int:
        """Wait for the program's end; TimeoutError, with the screen, if it does not come."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"did not end within {timeout} s:\n{self.text}") from None
        self._reader.join(timeout=5)
        return code

    @property
    def text(self) -> str:
        """What the screen shows now, without blanks at the ends of lines."""
        with self._lock:
            if self._shown is None:
                self._shown = "\n".join(line.rstrip() for line in self._screen.display)
            return self._shown

    @property
    def cursor_shown(self) -> bool:
        """Whether the program left, or has, the cursor visible."""
        with self._lock:
            return not self._screen.cursor.hidden

    @property
    def scrollback(self) -> str:
        """What scrolled off the top, and what the screen shows."""
        with self._lock:
            columns = range(self._screen.columns)
            gone = [
                "".join(line[x].data for x in columns).rstrip() for line in self._screen.history.top
            ]
            return "\n".join([*gone, self.text])

    def wait_for(self, seen: Seen, timeout: float = HANG) -> str:
        """Wait until the screen shows it, and return the screen; TimeoutError with the screen."""
        deadline = time.monotonic() + timeout
        while not _shows(self.text, seen):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{seen!r} did not appear within {timeout} s:\n{self.text}")
            time.sleep(_POLL_SECONDS)
        return self.text

    def settle(self, timeout: float = 15) -> str:
        """Wait until the screen has not changed for a moment, and return it."""
        deadline = time.monotonic() + timeout
        while time.monotonic() - self._changed_at < _SETTLED_SECONDS:
            if time.monotonic() > deadline:
                break
            time.sleep(_POLL_SECONDS)
        return self.text

    def type(self, text: str) -> None:
        """Type a text, without Enter."""
        self._send(text.encode())

    def press(self, *keys: str) -> None:
        """Press keys by the names in KEYS, or single characters, one after the other."""
        for key in keys:
            self._send(KEYS.get(key, key).encode())
            time.sleep(0.1)

    def _send(self, data: bytes) -> None:
        """Send bytes to the program as the keyboard does."""
        while data:
            data = data[os.write(self._ours, data) :]

    def _read(self) -> None:
        """Feed the screen until the program ends or the terminal is closed."""
        with suppress(OSError):  # Linux says that the other end is closed by EIO
            while not self._closing.is_set():
                if not select.select([self._ours], [], [], _POLL_SECONDS)[0]:
                    continue
                data = os.read(self._ours, 65536)
                if not data:
                    return
                with self._lock:
                    self._stream.feed(data)
                    self._shown = None
                self._changed_at = time.monotonic()


class Dialogs(Terminal):
    """A terminal in which the client's UI is on the screen."""

    def submit(self, text: str) -> None:
        """Type a line at the prompt and send it once the prompt shows it."""
        self.wait_for(POINTER)
        self.settle()
        self.type(text)
        tail = squeezed(text)[-20:]
        self.wait_for(lambda screen: tail in squeezed(screen))
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


class TerminalUi(Dialogs):
    """The client's UI in a sandbox, with a plugin."""

    def __init__(
        self,
        sandbox: Sandbox,
        plugin: Path,
        *arguments: str,
        columns: int = 100,
        rows: int = 50,
    ) -> None:
        command = [str(sandbox.launcher), "--plugin-dir", str(plugin), *arguments]
        variables = {"PATH": os.environ["PATH"]}
        super().__init__(command, sandbox.project, variables, columns=columns, rows=rows)


def _shows(screen: str, seen: Seen) -> bool:
    """Whether the screen shows the text, matches the pattern or satisfies the callable."""
    if isinstance(seen, str):
        return seen in screen
    if isinstance(seen, re.Pattern):
        return seen.search(screen) is not None
    return seen(screen)


def squeezed(text: str) -> str:
    """The text without white space and the dialog's rule: line breaks of the UI fall anywhere."""
    return "".join(text.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", "").split())
