"""The sealed copy of the record outside the project: where it lies, and what differs from it.

Hooks compare at every tool call, so this is the standard library alone, and no pathlib.

    <state home>/incident-response/<the project's path>/.incident-response/
        record        the index as one line of JSON, then state.json's bytes
        record.bak    the same before the newest change
        kept/         the other files' bytes, each under its SHA-256
        edited/       documents as a person had changed them when the newest tool call began
        open          like the session folder's: the mark that hooks look for
        calls/        a file for each tool call at work that could change something
        missed/       events of the client that could not be recorded, until they are
        began-<step>  how the project was when a step began that only reads
        seen          which files were found equal, by their times and sizes
"""
# ruff: noqa: PTH114, PTH103, PTH105, PTH108, PTH117, PTH118
# ruff: noqa: PTH123, PTH208

from __future__ import annotations

import errno
import json
import os
import stat
import time
from collections.abc import Iterator

from incident_state.records import record

FOLDER = ".incident-response"
STATE, BACKUP, MARKER, IGNORE = "state.json", "state.json.bak", "open", ".gitignore"
ASKED = "asked-"  # before a question's digest: the client has opened a dialog with it
STAGED = "staged-"  # before a document's name: its new text, which waits to take its place
RECORD, BEFORE, KEPT, EDITED, SEEN = "record", "record.bak", "kept", "edited", "seen"
SCRATCH = "scratch"  # what agents try out: no part of the record, and not archived
# Folders of which each file is sealed; beside them, the current documents are.
WHOLE = ("archive", "revisions")
PUT_AWAY = "revisions/put-back-"  # before a number: what stood where something was put back
LARGEST = 64_000_000
YEAR = 365 * 86_400  # seconds; an archived session is sealed so long
_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES, errno.EPERM, errno.ENXIO}
_FRESH = 50_000_000  # nanoseconds in which two changes of a file can have the same time


@record
class Sealed:
    """What is sealed: files below the session folder by SHA-256, state.json's bytes, the marker.

    `state` is empty where no session is, `marker` where none is open; `before` is state.json as it
    was one change earlier.
    """

    files: dict[str, str]
    state: bytes
    digest: str
    marker: str
    before: bytes


def home() -> str | None:
    """The folder for what programs keep, as the XDG standard has it; None where none is known."""
    given = os.environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(given):
        return given
    own = os.environ.get("HOME", "")
    return os.path.join(own, ".local/state") if os.path.isabs(own) else None


def place(base: str, project: str) -> str:
    """The vault of that project below the state home; the project's path is absolute and real."""
    return f"{base}/incident-response{project}/{FOLDER}"


def base(project: str) -> str | None:
    """The state home in which the project is sealed, or would be; None where none is known.

    It is this process's own, unless nothing is sealed there and it is where state.json says: a
    terminal, and a client that was not started from one, may have different state homes.
    """
    own = home()
    if own and os.path.lexists(os.path.join(place(own, project), RECORD)):
        return own
    try:
        other = json.loads(contents(os.path.join(project, FOLDER, STATE)) or b"{}").get("sealed")
    except (ValueError, AttributeError, RecursionError):
        return own
    if isinstance(other, str) and os.path.isabs(other):
        return other if os.path.lexists(os.path.join(place(other, project), RECORD)) else own
    return own


def read(vault: str) -> Sealed | None:
    """What is sealed there; None if nothing is, ValueError if it is damaged."""
    data = contents(os.path.join(vault, RECORD))
    if data is None:
        return None
    head, _, state = data.partition(b"\n")
    index = json.loads(head)
    before = (contents(os.path.join(vault, BEFORE)) or b"").partition(b"\n")[2]
    try:
        files = {str(name): str(digest) for name, digest in index["files"].items()}
        return Sealed(files, state, str(index["state"]), str(index["open"]), before)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("its index is none") from error


