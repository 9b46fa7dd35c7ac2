"""The vault written: the record sealed under the session's lock, before the project's own files.

What `record` says is decided. A crash between the two leaves a state.json that is the one before,
which whoever takes the lock next replaces; anything else that differs is not the helper's.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from incident_state.storage import disk, sealed
from incident_state.storage.sealed import Sealed

NO_PLACE = "no folder for it is known: neither HOME nor XDG_STATE_HOME is set"


class Vault:
    """Where one project's record is sealed."""

    def __init__(self, base: str, project: Path) -> None:
        """Take the state home and the project's real path; nothing is made yet."""
        self.base = base
        self.refused: str | None = None  # why the newest change could not be sealed
        self.folder = Path(sealed.place(base, str(project)))

    def read(self) -> Sealed | None:
        """What is sealed; None if nothing is, or if it is damaged and so attests nothing."""
        try:
            found = sealed.read(str(self.folder))
        except ValueError:
            return None
        whole = found is None or found.digest == _digest(found.state)
        return found if whole else None

    def keep(self, data: bytes) -> None:
        """A file's bytes kept under their SHA-256, durable when this returns."""
        digest = _digest(data)
        path = self.folder / sealed.KEPT / digest
        if sealed.contents(str(path)) != data:
            changes = disk.Changes(path.parent)
            changes.put(changes.stage(f"{digest}-{os.getpid()}", data), path)
            changes.forget()

    def kept(self, digest: str) -> bytes | None:
        """The bytes of that digest; None where they are gone, or are not what they were."""
        data = sealed.contents(str(self.folder / sealed.KEPT / digest))
        return data if data is not None and _digest(data) == digest else None

    def has(self, digest: str) -> bool:
        """Whether a file of that digest is kept."""
        return disk.exists(self.folder / sealed.KEPT / digest)

    def edited(self, name: str) -> bytes | None:
        """A document as a person had changed it when the newest tool call began; None if none."""
        return sealed.contents(str(self.folder / sealed.EDITED / name))

    def note(self, name: str, data: bytes) -> None:
        """Something beside the record noted; what the disk refuses is lost, and nothing else."""
        with contextlib.suppress(OSError):
            (self.folder / name).write_bytes(data)

    def noted(self, name: str) -> bytes | None:
        """What was noted under that name; None if nothing was."""
        with contextlib.suppress(OSError):
            return sealed.contents(str(self.folder / name))
        return None

    def make(self) -> None:
        """The vault's folders, which only their owner enters; OSError where that cannot be."""
        self.unlock()
        folder = self.folder / sealed.KEPT
        missing = [each for each in (folder, *folder.parents) if not disk.exists(each)]
        for each in reversed(missing):
            with contextlib.suppress(FileExistsError):
                each.mkdir(mode=0o700)
            disk.sync_folder(each.parent)

    def unlock(self) -> None:
        """The vault's folders as their owner can use them, whoever took that right away."""
        top = Path(self.base, "incident-response")
        below = [each for each in (self.folder, *self.folder.parents) if each.is_relative_to(top)]
        for each in (*reversed(below), self.folder / sealed.KEPT):
            with contextlib.suppress(FileNotFoundError):
                if stat.S_IMODE(each.stat().st_mode) & 0o700 != 0o700:  # noqa: PLR2004 - what its owner may
                    each.chmod(0o700)

    def seal(
        self,
        changes: disk.Changes,
        folder: Path,
        state: bytes,
        documents: Mapping[str, str],
        *,
        marker: str,
    ) -> None:
        """state.json's new bytes and the marker's, empty where none is, and all files sealed.

        Where the vault refuses, nothing is sealed any more and `refused` says why; OSError where
        even the old record cannot be taken away, which would undo every later change.
        """
        files, new = self._to_seal(folder, documents)
        try:
            self.make()
            for data in new:
                self.keep(data)
            self._commit(changes, state, files, marker)
            self.refused = None
        except OSError as error:
            changes.take_back()
            self.refused = f"{self.folder}: {error.strerror or type(error).__name__}"
            self.discard()

    def _commit(
        self, changes: disk.Changes, state: bytes, files: Mapping[str, str], marker: str
    ) -> None:
        index = {"state": _digest(state), "open": marker, "files": dict(files)}
        data = json.dumps(index, ensure_ascii=False).encode() + b"\n" + state
        path = self.folder / sealed.RECORD
        staged = changes.stage(f"{sealed.RECORD}-{os.getpid()}", data)
        if kept := changes.keep(path):
            kept.replace(self.folder / sealed.BEFORE)
        changes.put(staged, path)
        mark = self.folder / sealed.MARKER
        if disk.exists(mark) and not marker:
            changes.drop(mark)
        elif marker.encode() != (sealed.contents(str(mark)) or b""):
            changes.write(mark, marker.encode())

    def _to_seal(
        self, folder: Path, documents: Mapping[str, str]
    ) -> tuple[dict[str, str], list[bytes]]:
        """The digests of what is sealed beside state.json, by path; what of it is to be kept."""
        record = self.read()
        known = record.files if record else {}
        found: dict[str, str] = {}
        new: list[bytes] = []
        for name, digest in documents.items():
            data = None if self.has(digest) else self._newest(folder, name, digest)
            if data is not None or self.has(digest):
                found[name] = digest
                new += [data] if data is not None else []
        for name in (sealed.IGNORE, *sealed.whole(str(folder))):
            if name in known and not sealed.aged(name):
                found[name] = known[name]
            elif name not in known and (data := sealed.contents(str(folder / name))) is not None:
                found[name] = _digest(data)
                new.append(data)
        return found, new

    def _newest(self, folder: Path, name: str, digest: str) -> bytes | None:
        """The document's bytes of that digest: its own, or those that wait for its place."""
        for file in (f"{disk.TEMPORARY}{sealed.STAGED}{name}", name):
            data = sealed.contents(str(folder / file))
            if data is not None and _digest(data) == digest:
                return data
        return None

    def discard(self) -> None:
        """Nothing is sealed any more; OSError where something stays."""
        try:
            there = disk.exists(self.folder)
        except OSError:
            return  # nobody who cannot see it puts anything back from it
        if there:
            for name in (sealed.RECORD, sealed.BEFORE, sealed.MARKER):
                (self.folder / name).unlink(missing_ok=True)
            disk.sync_folder(self.folder)

    def sweep(self) -> None:
        """What a killed process left, and bytes that no record names any more, removed."""
        with contextlib.suppress(OSError):
            for entry in self.folder.iterdir():
                if entry.name.startswith(disk.TEMPORARY):
                    disk.remove(entry)
        named = self.read()
        if named is not None:
            wanted = set(named.files.values())
            with contextlib.suppress(OSError):
                for entry in (self.folder / sealed.KEPT).iterdir():
                    if entry.name not in wanted:
                        disk.remove(entry)


def vault_of(project: Path) -> Vault | None:
    """The project's vault, made or not; None where no place for it is known."""
    real = os.path.realpath(project)
    base = sealed.base(real)
    return Vault(base, Path(real)) if base else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
