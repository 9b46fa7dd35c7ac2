"""What a process asks of the system, counted by strace, with all that it starts."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.bench.measure import Call


def system_calls(call: Call, report: Path) -> tuple[int, int]:
    """Return how many system calls it makes, and how many files it opens, those found alone."""
    done = subprocess.run(
        ["strace", "-f", "-c", "-U", "calls,errors,name", "-o", report, *call.words],
        input=call.given,
        env=call.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made, opened = 0, 0
    for line in report.read_text().splitlines()[2:]:
        words = line.split()
        if not words or not words[0].isdigit() or words[-1] == "total":
            continue
        made += int(words[0])
        if words[-1] in {"open", "openat"}:
            opened += int(words[0]) - (int(words[1]) if len(words) > 2 else 0)
    return made, opened
