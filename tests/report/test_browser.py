"""The report in a real browser: it is read with ease, and nothing on it acts."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from tests.report.browser import Opened, Scheme, browser, program
from tests.report.hostile_cases import FRAGMENTS, WHOLE
from tests.report.told_report import text_of
from tests.support.told_incident import Told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("browser")]

WIDTHS = (400, 800, 1400)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PAGES = ("complete", "hostile")
LOOKS = list(itertools.product(PAGES, WIDTHS, SCHEMES))
AA = 4.5  # WCAG 2.2, 1.4.3: the least contrast of text

# Each text that is seen, with the contrast of its colour against what lies behind it.
CONTRASTS = """() => {
  const seen = [];
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = parts(colour).map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    const words = walk.currentNode.data.trim();
    if (!words || !element.checkVisibility() || element.closest("title, desc")) continue;
    const style = getComputedStyle(element);
    const colour = element.closest("svg") ? style.fill : style.color;
    const [a, b] = [luminance(colour), luminance(behind(element))].sort((x, y) => y - x);
    seen.push([words.slice(0, 40), (a + 0.05) / (b + 0.05)]);
  }
  return seen;
}"""

# Pairs of a drawing's texts that lie upon each other, and texts that leave it.
CLASHES = """() => {
  const found = [];
  for (const svg of document.querySelectorAll("svg.drawing")) {
    if (!svg.checkVisibility()) continue;
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")];
    const boxes = texts.map((text) => text.getBoundingClientRect());
    boxes.forEach((a, i) => {
      if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.bottom > frame.bottom + 1)
        found.push(texts[i].textContent);
      boxes.slice(i + 1).forEach((b, j) => {
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (width > 1 && height > 3)
          found.push(`${texts[i].textContent} / ${texts[i + 1 + j].textContent}`);
      });
    });
  }
  return found;
}"""


# Words of tables' cells of which a part stands on another line.
BROKEN = """() => {
  const found = [];
  for (const cell of document.querySelectorAll("td, th")) {
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      for (const word of walk.currentNode.data.matchAll(/[\\p{L}\\d]+/gu)) {
        const range = document.createRange();
        range.setStart(walk.currentNode, word.index);
        range.setEnd(walk.currentNode, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
        if (lines.size > 1) found.push(word[0]);
      }
    }
  }
  return found;
}"""
WIDE_TABLE = """\
| Action item | Accountable engineer | Expected completion | Acknowledgement status |
|---|---|---|---|
| Throttle reconciliation of subscriptions | Infrastructure | 2026-07-09 | Unacknowledged |
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of this module."""
    if program() is None:
        pytest.skip("chromium is not installed")
    with browser() as made:
        yield made


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages by name: the incident told to its end, and one whose every text is hostile."""
    folder = tmp_path_factory.mktemp("pages")
    told = Told(folder / "complete").complete()
    hostile = Told(folder / "hostile", f"{FRAGMENTS[0]}\n{WHOLE}").note(WHOLE)
    hostile.after(1).done(1, USER_IMPACT=WHOLE).done(2).done(3, ACTIVE_CHANGES=WHOLE)
    hostile.decide("Approve").done(4, ROOT_CAUSE=WHOLE)
    large = hostile.session.store.folder / "02-observability.md"
    text = f"{WHOLE}\n\n```\n{'x' * 3_000}\n```\n\n| {'y' * 3_000} |\n|-|\n\n"
    large.write_text(
        text + (f"{FRAGMENTS[0]} " * 200_000)[: 5_000_000 - len(text.encode())], "utf-8"
    )
    return {
        name: written(folder, name, each) for name, each in zip(PAGES, (told, hostile), strict=True)
    }


def written(folder: Path, name: str, told: Told) -> Path:
    """The file of the page."""
    file = folder / f"{name}.html"
    file.write_text(text_of(told), "utf-8")
    return file


