"""What a fresh Python imports for a line of it, as Python itself counts."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.support.workbench import ROOT

_AS_STARTED = "import sys; sys.path.insert(0, sys.argv.pop(1)); "


def imported(
    line: str, words: list[str], env: dict[str, str], *flags: str, given: str = ""
) -> list[str]:
    """Return the modules' names, in order; the line finds our package and the words in sys.argv."""
    done = subprocess.run(
        [sys.executable, *flags, "-X", "importtime", "-c", _AS_STARTED + line, str(ROOT), *words],
        input=given,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return re.findall(r"^import time: +\d+ \| +\d+ \| +(\S+)$", done.stderr, re.MULTILINE)
