"""Lines that need no typer: those that hooks and briefs print, called at every step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from incident_state.cli.commands import COMMANDS

# How many words follow the name where only --project and --json are said; typer takes the rest.
WORDS = {
    "next": 0,
    "brief": 1,
    "launch": 1,
    "complete": 1,
    "consolidate": 1,
    "status": 0,
    "timeline": 0,
    "list": 0,
    "handoff": 0,
    "verify": 0,
}


def called(line: list[str]) -> Callable[[], object] | None:
    """The call that the line makes; None where it is not just as simple as that."""
    name, *rest = line or [""]
    if name not in WORDS:
        return None
    words: list[str] = []
    options: dict[str, object] = {}
    while rest:
        word = rest.pop(0)
        if word == "--project" and rest:
            options["project"] = Path(rest.pop(0))
        elif word == "--json":
            options["json"] = True
        elif word.startswith("-") and word != "-":
            return None
        else:
            words.append(word)
    command = COMMANDS[name]
    if len(words) != WORDS[name] or not options.keys() <= command.__annotations__.keys():
        return None
    return partial(command, *words, **options)
