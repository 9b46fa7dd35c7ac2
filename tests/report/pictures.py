"""Make the README's pictures anew, with Chromium: `python -m tests.report.pictures`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.report.browser import Opened, browser, program
from tests.report.told_report import text_of
from tests.support.told_incident import Told

FOLDER = Path(__file__).resolve().parent / "pictures"
WIDTH, HEIGHT = 900, 840


def report(folder: Path) -> None:
    """The head of the told incident's report, down to the end of its drawing."""
    told = Told(folder / "project").complete()
    file = folder / "report.html"
    file.write_text(text_of(told), "utf-8")
    with browser() as made, Opened(made, file, WIDTH, "light", HEIGHT) as opened:
        bottom = opened.page.evaluate(
            "document.querySelector('figure').getBoundingClientRect().bottom"
        )
        opened.page.screenshot(
            path=FOLDER / "report.png",
            clip={"x": 0, "y": 0, "width": WIDTH, "height": bottom + 28},
            full_page=True,
        )


def main() -> int:
    """Make every picture; the exit code."""
    if program() is None:
        sys.stderr.write("Chromium is not installed; nothing was made.\n")
        return 1
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        report(Path(folder))
    for picture in sorted(FOLDER.iterdir()):
        sys.stdout.write(f"{picture} {picture.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
