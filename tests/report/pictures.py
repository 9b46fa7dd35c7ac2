"""Make the README's pictures anew, with Chromium: `python -m tests.report.pictures`."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.terminal_theme import MONOKAI

from incident_state.session.next import upcoming
from incident_state.terminal import picture
from incident_state.terminal.screen import Command, heading, indented
from incident_state.views import view
from tests.report.browser import Opened, browser, program
from tests.report.told_report import text_of
from tests.support.told_incident import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser
    from rich.console import RenderableType

FOLDER = Path(__file__).resolve().parent / "pictures"
SCREENS = ((1400, 900), (400, 800))
COLUMNS = 80
PAGE = """<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; display: inline-block; background: {background}; color: {foreground} }}
pre {{ margin: 0; padding: 18px 22px; font: 14px/1.35 "DejaVu Sans Mono", monospace }}
{stylesheet}</style><pre>{code}</pre>"""
PROJECT = "/srv/edge"  # where the pictured project seems to be


def report(made: Browser, folder: Path) -> None:
    """The first screen of the told incident's report, in two widths."""
    file = folder / "report.html"
    file.write_text(text_of(Told(folder / "complete").complete()), "utf-8")
    for width, height in SCREENS:
        with Opened(made, file, width, "light", height) as opened:
            opened.page.screenshot(path=FOLDER / f"report-{width}.png")


def status(made: Browser, folder: Path) -> None:
    """`status` while the deployment waits for the third checkpoint."""
    told = Told(folder / "status").deployed()
    state = told.session.load()
    looked = view.look(told.session, state)
    parts = picture.picture(told.session, looked, upcoming(told.session, state))
    _terminal(made, folder, told, "status", parts)


def checkpoint(made: Browser, folder: Path) -> None:
    """What a person decides on at the first checkpoint, as `approve` shows it."""
    told = Told(folder / "checkpoint").triaged()
    question = told.session.question(told.session.load())
    assert question is not None
    parts: list[RenderableType] = [
        heading(question.header),
        *map(indented, question.told),
        "",
        "Approve? [y/N]: ",
    ]
    _terminal(made, folder, told, "checkpoint", parts)


def _terminal(
    made: Browser, folder: Path, told: Told, name: str, parts: Sequence[RenderableType]
) -> None:
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for part in parts:
        soft = isinstance(part, Command)
        console.print(part, markup=False, highlight=False, emoji=False, soft_wrap=soft)
    page = console.export_html(theme=MONOKAI, code_format=PAGE)
    file = folder / f"{name}.html"
    file.write_text(page.replace(str(told.session.project), PROJECT), "utf-8")
    with Opened(made, file, 1400, "light") as opened:
        opened.page.locator("body").screenshot(path=FOLDER / f"{name}.png")


def main() -> int:
    """Make every picture; the exit code."""
    if program() is None:
        sys.stderr.write("Chromium is not installed; nothing was made.\n")
        return 1
    FOLDER.mkdir(exist_ok=True)
    # Commands are printed as to somebody who has the helper on PATH.
    helper = Path(sys.executable).with_name("incident-state")
    os.environ["PATH"] = f"{helper.parent}{os.pathsep}{os.environ['PATH']}"
    sys.argv[0] = str(helper)
    with tempfile.TemporaryDirectory() as folder, browser() as made:
        for each in (report, status, checkpoint):
            each(made, Path(folder))
    for each_file in sorted(FOLDER.iterdir()):
        sys.stdout.write(f"{each_file.name} {each_file.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
