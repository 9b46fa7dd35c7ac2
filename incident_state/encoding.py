"""UTF-8 everywhere but in a terminal, whatever the locale says.

Standard library alone: the doctor asks too, where nothing else is there.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import sys


def of_terminals() -> str:
    """The encoding that the locale gives terminals, which Python's UTF-8 mode hides."""
    import locale  # which a command in a pipe goes without

    try:
        own = codecs.lookup(locale.nl_langinfo(locale.CODESET)).name
    except LookupError:
        return "utf-8"
    # Of a locale that was never set nobody knows; today's terminals are UTF-8.
    return own if own != "ascii" else "utf-8"


def enter_utf8() -> None:
    """Run this process anew in Python's UTF-8 mode, where the locale has another encoding.

    File names, arguments and what is read are then text as everywhere else.
    """
    # What such a locale makes of an argument cannot always be turned back.
    with contextlib.suppress(OSError):
        with open("/proc/self/cmdline", "rb") as file:  # noqa: PTH123 - no Path needed
            words = file.read().split(b"\0")[1:-1]
        os.execv(sys.executable, [os.fsencode(sys.executable), b"-X", b"utf8", *words])  # noqa: S606 - no shell
