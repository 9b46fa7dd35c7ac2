"""What a command costs as a whole process, with all that it starts: CPU time and peak memory."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """A command that must succeed, with its environment and what it reads."""

    words: list[str]
    env: dict[str, str]
    given: str = ""


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU, and the most memory that one of its processes held, in MB."""

    seconds: float
    megabytes: float


# Waits for the command in our place, which is larger: a process's peak counts that of its parent.
_WAIT = """
import os, sys
process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(process, 0)
sys.stderr.write(f"\\n{used.ru_utime + used.ru_stime} {used.ru_maxrss}")
sys.exit(os.waitstatus_to_exitcode(status))
"""


def cost(call: Call) -> Cost:
    """Run it once; AssertionError where it does not end as it should."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _WAIT, *call.words],
        env=call.env,
        input=call.given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, (call.words, done.stdout, done.stderr)
    seconds, kilobytes = done.stderr.splitlines()[-1].split()
    return Cost(float(seconds), int(kilobytes) / 1024)


def ratios(calls: Mapping[str, Call], unit: str, rounds: int) -> dict[str, float]:
    """Each call's CPU time by that of the one named `unit`: medians of pairs of one round."""
    seen: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        cost(call)  # what it reads and compiles is cached from now on
    for _ in range(rounds):
        for name, call in calls.items():
            seen[name].append(cost(call).seconds)
    return {
        name: statistics.median(a / b for a, b in zip(values, seen[unit], strict=True))
        for name, values in seen.items()
    }
