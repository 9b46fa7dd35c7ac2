"""What a team says of its own programs and tools, in `.claude/incident-response.md`.

Below `## Reads only` and `## Always changes` each list item is a program as it is called, with its
subcommand if it has one, or the name of an MCP tool; `*` stands for anything.
"""

from __future__ import annotations

import os

from incident_state.patterns import pattern
from incident_state.workflow import TEAM_NOTES

READS_ONLY, ALWAYS_CHANGES = "reads only", "always changes"
_HEADING = pattern(r"^#+\s*(.*?)\s*#*$")
_ITEM = pattern(r"^\s*[-*+]\s+`?([^`]+?)`?\s*$")


class Team:
    """The two lists of one project; empty where there are none."""

    def __init__(self, project: str) -> None:
        """Read them."""
        self._lists: dict[str, list[str]] = {}
        path = os.path.join(project, TEAM_NOTES)  # noqa: PTH118 - pathlib costs a hook time
        try:
            if not os.path.isfile(path):  # noqa: PTH113 - the same; a FIFO would be waited for
                return
            with open(path, encoding="utf-8") as file:  # noqa: PTH123 - the same
                lines = file.read(1_000_000).splitlines()
        except (OSError, ValueError):
            return
        heading = ""
        for line in lines:
            if match := _HEADING.match(line):
                heading = match[1].lower()
            elif match := _ITEM.match(line):
                self._lists.setdefault(heading, []).append(match[1])

    def says(self, *names: str) -> str:
        """Which of the two lists names one of those; empty where none does."""
        for heading in (ALWAYS_CHANGES, READS_ONLY):
            listed = self._lists.get(heading, ())
            if any(_matches(name, each) for name in names for each in listed):
                return heading
        return ""


def _matches(name: str, listed: str) -> bool:
    import fnmatch

    name, listed = name.removeprefix("./"), listed.removeprefix("./")
    return fnmatch.fnmatchcase(name, listed) or name.startswith(f"{listed} ")
