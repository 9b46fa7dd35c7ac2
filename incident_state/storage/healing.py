"""What differs from the sealed record put back, and what stood there kept under `revisions/`."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from incident_state.storage import calls, disk, moving, sealed
from incident_state.storage.sealed import Sealed
from incident_state.storage.vault import Vault


class Healing:
    """One look at a session folder under its lock: what was put back, and where the rest is."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        """Take the session folder and its vault; where the folder is gone, it is made anew."""
        self._folder = folder
        self._vault = vault
        self._away: Path | None = None
        self.names: list[str] = []
        record = vault.read()
        mark = sealed.contents(str(folder / sealed.MARKER))
        self._unmarked = bool(record and record.marker) and mark is None
        if vanished(folder, vault):
            aside = make_room(folder)
            self.names.append(f"{folder.name}/")
            if aside is not None:
                aside.rename(self._kept_at(folder.name))

    @property
    def away(self) -> str:
        """The folder below the session folder that holds what stood there; empty if nothing did."""
        return str(self._away.relative_to(self._folder)) if self._away else ""

    def state(self) -> None:
        """state.json as it is sealed, put in place silently where a crash came between the two."""
        record = self._vault.read()
        if record is None:
            return
        path = self._folder / sealed.STATE
        self._unmark(record)
        now = sealed.contents(str(path))
        if (now or b"") == record.state:
            return
        # The vault goes first: a helper that was killed then has left the version before.
        unfinished = now == record.before if record.before else not disk.exists(path)
        if not unfinished:
            self._put_away(sealed.STATE)
        if record.state:
            self._write(sealed.STATE, record.state)
        else:
            path.unlink(missing_ok=True)

    def _unmark(self, record: Sealed) -> None:
        """The marker gone that a crash left of the session before, where none is any more."""
        mark = sealed.contents(str(self._folder / sealed.MARKER))
        if not record.state and mark and mark.strip() in record.before:
            (self._folder / sealed.MARKER).unlink()

    def others(self, *, marker: bool) -> None:
        """Everything else as it is sealed; a document that a person changed meanwhile is theirs.

        `marker` says whether a missing marker counts: at a command it may be a crash's.
        """
        record = self._vault.read()
        if record is None:
            return
        if marker and self._unmarked:
            self.names.append(sealed.MARKER)
        mark = sealed.contents(str(self._folder / sealed.MARKER))
        if mark is not None and mark != record.marker.encode():
            self._one(sealed.MARKER, record.marker.encode() or None)
        for name in _differences(self._folder, self._vault, record):
            if self._away and name.startswith(f"{self.away}/"):
                continue  # that is where it was put just now
            if name == sealed.BACKUP:
                self._write(name, record.before)
            elif name not in {sealed.STATE, sealed.MARKER} and not (
                sealed.is_document(name) and self._edited(name)
            ):
                digest = record.files.get(name)
                data = self._vault.edited(name) or (self._vault.kept(digest) if digest else None)
                if data is not None or not digest:  # what the vault has lost stays as it is
                    self._one(name, data)

    def _edited(self, name: str) -> bool:
        """Whether a person changed the document: a file still, and no call was at work then."""
        path = self._folder / name
        if sealed.contents(str(path)) is None:
            return False
        return not calls.at_work_when(str(path), str(self._vault.folder))

    def _one(self, name: str, data: bytes | None) -> None:
        """Those bytes at that path, or nothing; what stands there is kept."""
        self._reach(name)
        self._put_away(name)
        if data is not None:
            self._write(name, data)

    def _put_away(self, name: str) -> None:
        """What stands at that path moved to where it is kept; nothing, where nothing does."""
        self.names.append(name)
        path = self._folder / name
        if not disk.exists(path):
            return
        kept, data = self._kept_at(name), moving.without_secrets(path)
        if data is None:
            path.rename(kept)
        else:
            changes = disk.Changes(self._folder)
            changes.write(kept, data)
            changes.forget()
            path.unlink()

    def _kept_at(self, name: str) -> Path:
        """Where what stood at that path is kept, in a folder that is there."""
        if self._away is None:
            self._away = free(self._folder / sealed.PUT_AWAY)
        target = self._away / name
        usable(target.parent)
        return target

    def _write(self, name: str, data: bytes) -> None:
        self._reach(name)
        path = self._folder / name
        if disk.is_folder(path):
            self._put_away(name)
        changes = disk.Changes(self._folder)
        changes.put(changes.stage(f"healed-{os.getpid()}", data), path)
        changes.forget()

    def _reach(self, name: str) -> None:
        """The folders that lead to that file, whatever stands in their places."""
        for above in [*Path(name).parents][-2::-1]:
            if disk.exists(self._folder / above) and not disk.is_folder(self._folder / above):
                self._put_away(str(above))
            usable(self._folder / above)


def _differences(folder: Path, vault: Vault, record: Sealed) -> list[str]:
    return sealed.differences(str(folder.parent), str(vault.folder), record)


def differences(folder: Path, vault: Vault) -> list[str]:
    """All that is not as it is sealed, as paths below the session folder; none if nothing is."""
    record = vault.read()
    return _differences(folder, vault, record) if record else []


def differs(folder: Path, vault: Vault) -> bool:
    """Whether anything is not as it is sealed, documents apart that people may have changed."""
    record = vault.read()
    if record is None or not (record.marker or disk.exists(folder)):
        return False  # nothing is sealed, or it was taken away when nothing was open any more
    return any(
        not sealed.is_document(name) or sealed.contents(str(folder / name)) is None
        for name in _differences(folder, vault, record)
    )


def vanished(folder: Path, vault: Vault) -> bool:
    """Whether the folder of an incident that is sealed as open is gone, or of no use."""
    record = vault.read()
    if record is None or not record.marker:
        return False
    return not disk.is_folder(folder) or not _is_usable(folder.lstat())


def usable(place: Path) -> None:
    """A folder at that place which its owner can use, made where it is missing."""
    with contextlib.suppress(FileExistsError):
        place.mkdir(mode=0o700, parents=True)
    if not _is_usable(place.stat()):
        place.chmod(0o700)


def _is_usable(of: os.stat_result) -> bool:
    return of.st_mode & 0o700 == 0o700  # noqa: PLR2004 - what its owner may


def make_room(place: Path) -> Path | None:
    """The session folder where it was taken away or made unusable; where what stood there is."""
    aside = None
    if disk.exists(place) and not disk.is_folder(place):
        aside = free(place.with_name(f"{place.name}."))
        place.rename(aside)
    usable(place)
    return aside


def free(before: Path) -> Path:
    """That path with the lowest number behind it at which nothing stands."""
    number = 1
    while disk.exists(before.with_name(f"{before.name}{number}")):
        number += 1
    return before.with_name(f"{before.name}{number}")
