"""The project: whether it can be written, what incident is open, where the record is sealed."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from incident_state import helper
from incident_state.doctor.check import Check
from incident_state.storage import sealed


def _takes_files(folder: Path) -> OSError | None:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\n" * 4096)
            file.flush()
    except OSError as error:
        return error
    return None


def folder(project: Path) -> Check:
    """Whether the session folder, or the project where there is none, takes a file."""
    session = project / sealed.FOLDER
    place = session if session.is_dir() else project
    error = _takes_files(place)
    if error is None:
        return Check("folder", "ok", f"{place} can be written")
    told = f"{place} cannot be written: {error.strerror or error}"
    return Check("folder", "failed", told, "make it writable, or make room there")


def incident(project: Path) -> Check:
    """The incident of that project, or of a folder above it."""
    here = Path.cwd()
    where = f"here ({project})" if project == here else f"in {project}"
    path = project / sealed.FOLDER / sealed.STATE
    try:
        data = sealed.contents(str(path))
    except OSError as error:
        return _unreadable(project, f"{path}: {error.strerror}")
    if data is None:
        if os.path.lexists(project / sealed.FOLDER / sealed.MARKER):
            return _unreadable(project, f"an incident is marked open {where}, and has no state")
        return Check("incident", "ok", "none is open here, nor in a folder above")
    try:
        from incident_state.errors import CorruptState, NewerState
        from incident_state.state.file import parse
        from incident_state.storage.backup import UPDATE
    except ImportError:  # pydantic is missing
        try:
            told = json.loads(data)
            return Check("incident", "ok", f"{told['incident_id']}, {told['status']}, {where}")
        except (ValueError, KeyError, TypeError):
            return _unreadable(project, f"{path} does not hold an incident")
    try:
        state = parse(data.decode())
    except NewerState as error:
        return Check("incident", "failed", f"{path}: {error}", UPDATE)
    except (CorruptState, UnicodeDecodeError) as error:
        return _unreadable(project, f"{path}: {error}")
    return Check("incident", "ok", f"{state.incident_id}, {state.status}, {where}")


def _unreadable(project: Path, found: str) -> Check:
    return Check("incident", "failed", found, helper.command(project, "status"))


def sealed_copy(project: Path) -> Check:
    """Where the record is sealed, or would be, and how much that is."""
    name, root = "sealed copy", os.path.realpath(project)
    base = sealed.base(root)
    if base is None:
        nowhere = "there is no place for one, as HOME is not set"
        return Check(name, "note", nowhere, "set HOME; without it what is changed is not put back")
    vault = Path(sealed.place(base, root))
    held = [file for file in vault.rglob("*") if file.is_file()]
    nearest = next(each for each in (vault, *vault.parents) if each.is_dir())
    error = _takes_files(nearest)
    if error is not None:
        told = f"{nearest} cannot be written: {error.strerror or error}"
        todo = "make it writable; without it what is changed is not put back"
        return Check(name, "note", told, todo)
    if not held:
        return Check(name, "ok", f"none yet; it will be in {vault}")
    size = sum(file.stat().st_size for file in held)
    return Check(name, "ok", f"{len(held)} files, {size / 1000:,.0f} kB, in {vault}")
