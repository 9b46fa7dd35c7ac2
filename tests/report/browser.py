"""A real headless Chromium that opens files and tells what they did."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Dialog, Page

Scheme = Literal["light", "dark"]
# Whatever a page asks for that is not its own file meets a closed port of this machine.
NOWHERE = "--proxy-server=http://127.0.0.1:9"


def program() -> str | None:
    """The system's Chromium; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """The browser, closed at the end; for root it runs without its sandbox, which needs another."""
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=program(), args=[NOWHERE, *alone])
        try:
            yield made
        finally:
            made.close()


class Opened:
    """A page in the browser, and everything that it did: requests, messages, dialogs, windows."""

    def __init__(
        self, browser: Browser, file: Path, width: int, scheme: Scheme, height: int = 900
    ) -> None:
        self.did: list[str] = []
        size = {"width": width, "height": height}
        self.context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.on("request", lambda request: self.did.append(f"request {request.url}"))
        self.page.on("console", lambda message: self.did.append(f"console {message.text}"))
        self.page.on("pageerror", lambda error: self.did.append(f"error {error}"))
        self.page.on("framenavigated", lambda frame: self.did.append(f"opened {frame.url}"))
        self.page.on("popup", lambda popup: self.did.append(f"window {popup.url}"))
        self.page.on("dialog", self._dismiss)
        self.page.goto(file.as_uri())

    def _dismiss(self, dialog: Dialog) -> None:
        self.did.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def __enter__(self) -> Opened:  # noqa: PYI034 - typing has Self from Python 3.11 on
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()
