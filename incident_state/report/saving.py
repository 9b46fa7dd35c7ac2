"""Where the page is put: a file of the person's own, never the incident's record."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from incident_state.errors import WrongUsage
from incident_state.report import OPENING
from incident_state.storage import disk
from incident_state.storage.sealed import FOLDER

ENDINGS = (".html", ".htm")


def place(output: str | None, incident_id: str) -> Path | None:
    """The file that `--output` names, by default `<ID>.html` here; None for `-`, standard output.

    WrongUsage where it is in the session folder, a link, or anything but an earlier report.
    """
    if output == "-":
        return None
    named = Path(output) if output else Path(f"{incident_id}.html")
    try:
        folder = named.parent.resolve(strict=True)
        path = folder / named.name
        kind = os.lstat(path).st_mode if os.path.lexists(path) else stat.S_IFREG
    except (OSError, RuntimeError):
        raise WrongUsage(f"{named.parent} is not a folder that can be used: make it.") from None
    if FOLDER in map(str.casefold, folder.parts):
        raise WrongUsage(f"{path} is in {FOLDER}/, the incident's record: name another folder.")
    if stat.S_ISLNK(kind):
        raise WrongUsage(f"{path} is a symbolic link: name a file.")
    if not stat.S_ISREG(kind):
        raise WrongUsage(f"{path} is not a file: name one.")
    if path.suffix.lower() not in ENDINGS:
        raise WrongUsage(f"{path} does not end in .html: name a file that does.")
    if not _may_be_replaced(path):
        raise WrongUsage(f"{path} is not an earlier report: name another file, or remove it.")
    return path


def _may_be_replaced(path: Path) -> bool:
    """Whether nothing is there, or a page of this program's own: a model may call it unasked."""
    try:
        with path.open("rb") as file:
            return file.read(len(OPENING)) == OPENING.encode()
    except FileNotFoundError:
        return True
    except OSError:
        return False


def save(path: Path, text: str) -> None:
    """The page written as a whole, readable by its owner alone."""
    with disk.refusals(f"write {path}"):
        changes = disk.Changes(path.parent)
        changes.write(path, text.encode("utf-8", "replace"))
        changes.forget()
