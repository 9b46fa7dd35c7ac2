"""Where a command may write: its own document, and places that are nobody's."""

from __future__ import annotations

import os
from collections.abc import Iterable

from incident_state.hooks.shell.words import Word
from incident_state.patterns import pattern
from incident_state.project import in_session_folder
from incident_state.storage.sealed import FOLDER, SCRATCH

# A path that may lead out of the folder where it is named.
_LEADS = pattern(r"(?:^|=)[/~]|\.\.")


class Places:
    """The project, the one document that the caller may write, and where anybody may write."""

    def __init__(self, project: str, own: str | None = None) -> None:
        """Take real paths."""
        self.project = project
        self.own = own
        temporary = [os.environ.get("TMPDIR") or "/tmp", "/tmp", "/var/tmp"]  # noqa: S108 - where others write
        self.free = [os.path.realpath(each) for each in temporary]
        self.scratch = os.path.join(project, FOLDER, SCRATCH)  # noqa: PTH118 - pathlib costs a hook time
        self.free.append(self.scratch)

    def is_free(self, word: Word, cwd: str | None) -> bool:
        """Whether what is written at that path is nobody's but the writer's."""
        if not word.unseen and (word.text.startswith("/dev/") or word.text in {"", "-"}):
            return True
        if word.text.isdigit():
            return True
        if word.unseen or (cwd is None and not os.path.isabs(word.text)):  # noqa: PTH117 - the same
            return False
        path = os.path.realpath(os.path.join(cwd or "/", os.path.expanduser(word.text)))  # noqa: PTH111, PTH118 - the same
        if path == self.own:
            return True
        # A project that lies in a temporary place is a project all the same.
        inside = path == self.project or path.startswith(self.project + os.sep)
        inside = inside or in_session_folder(path)
        free = self.free[-1:] if inside else self.free
        return path == self.scratch or any(path.startswith(each + os.sep) for each in free)

    def in_scratch(self, cwd: str | None) -> bool:
        """Whether what runs there runs among what agents try out."""
        return cwd is not None and f"{os.path.realpath(cwd)}{os.sep}".startswith(
            self.scratch + os.sep
        )

    def stays_in_scratch(self, words: Iterable[Word], cwd: str | None) -> bool:
        """Whether a command runs there, and names no path that leads elsewhere."""
        paths = (Word(w.text.rpartition("=")[2], w.unseen) for w in words if _LEADS.search(w.text))
        return self.in_scratch(cwd) and all(self.is_free(path, cwd) for path in paths)