def contents(path: str) -> bytes | None:
    """The bytes of a regular file; None if there is none, or it may not be read.

    What the disk refuses is an OSError: nobody knows then what is there.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    with open(descriptor, "rb") as file:
        return file.read(LARGEST + 1)


def _there(path: str) -> os.stat_result | None:
    """What the system tells of a path; None where nothing is, or may be seen."""
    try:
        return os.lstat(path)
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        raise


def differences(project: str, vault: str, sealed: Sealed) -> list[str]:
    """What in the session folder is not as it is sealed, as paths below it; the documents too."""
    folder = os.path.join(project, FOLDER)
    wrong = [f"{FOLDER}/"] if os.path.islink(folder) else []
    if (contents(os.path.join(folder, STATE)) or b"") != sealed.state:
        wrong.append(STATE)
    marks = (contents(os.path.join(where, MARKER)) or b"" for where in (folder, vault))
    if any(mark != sealed.marker.encode() for mark in marks):
        wrong.append(MARKER)
    if sealed.before and contents(os.path.join(folder, BACKUP)) != sealed.before:
        wrong.append(BACKUP)
    seen, equal = _seen(vault), {}
    for name, digest in sealed.files.items():
        path = os.path.join(folder, name)
        if now := _equal(path, digest, vault, seen.get(name)):
            equal[name] = now
        else:
            wrong.append(name)
    if any(seen.get(name) != now for name, now in equal.items()):
        _note_seen(vault, equal)
    wrong += [name for name in whole(folder) if name not in sealed.files and not aged(name)]
    return wrong


def is_document(name: str) -> bool:
    """Whether that sealed file is one that people may change between tool calls."""
    return name.endswith(".md") and "/" not in name


def note_edited(project: str, vault: str, wrong: list[str]) -> None:
    """The documents among them as they are now; of others nothing is noted any more."""
    folder = os.path.join(vault, EDITED)
    edited = {name for name in wrong if is_document(name)}
    if not edited and not os.path.lexists(folder):
        return
    os.makedirs(folder, 0o700, exist_ok=True)
    for name in os.listdir(folder):
        if name not in edited:
            os.unlink(os.path.join(folder, name))
    for name in edited:
        data = contents(os.path.join(project, FOLDER, name))
        if data is not None:
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)


def whole(folder: str) -> Iterator[str]:
    """The paths of all files in the archive and in the revisions, below the session folder."""
    for top in WHOLE:
        for where, folders, files in os.walk(os.path.join(folder, top), onerror=_unless_absent):
            links = [name for name in folders if os.path.islink(os.path.join(where, name))]
            for name in (*files, *links):
                path = os.path.join(where, name)
                below = os.path.relpath(path, folder)
                # What was put away is kept whatever it is; only a file's bytes can be sealed.
                if not below.startswith(PUT_AWAY) or stat.S_ISREG(os.lstat(path).st_mode):
                    yield below


def _unless_absent(error: OSError) -> None:
    if error.errno not in _ABSENT:
        raise error


def aged(name: str) -> bool:
    """Whether that path is of a session that was archived too long ago to be sealed."""
    top, _, rest = name.partition("/")
    return top == "archive" and rest[4:12] < time.strftime(
        "%Y%m%d", time.gmtime(time.time() - YEAR)
    )


# What was found equal: a file's digest, times, size and number. The change time cannot be set.
Seen = dict[str, "list[object]"]


def _seen(vault: str) -> Seen:
    try:
        found = json.loads(contents(os.path.join(vault, SEEN)) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _note_seen(vault: str, seen: Seen) -> None:
    spare = os.path.join(vault, f"{SEEN}.{os.getpid()}")
    try:
        with open(spare, "w", encoding="utf-8") as file:
            json.dump(seen, file)
        os.replace(spare, os.path.join(vault, SEEN))
    except OSError:
        pass  # it is compared again


def _equal(path: str, digest: str, vault: str, seen: object) -> list[object] | None:
    """The file's times and size if it is equal to the kept one; None if it is not."""
    of = _there(path)
    if of is None:
        return None
    now = [digest, of.st_mtime_ns, of.st_ctime_ns, of.st_size, of.st_ino]
    if seen != now:
        kept = contents(os.path.join(vault, KEPT, digest))
        if kept is None or contents(path) != kept:
            return None
        if of.st_ctime_ns > time.time_ns() - _FRESH:
            now[0] = ""  # another change could have the same time: it is compared again
    return now
