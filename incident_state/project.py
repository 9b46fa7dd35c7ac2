"""Which project a command or an event is for: the folders upward are looked through.

Hooks ask at every tool call, so this is the standard library alone, and no pathlib. The manifest's
hooks look for the same marks in their shell, before anything is started.
"""
# ruff: noqa: PTH109, PTH110, PTH112, PTH116, PTH118, PTH120

from __future__ import annotations

import os
import stat

from incident_state.storage import sealed

TYPE_CHECKING = False  # that of typing costs a hook milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def project(given: Path | None) -> Path:
    """The project: the one given, else the one that holds in the folder at hand."""
    from pathlib import Path

    from incident_state.errors import WrongUsage

    try:
        if given is not None:
            if not given.is_dir():
                raise WrongUsage(f"--project {given} is not a folder.")
            return given.resolve()
        return Path(nearest(os.getcwd()))
    except FileNotFoundError:
        raise WrongUsage("This folder is gone: change to one that is there.") from None


def nearest(here: str) -> str:
    """The nearest folder upward with an open incident, else with a session, else `here`.

    `here` is absolute and real. A folder in which everybody may write is nobody's project, unless
    it is `here`: what lies in it may be anybody's.
    """
    home = sealed.home()
    for folder in _upward(here):
        held = is_open(folder, home) or is_closed_to_us(folder)
        if held and (folder == here or not _is_anybodys(folder)):
            return folder
    found = (each for each in _upward(here) if os.path.isdir(_session(each)))
    return next((each for each in found if each == here or not _is_anybodys(each)), here)


def is_open(folder: str, home: str | None) -> bool:
    """Whether an incident is marked as open there, or in its sealed copy below that state home."""
    places = [_session(folder), *([sealed.place(home, folder)] if home else [])]
    return any(os.path.exists(os.path.join(each, sealed.MARKER)) for each in places)


def is_closed_to_us(folder: str) -> bool:
    """Whether a session folder is there that this account may not look into."""
    session = _session(folder)
    return os.path.isdir(session) and not os.access(session, os.X_OK)


def in_session_folder(path: str) -> bool:
    """Whether that path is a session folder, of whichever project, or lies in one."""
    return f"/{sealed.FOLDER}/" in f"{path.lower()}/"


def main_checkout(here: str) -> str | None:
    """The main checkout of the repository, where `here` lies in another worktree of it."""
    for folder in _upward(here):
        mark = os.path.join(folder, ".git")
        if os.path.lexists(mark):
            text = (sealed.contents(mark) or b"").decode(errors="replace").strip()
            if not text.startswith("gitdir: "):
                return None
            of_it = os.path.join(folder, text.removeprefix("gitdir: "))
            common = (sealed.contents(os.path.join(of_it, "commondir")) or b"").decode().strip()
            main, name = os.path.split(os.path.realpath(os.path.join(of_it, common)))
            return main if common and name == ".git" else None
    return None


def _upward(here: str) -> Iterator[str]:
    yield here
    while (above := os.path.dirname(here)) != here:
        here = above
        yield here


def _session(folder: str) -> str:
    return os.path.join(folder, sealed.FOLDER)


def _is_anybodys(folder: str) -> bool:
    try:
        return bool(os.stat(folder).st_mode & stat.S_ISVTX)
    except OSError:
        return False
