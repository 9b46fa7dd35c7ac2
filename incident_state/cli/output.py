"""What a command says: to a person as a picture, to a model as text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incident_state.prompts.next import Answer
    from incident_state.session.session import Session


def tell(text: str, *, end: str = "\n", err: bool = False) -> None:
    """Write the text to standard output, or to standard error, at once; where closed, nowhere."""
    stream = sys.stderr if err else sys.stdout
    if stream is not None:
        print(text, end=end, file=stream, flush=True)


def say(session: Session, answer: Answer) -> None:
    """Say what is next."""
    if session.caller.person:
        from incident_state.terminal import picture

        picture.say(session, answer)
    else:
        tell(answer.text)
