"""Who calls the helper: a person at a terminal, or a model through Claude Code's Bash tool."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from incident_state.errors import PersonsAlone
from incident_state.state.timeline import Actor

INSIDE = "CLAUDECODE"
CLIENT = b"claude"
SESSION = "CLAUDE_CODE_SESSION_ID"
_TYPED_WITHIN = 60  # seconds between a person's last key and the command that it made
# What stands in the command line by which a client runs a hook of the manifest.
_HOOKS = (b"incident_state/hook", b'incident_state/launch" hook')


@dataclass(frozen=True)
class Above:
    """A process above this one: its id, its name, its environment as it was started."""

    process: int
    name: bytes
    environment: Mapping[str, str]

    @property
    def is_client(self) -> bool:
        """Whether it is a client, whose own environment lacks what it gives to its commands."""
        return self.name == CLIENT


@dataclass(frozen=True)
class Caller:
    """Whether a person calls, from which client session (None outside one), under which account.

    `client` is the id of the client's process (0: none is known). `why` says of who is taken for no
    person what it is told by, and how a person gets on.
    """

    person: bool
    session_id: str | None = None
    user: str | None = None
    why: str = ""
    client: int = 0

    @property
    def actor(self) -> Actor:
        """How the timeline names the caller."""
        return "person" if self.person else "model"

    def must_be_a_person(self, words: tuple[str, ...]) -> None:
        """PersonsAlone unless a person calls: those words of the helper are theirs alone."""
        if not self.person:
            told = f"Only a person at a terminal does that. Do not run it again. {self.why}"
            raise PersonsAlone(told.rstrip(), words)


def detect() -> Caller:
    """The caller of this process, from its terminal and from its ancestors' environments."""
    above = list(_processes(os.getppid()))
    inside = [each for each in above if each.is_client or _inside(each.environment)]
    environments = [os.environ, *(each.environment for each in inside)]
    why = _not_typed(inside)
    client = next((each.process for each in inside if each.is_client), 0)
    return Caller(
        person=not why,
        session_id=next(filter(None, (each.get(SESSION) for each in environments)), None),
        user=account(),
        why=why,
        client=client,
    )


def _not_typed(inside: Sequence[Above]) -> str:
    """What speaks against a person, and how one gets on; empty where nothing does.

    `inside` are the processes above that are a client, or were started by one.
    """
    # A stream that is closed is None.
    given, out, err = (bool(s and s.isatty()) for s in (sys.stdin, sys.stdout, sys.stderr))
    fresh = "if you are one, open a fresh terminal, which it has not started"
    client = next((each for each in inside if each.is_client), None)
    if client is not None:
        return f"Above this runs a process named claude ({client.process}): {fresh}."
    first = inside[-1] if inside else None
    variable = INSIDE if INSIDE in (first.environment if first else os.environ) else SESSION
    if first is not None:
        name = first.name.decode(errors="replace")
        return f"{variable} is set in {name} ({first.process}) above this, as by a client: {fresh}."
    if _inside(os.environ):
        return (
            f"{variable} is set here, as in a client's own commands: if you are one, "
            f"`unset {INSIDE} {SESSION}`, or open a fresh terminal."
        )
    if not (given and (out or err)):
        return "Here standard input, or what is shown, is no terminal."
    if _typed_by_nobody():
        return f"Nobody typed in this tmux for {_TYPED_WITHIN} seconds: if you are one, type it."
    return ""


def _typed_by_nobody() -> bool:
    """Whether this runs in tmux, and nobody who watches it there has typed of late.

    What `tmux send-keys` types comes from no client. Other multiplexers do not tell.
    """
    if "TMUX" not in os.environ:
        return False
    import subprocess
    import time

    words = ["tmux", "list-clients", "-t", os.environ.get("TMUX_PANE", ""), "-F"]
    try:
        done = subprocess.run(  # noqa: S603 - a list of words, no shell
            [*words, "#{client_activity}"], capture_output=True, timeout=5, check=True, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return False
    newest = max((int(each) for each in done.stdout.split() if each.isdigit()), default=0)
    return time.time() - newest > _TYPED_WITHIN


def asks_nobody() -> bool:
    """Whether this runs in a client that only prints (`claude -p`), and has nobody to ask."""
    return os.environ.get("CLAUDE_CODE_ENTRYPOINT") == "sdk-cli"


def nested(client: int) -> bool:
    """Whether that client process was started inside another client's session, as /proc shows."""
    return any(_inside(each.environment) for each in _processes(client))


def in_client(process: int) -> bool:
    """Whether that process, or one above it, is a client or was started by one, as /proc shows."""
    return any(each.is_client or _inside(each.environment) for each in _processes(process))


def names_above(process: int) -> tuple[str, ...]:
    """The names of that process and of those above it, as far as /proc shows them."""
    return tuple(each.name.decode(errors="replace") for each in _processes(process))


def by_clients_hook() -> bool | None:
    """Whether this process is below a hook of ours that a client runs, not below its Bash tool.

    None where no client is above, or none can be seen.
    """
    below = os.getpid()
    for process, name in _ids_above(os.getppid()):
        if name == CLIENT:
            return any(part in _command(below) for part in _HOOKS)
        below = process
    return None


def _ids_above(process: int) -> Iterator[tuple[int, bytes]]:
    """That process and those above it, with their names."""
    while process > 1:
        try:
            with open(f"/proc/{process}/stat", "rb") as file:  # noqa: PTH123 - no Path needed
                name, _, rest = file.read().partition(b"(")[2].rpartition(b")")
            yield process, name
            process = int(rest.split()[1])
        except (OSError, ValueError, IndexError):
            return


def _command(process: int) -> bytes:
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:  # noqa: PTH123 - no Path needed
            return file.read()
    except OSError:
        return b""


def _inside(environment: Mapping[str, str]) -> bool:
    return INSIDE in environment or SESSION in environment


def _processes(process: int) -> Iterator[Above]:
    """That process and its ancestors, as far as /proc shows them.

    A command can drop variables before it calls the helper; its ancestors keep them.
    """
    for above, name in _ids_above(process):
        try:
            with open(f"/proc/{above}/environ", "rb") as file:  # noqa: PTH123 - no Path needed
                pairs = file.read().decode(errors="replace").split("\0")
        except OSError:
            return
        environment = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        yield Above(above, name, environment)


def account() -> str | None:
    """The name of the account that this process runs for; None where it has none."""
    import getpass

    from incident_state.documents import signs

    try:
        # Of bytes that are no text, and signs that are none, nothing can be recorded.
        name = os.fsencode(getpass.getuser()).decode("utf-8", "replace")
    except (KeyError, OSError):
        return None
    return signs.one_line(name) or None
