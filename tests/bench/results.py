"""The figures as a page of tables, with the machine that they were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence

from tests.bench.growth import exponent
from tests.bench.measure import Cost
from tests.bench.price import Price
from tests.bench.whole_run import Passed
from tests.support.client.environment import bundled_client

HEAD = """# What it costs

Made by `python -m tests.bench`; nothing here is written by hand. CPU time is told as ratios,
each the median of pairs that were run one after the other, since a machine's speed differs from
minute to minute.
"""


def machine() -> str:
    """What the figures were measured on, in a line."""
    from importlib import metadata

    client = subprocess.run(
        [bundled_client(), "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[0]
    names = ("pydantic", "rich", "typer")
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    cores = len(os.sched_getaffinity(0))
    python = platform.python_version()
    return f"{platform.system()}, {cores} cores; Claude Code {client}; Python {python}, {packages}."


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def of_runs(runs: dict[str, Passed]) -> str:
    """What passes between client and model in a whole run, a column each."""
    rows = {
        "orchestrator generates, KB": lambda run: f"{run.generated / 1000:.1f}",
        "its last request, KB": lambda run: f"{run.context / 1000:.0f}",
        "sent, MB": lambda run: f"{run.sent / 1e6:.1f}",
        "requests": lambda run: str(run.requests),
        "turns": lambda run: str(run.turns),
    }
    told = [[name, *map(tell, runs.values())] for name, tell in rows.items()]
    return table(["", *runs], told)


def of_starts(starts: dict[str, float]) -> str:
    """CPU time of each process by that of the first."""
    return table(
        ["process", "CPU time"], [[name, f"{ratio:.2f}"] for name, ratio in starts.items()]
    )


def of_growth(
    what: str, numbers: Sequence[int], costs: dict[str, list[Cost]], *, memory: bool = False
) -> str:
    """CPU seconds (and the peak in MB) for each number, and the exponent at the end."""

    def cell(each: Cost) -> str:
        return f"{each.seconds:.2f} s" + (f", {each.megabytes:.0f} MB" if memory else "")

    rows = [
        [name, *map(cell, each), f"{exponent(numbers, each):.2f}"] for name, each in costs.items()
    ]
    return table([what, *(f"{number:,}" for number in numbers), "exponent"], rows)


def of_price(price: Price) -> str:
    """Tokens a session."""
    rows = [
        ["every session, as `claude plugin details` projects it", str(price.projected)],
        ["every session, by the bytes of its first request (4 a token)", str(price.added)],
        ["the typed command, in the same way", str(price.invoked)],
    ]
    return table(["tokens", ""], rows)
