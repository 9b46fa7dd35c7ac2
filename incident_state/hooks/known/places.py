"""Where a command may write: its own document, and places that are nobody's."""

from __future__ import annotations

import os

from incident_state.hooks.shell.words import Word
from incident_state.storage.sealed import FOLDER


class Places:
    """The project, the one document that the caller may write, and where anybody may write."""

    def __init__(self, project: str, own: str | None = None) -> None:
        """Take real paths."""
        self.project = project
        self.own = own
        temporary = [os.environ.get("TMPDIR") or "/tmp", "/tmp", "/var/tmp"]  # noqa: S108 - where others write
        self.free = [os.path.realpath(each) for each in temporary]
        self.free.append(os.path.join(project, FOLDER, "scratch"))  # noqa: PTH118 - pathlib costs a hook time

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
        free = self.free[-1:] if inside else self.free
        return any(path.startswith(each + os.sep) for each in free)
