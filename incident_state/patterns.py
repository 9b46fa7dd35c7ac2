"""Regular expressions that are compiled when they are first used: a hook needs few of many."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # that of typing costs a hook milliseconds


class _Uncompiled:
    """Stands for a pattern, and becomes one method of it after the other."""

    def __init__(self, text: str, flags: int) -> None:
        self._given = (text, flags)

    def __getattr__(self, name: str) -> object:
        method: object = getattr(re.compile(*self._given), name)
        setattr(self, name, method)
        return method


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, by its methods and attributes; functions of `re` do not take it."""
    if TYPE_CHECKING:
        return re.compile(text, flags)
    return _Uncompiled(text, flags)
