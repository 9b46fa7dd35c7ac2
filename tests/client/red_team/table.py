"""Print what the red team tried, by rule and tool, and how much of it got through."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent.parent / "build" / "red-team"


def main() -> int:
    """Print the table; the exit code is 1 if anything got through, or too little was tried."""
    tried: Counter[tuple[str, str, str]] = Counter()
    through = 0
    for file in sorted(FOLDER.glob("*.json")):
        for rule, tool, by, count, passed in json.loads(file.read_text(encoding="utf-8")):
            tried[rule, tool, by] += count
            through += passed
    for (rule, tool, by), count in sorted(tried.items()):
        sys.stdout.write(f"{rule:<14} {tool:<16} {by:<16} {count:>4}\n")
    sys.stdout.write(f"{sum(tried.values())} attempts, {through} got through\n")
    return 0 if sum(tried.values()) >= 60 and not through else 1


if __name__ == "__main__":
    sys.exit(main())
