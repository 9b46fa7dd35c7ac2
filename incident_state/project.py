"""Which project a command is for."""

from __future__ import annotations

from pathlib import Path

from incident_state.errors import WrongUsage
from incident_state.storage.sealed import FOLDER


def project(given: Path | None) -> Path:
    """The project: the one given, else the nearest folder upward with a session, else this one."""
    try:
        if given is not None:
            if not given.is_dir():
                raise WrongUsage(f"--project {given} is not a folder.")
            return given.resolve()
        here = Path.cwd()
    except FileNotFoundError:
        raise WrongUsage("This folder is gone: change to one that is there.") from None
    return next((folder for folder in (here, *here.parents) if (folder / FOLDER).is_dir()), here)
