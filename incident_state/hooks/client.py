"""A session as a hook opens it: the packages at hand, the caller being one client session."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from incident_state.hooks import Payload, here, project

if TYPE_CHECKING:
    from incident_state.session.session import Session

CLIENT = "CLAUDE_PID"
NESTED = (
    "This client was started inside another Claude Code session, so nobody types or chooses here."
)
_AGAIN = "INCIDENT_STATE_HOOK_AGAIN"


def session(payload: Payload, *, person: bool = False) -> Session:
    """The project's session for the client session that the event comes from.

    `person`: what the event records was typed or chosen by the user, unless the client itself was
    started by a model in another one.
    """
    need_packages(payload)
    from incident_state.helper import ENVIRONMENT
    from incident_state.session.callers import Caller, nested
    from incident_state.session.session import Session
    from incident_state.storage import lock

    data = os.environ.get("CLAUDE_PLUGIN_DATA")
    if data and ENVIRONMENT not in os.environ:
        os.environ[ENVIRONMENT] = str(Path(data) / "incident-state")
    process = int(os.environ.get(CLIENT) or 0)
    person = person and not nested(process)
    own = str(payload["session_id"])
    caller = Caller(person=person, session_id=own, client=process)
    session = Session(Path(project(payload)), caller, lock_seconds=lock.SECONDS_IN_HOOKS)
    session.here = Path(here(payload))
    return session


def told_of(error: Exception, command: Callable[..., str]) -> str:
    """An error's sentence and, where it names one, the helper's command that goes on from it."""
    do = getattr(error, "do", ())
    return f"{error} Run: {command(*do)}" if do else str(error)


def need_packages(payload: Payload) -> None:
    """The packages importable; where this interpreter lacks them, one that has them answers."""
    if sys.flags.no_site:
        import site

        site.main()
    try:
        import pydantic  # noqa: F401
    except ImportError:
        if _AGAIN in os.environ:
            raise
        import json
        import subprocess

        launch = Path(__file__).resolve().parent.parent / "launch.py"
        done = subprocess.run(  # noqa: S603 - the plugin's own launcher
            [sys.executable, str(launch), "hook"],
            input=json.dumps(payload).encode(),
            env={**os.environ, _AGAIN: "1"},
            check=False,
        )
        raise SystemExit(done.returncode) from None