@pytest.mark.parametrize(("name", "width", "scheme"), LOOKS)
def test_the_page_does_nothing_fits_and_is_read_with_ease(
    chromium: Browser, pages: dict[str, Path], name: str, width: int, scheme: Scheme
) -> None:
    """No request, message, dialog or script; no sideways scrolling; contrast of at least 4.5."""
    address = pages[name].as_uri()
    with Opened(chromium, pages[name], width, scheme) as opened:
        look = opened.page.evaluate
        wide = look("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0
        contrasts: list[tuple[str, float]] = look(CONTRASTS)
        assert len(contrasts) > 200
        assert [each for each in contrasts if each[1] < AA] == []
        assert look(CLASHES) == []
        assert look("window.acted ?? null") is None
        assert look("document.scripts.length + document.images.length + frames.length") == 0
        links = look("[...new Set([...document.links].map((link) => link.protocol))].sort()")
        assert set(links) <= {"file:", "http:", "https:", "mailto:"}
        assert opened.did == [f"request {address}", f"opened {address}"]


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (400, 800)])
def test_the_first_screen_says_what_happened_to_whom_and_whether_it_is_over(
    chromium: Browser, pages: dict[str, Path], width: int, height: int
) -> None:
    """Severity, outcome, title, how long, and the whole summary, before anything is moved."""
    with Opened(chromium, pages["complete"], width, "light", height) as opened:
        for words in ("Resolved", "Sites worldwide return 502", "Over. Users were", "It is over;"):
            box = opened.page.locator("header p, header h1", has_text=words).first.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= height, words


@pytest.mark.parametrize("document", ["04-debugging", "10-postmortem"])
def test_a_link_opens_the_folded_document_that_it_leads_into(
    chromium: Browser, pages: dict[str, Path], document: str
) -> None:
    """All is folded until then, the workflow's log too."""
    with Opened(chromium, pages["complete"], 800, "light") as opened:
        assert opened.page.evaluate("document.querySelectorAll('details[open]').length") == 0
        opened.page.locator(f"main a[href^='#document-{document}-']:visible").first.click()
        assert opened.page.evaluate(
            "[...document.querySelectorAll('details[open]')].map(d => d.id)"
        ) == [f"document-{document}"]


def test_a_cell_breaks_between_words(chromium: Browser, tmp_path: Path) -> None:
    """Also at 400 pixels, where a wide table is moved sideways and the page is not."""
    told = Told(tmp_path / "told").triaged().decide("Approve")
    told.done(4, CONTRIBUTING_FACTORS=f"Four.\n\n{WIDE_TABLE}")
    with Opened(chromium, written(tmp_path, "page", told), 400, "light") as opened:
        opened.page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
        cell = opened.page.locator("td", has_text="Unacknowledged")
        assert cell.is_visible()
        assert opened.page.evaluate(BROKEN) == []
        assert opened.page.evaluate("document.documentElement.scrollWidth") == 400


def test_both_schemes_are_there(chromium: Browser, pages: dict[str, Path]) -> None:
    """The page is dark where that is wanted."""
    found: list[Any] = []
    for scheme in SCHEMES:
        with Opened(chromium, pages["complete"], 800, scheme) as opened:
            found.append(opened.page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert found == ["rgb(253, 253, 251)", "rgb(20, 23, 26)"]


@pytest.mark.parametrize("name", PAGES)
def test_each_link_of_the_contents_leads_to_its_place(
    chromium: Browser, pages: dict[str, Path], name: str
) -> None:
    """A click brings the heading that the link names to the top of the window, or near the end."""
    with Opened(chromium, pages[name], 800, "light") as opened:
        links = opened.page.locator("nav a")
        assert links.count() > 15
        for number in range(links.count()):
            link = links.nth(number)
            anchor = str(link.get_attribute("href"))
            link.evaluate("(link) => link.click()")
            top, rest = opened.page.evaluate(
                """(anchor) => [
                  document.getElementById(anchor.slice(1)).getBoundingClientRect().top,
                  document.documentElement.scrollHeight - innerHeight - scrollY,
                ]""",
                anchor,
            )
            assert opened.page.url == pages[name].as_uri() + anchor
            assert -1 <= top <= 20 or (rest <= 1 and 0 <= top < 900), anchor


@pytest.mark.parametrize("name", PAGES)
def test_the_page_prints(chromium: Browser, pages: dict[str, Path], name: str) -> None:
    """As PDF, light also where the screen is dark, with the wide drawing."""
    with Opened(chromium, pages[name], 400, "dark") as opened:
        printed = opened.page.pdf(format="A4", prefer_css_page_size=True)
        assert printed.startswith(b"%PDF-")
        # Six at most before the documents, which are folded and begin a new one.
        assert 3 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page /") <= 7
        opened.page.emulate_media(media="print")
        opened.page.evaluate("document.getElementById('workflow').open = true")
        seen = opened.page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, "
            'document.querySelector("svg.wide").checkVisibility()]'
        )
        assert seen == ["rgb(255, 255, 255)", True]
