"""Measure everything once more and write RESULTS.md: `python -m tests.bench [--quick]`.

`--quick` makes fewer rounds, leaves the largest numbers out and writes nothing: it shows the page.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench import growth, results
from tests.bench.empty import seconds
from tests.bench.price import price
from tests.bench.starts import starts
from tests.bench.whole_run import count_starts, led, plainly
from tests.support.client.environment import leave_network

PAGE = Path(__file__).resolve().parent / "RESULTS.md"


def page(root: Path, *, quick: bool) -> str:
    """All figures as Markdown; what is made for them lies below `root`."""
    rounds = 3 if quick else 15
    more = [] if quick else [10_000]
    sessions, events = [0, 100, 1000, *more], [100, 1000, *more]
    size = [1, 10, 100, 1000]
    parts = [
        results.HEAD,
        f"{results.machine()}\n",
        "## A process\n",
        results.of_starts(starts(root / "starts", rounds)),
        "## A whole run, the model answering at once\n",
        *_runs(root / "runs", pairs=1 if quick else 3),
        "## Growth\n",
        results.of_growth(
            "archived sessions",
            sessions,
            growth.archived(root / "archived", sessions, rounds // 3),
            memory=True,
        ),
        results.of_growth(
            "events in the timeline",
            events,
            growth.timelines(root / "timelines", events, rounds // 3),
            memory=True,
        ),
        results.of_growth(
            "hook, KB of a Bash line", size, growth.lines(root / "lines", size, rounds // 3)
        ),
        results.of_growth(
            "hook, MB of a Write", [1, 20], growth.contents(root / "contents", [1, 20], rounds // 3)
        ),
        "## Tokens\n",
        results.of_price(price(root / "price")),
    ]
    return "\n".join(parts)


def _runs(root: Path, pairs: int) -> list[str]:
    root.mkdir()

    def folder(name: str) -> Path:
        (root / name).mkdir()
        return root / name

    runs = {f"{size} KB documents": led(folder(f"{size}"), size)[0] for size in (1, 6, 24)}
    runs["plain prompt, 6 KB"] = plainly(folder("plain"), 6)
    ratios = []
    for pair in range(pairs):
        passed, run = led(folder(f"pair-{pair}"), 6)
        ratios.append(passed.seconds / seconds(root / f"empty-{pair}", run))
    started = count_starts(folder("counted"), 6)
    times = f"It takes {statistics.median(ratios):.1f} times as long as the same tool calls with"
    return [
        results.of_runs(runs),
        f"{times} an empty plugin (pairs: {pairs}). Its Pythons, {sum(started.values())} in all:\n",
        results.table(["", "starts"], [[name, str(n)] for name, n in started.items()]),
    ]


def main() -> None:
    """Measure, then write the page or show it."""
    leave_network()
    quick = "--quick" in sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        text = page(Path(folder).resolve(), quick=quick)
    if not quick:
        PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
