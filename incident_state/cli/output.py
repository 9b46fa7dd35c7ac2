"""What a command says: to a person as a picture, to a model as text; inert, whoever wrote it."""

from __future__ import annotations

import contextlib
import io
import sys
from typing import TYPE_CHECKING, TextIO

from incident_state import helper
from incident_state.arguments import USAGE
from incident_state.documents import signs

if TYPE_CHECKING:
    from incident_state.prompts.next import Answer
    from incident_state.session.session import Session


HOW_TO_BEGIN = f"""\
No incident is open here. One begins in Claude Code:
  {USAGE}
or here:
  {helper.NAME} start '<what is wrong>' --severity P0
All commands: {helper.NAME} --help"""


def tell(text: str, *, end: str = "\n", err: bool = False) -> None:
    """Write the text to standard output, or to standard error, at once; where closed, nowhere."""
    stream = sys.stderr if err else sys.stdout
    if stream is not None:
        print(signs.inert(text), end=end, file=stream, flush=True)


def prepare(*streams: TextIO | None) -> None:
    """The streams in UTF-8, a terminal in its own encoding; what that lacks is replaced."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if stream is not None and reconfigure is not None:
            own = _of_terminal(stream) if stream.isatty() else "utf-8"
            with contextlib.suppress(io.UnsupportedOperation):  # it was read from before
                reconfigure(encoding=own, errors="replace")


def _of_terminal(stream: TextIO) -> str:
    if not sys.flags.utf8_mode:
        return stream.encoding
    from incident_state import encoding

    return encoding.of_terminals()


def say(session: Session, answer: Answer) -> None:
    """Say what is next."""
    if session.caller.person:
        from incident_state.terminal import upcoming

        upcoming.say(session, answer)
    else:
        tell(answer.text)
