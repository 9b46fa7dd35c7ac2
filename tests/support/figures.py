"""What the suites of faults counted, summed over all workers and told at the end of a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

_COUNTED = "counted: "


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option for what takes too long for each change."""
    parser.addoption(
        "--long", action="store_true", help="try each state of the disk, not a fifth of them"
    )


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Give a function that counts one more of what it is told, for the end of the run."""
    return lambda what: record_property(_COUNTED + what, 1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the sums."""
    sums: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, number in getattr(report, "user_properties", ()):
                if name.startswith(_COUNTED) and report.when == "call":
                    sums[name.removeprefix(_COUNTED)] += number
    if sums:
        terminalreporter.section("counted")
    for what in sorted(sums):
        terminalreporter.write_line(f"{sums[what]:7} {what}")
