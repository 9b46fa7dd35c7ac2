"""The real command without its start: a process that has imported it forks for each call.

A call costs a tenth of a fresh interpreter, and everything after the start is the real thing:
its own process, environment, folder, standard streams and exit code.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent.parent
_LARGEST = 1_000_000


class Warm:
    """The process that has the command imported; it lives as long as the one that made it."""

    def __init__(self) -> None:
        """Start it with an emptied environment, so that nobody's variables reach a call."""
        self.turn = threading.Lock()  # it has one call at a time, from beginning to code
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def call(
        self, args: Sequence[str], env: dict[str, str], cwd: Path, streams: tuple[int, int, int]
    ) -> None:
        """Begin the command with these words, environment, folder and streams."""
        told = json.dumps({"args": list(args), "env": env, "cwd": str(cwd)}).encode()
        socket.send_fds(self._ours, [told], list(streams))

    def hold(
        self,
        args: Sequence[str],
        env: dict[str, str],
        cwd: Path,
        streams: tuple[int, int, int],
        gate: int,
    ) -> int:
        """Like `call`, but nothing runs before a byte comes out of the gate; the process's id.

        Without words it is the hooks' entry, which reads its event from standard input.
        """
        told = json.dumps({"args": list(args), "env": env, "cwd": str(cwd)}).encode()
        socket.send_fds(self._ours, [told], [*streams, gate])
        return int(self._ours.recv(100))

    def fileno(self) -> int:
        """Where a hook's stand-in hands its event over, and gets the code."""
        return self._ours.fileno()

    def code(self) -> int:
        """Wait for the command that was begun; its exit code."""
        return int(self._ours.recv(100))


def serve(descriptor: int) -> None:
    """Fork for each call that comes over the socket, until its other end is closed."""
    _import_all()
    with socket.socket(fileno=descriptor) as server:
        while True:
            told, streams, _, _ = socket.recv_fds(server, _LARGEST, 4)
            if not told:
                return
            child = os.fork()
            if child == 0:
                _become(json.loads(told), streams[:3])
                if len(streams) > 3:
                    os.read(streams[3], 1)
                else:
                    os.fsync = _not_synced
                _run()
            if len(streams) > 3:
                server.send(str(child).encode())
            for stream in streams:
                os.close(stream)
            _, status = os.waitpid(child, 0)
            server.send(str(os.waitstatus_to_exitcode(status)).encode())


def _import_all() -> None:
    """Import what any command may come to import, and have the patterns of secrets compiled."""
    import incident_state
    from incident_state.masking.mask import mask

    for each in pkgutil.walk_packages(incident_state.__path__, "incident_state."):
        if not each.name.endswith("__main__"):
            importlib.import_module(each.name)
    mask("")
    gc.freeze()


def _become(call: dict[str, object], streams: list[int]) -> None:
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    # As a process of its own has them: those of this one may be files.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(call["env"])  # type: ignore[call-overload]
    os.chdir(str(call["cwd"]))
    if moment := os.environ.get("TEST_NOW"):
        _set_clock(datetime.fromisoformat(moment))
    words: list[str] = list(call["args"])  # type: ignore[call-overload]
    sys.argv = [str(ROOT / "incident_state" / "__main__.py"), *words]


def _not_synced(fd: object) -> None:
    """Leave a file where it is: what no power is lost on need not reach the disk."""


def _run() -> NoReturn:
    """Run what was called, and end without taking apart all that was imported."""
    from incident_state import cli, hooks

    main = (lambda: cli.main(sys.argv[1:])) if sys.argv[1:] else hooks.main
    try:
        main()
    except SystemExit as ended:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(ended.code or 0))


def _set_clock(moment: datetime) -> None:
    """Have sessions take that moment for now, so that a screen shows the same times each run."""
    from incident_state.session.session import Session

    _, *others = Session.__init__.__defaults__ or ()
    Session.__init__.__defaults__ = (lambda: moment, *others)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
