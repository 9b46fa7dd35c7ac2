"""What changed in the project while a step was at work that only reads: seen afterwards, by git.

Outside a repository, and where git does not answer in time, nothing is claimed.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from incident_state import workflow as flow
from incident_state.session.session import Session

_PATIENCE = 5  # seconds
_LARGEST = 5_000_000  # bytes of a file of which the content is compared
_MOST = 500  # files that are looked at
_PATH_AFTER = {"1": 8, "2": 9, "u": 10, "?": 1}  # fields before the path, by kind of line


def began(session: Session, key: flow.StepKey) -> None:
    """Note how the project is now, when the step begins; only for one that may change nothing."""
    vault = session.store.vault
    if vault is None or vault.read() is None or flow.load().step(key).may_change:
        return
    found = _looked_at(session.project)
    if found is not None:
        vault.note(f"began-{key}", json.dumps(found).encode())


def since(session: Session, key: flow.StepKey) -> tuple[str, ...]:
    """The paths that are not as they were when the step began; none where that is not known."""
    vault = session.store.vault
    noted = vault.noted(f"began-{key}") if vault else None
    now = _looked_at(session.project) if noted else None
    if not noted or now is None:
        return ()
    before: dict[str, str] = json.loads(noted)
    changed = {path for path in {*before, *now} if before.get(path) != now.get(path)}
    return tuple(sorted(changed))


def _looked_at(project: Path) -> dict[str, str] | None:
    """What git tells of each path that is not as committed, with its content's digest."""
    try:
        top = Path(_git(project, "rev-parse", "--show-toplevel").rstrip("\n"))
        status = ("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all")
        return dict(_lines(top, _git(project, *status).split("\0")))
    except (OSError, subprocess.SubprocessError):
        return None


def _git(project: Path, *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - a list of words, no shell
        ["git", *words],  # noqa: S607 - the user's own
        cwd=project,
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_PATIENCE,
        check=True,
    )
    return done.stdout.decode("utf-8", "replace")


def _lines(top: Path, lines: list[str]) -> Iterator[tuple[str, str]]:
    rest = iter(lines[:_MOST])
    for line in rest:
        if line.startswith("# branch.oid "):
            yield "HEAD", line.rpartition(" ")[2]
        elif (count := _PATH_AFTER.get(line[:1])) is not None:
            fields = line.split(" ", count)
            yield fields[-1], f"{' '.join(fields[:-1])} {_digest(top / fields[-1])}"
        if line.startswith("2 "):
            next(rest, None)  # where it was renamed from


def _digest(path: Path) -> str:
    try:
        size = path.stat().st_size
        return hashlib.sha256(path.read_bytes()).hexdigest() if size <= _LARGEST else str(size)
    except OSError:
        return ""
