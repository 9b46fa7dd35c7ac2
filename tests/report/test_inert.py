"""Nothing on the report acts, whatever the documents hold and however large they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_state.report.rendering import MAX_CHARACTERS, rendered
from incident_state.session import work
from tests.report.hostile_cases import FRAGMENTS, WHOLE
from tests.report.html_page import Element, read
from tests.report.told_report import shown, text_of
from tests.support.thinned import thinned
from tests.support.told_incident import Told

if TYPE_CHECKING:
    from pathlib import Path

ELEMENTS = set(
    "html head meta title style body header main section nav details summary figure footer "
    "h1 h2 h3 h4 h5 h6 p span small code pre ul ol li dl dt dd div table thead tbody tr th td time "
    "a em strong s blockquote hr br svg desc defs pattern rect line text".split()
)
ATTRIBUTES = set(
    "lang dir charset http-equiv content name id class scope colspan start href rel datetime role "
    "aria-label aria-labelledby aria-describedby aria-hidden viewbox xmlns x y x1 x2 y1 y2 width "
    "height rx fill text-anchor patternunits patterntransform".split()
)
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def problems(whole: Element) -> list[str]:
    """Every element, attribute and address on the page that has no business there."""
    found = []
    for each in whole.all():
        found += [each.name] if each.name not in ELEMENTS else []
        found += [f"{each.name} {name}" for name in each.attributes if name not in ATTRIBUTES]
        address = each.attributes.get("href", "#")
        if not re.match(r"#[a-z0-9-]+\Z|(?i:https?://|mailto:)", address) and address != "#":
            found.append(address)
        if not address.startswith("#") and each.attributes["rel"] != "noopener noreferrer nofollow":
            found.append(f"{address} {each.attributes['rel']}")
    return found


def test_the_page_of_an_honest_incident_has_only_what_it_may_have(tmp_path: Path) -> None:
    """Its elements, attributes and addresses are those of a page that is only read."""
    assert problems(shown(Told(tmp_path).complete())) == []


def test_hostile_words_everywhere_stay_words(tmp_path: Path) -> None:
    """Description, notes, documents, reasons: all is text, and control characters are gone."""
    told = Told(tmp_path, f"{FRAGMENTS[0]}\n{WHOLE}")
    told.note(WHOLE).note(WHOLE, update=True)
    told.after(1).done(1, USER_IMPACT=WHOLE).done(2).done(3, ACTIVE_CHANGES=WHOLE)
    told.decide("Approve").launch(4)
    work.fail(told.session, 4, WHOLE)
    text = text_of(told)
    assert problems(read(text)) == []
    assert CONTROL.findall(text) == []
    assert text.count("&lt;script&gt;window.acted = 1") > 10


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*FRAGMENTS, "\n", "\n\n", "    ", "> ", "- ", "`", "[", "](", "<", "\\", "|"]
        )
        | st.text(max_size=20),
        max_size=8,
    )
)
def test_no_mixture_of_hostile_words_makes_markup(parts: list[str]) -> None:
    """Whatever stands beside whatever, only the elements of Markdown come out, closed in order."""
    made = read(rendered("".join(parts), "document-x").html)
    assert problems(made) == []


def test_images_links_and_headings_become_what_the_page_can_have() -> None:
    """An image is its words and address; a heading is two levels down; a cell has a class."""
    made = rendered(
        "# Title\n\n## ROOT_CAUSE\n\n# Other\n\n![graph *x*](https://e.org/g.png) "
        "[a](https://e.org/) [b](mailto:a@e.org) [c](x.md) <https://e.org>\n\n"
        "|a|b|\n|-:|-|\n|1|2|\n",
        "document-x",
        "Title",
    )
    rel = 'rel="noopener noreferrer nofollow"'
    assert made.contents == (("document-x-1", "ROOT_CAUSE"),)
    assert made.html == (
        '<h4 id="document-x-1" class="section-name" dir="auto">ROOT CAUSE</h4>\n'
        '<h4 id="document-x-2" dir="auto">Other</h4>\n'
        '<p dir="auto"><span class="image">[image: graph x https://e.org/g.png]</span> '
        f'<a href="https://e.org/" {rel}>a</a> <a href="mailto:a@e.org" {rel}>b</a> [c](x.md) '
        f'<a href="https://e.org" {rel}>https://e.org</a></p>\n'
        '<div class="scroll"><table>\n<thead>\n<tr>\n<th class="right" dir="auto">a</th>\n'
        '<th dir="auto">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
        '<td class="right" dir="auto">1</td>\n<td dir="auto">2</td>\n</tr>\n</tbody>\n'
        "</table></div>\n"
    )


LINK = '<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>'
SHOWN = {
    "a line break": ("a<br>b<BR/>c", "<p>a<br />\nb<br />\nc</p>"),
    "a break in a cell": ("|a|\n|-|\n|x<br>y|", "<td>x<br />\ny</td>"),
    "other tags": ("a <b>c</b> <!doctype x>", "<p>a &lt;b&gt;c&lt;/b&gt; &lt;!doctype x&gt;</p>"),
    "a comment in a line": ("a <!-- b --> c", "<p>a  c</p>"),
    "a comment over paragraphs": ("a\n\n<!-- b\n\nc -->\n\nd", "<p>a</p>\n<p>d</p>"),
    "a comment that is never closed": ("a\n\n<!-- b\n\nc", "<p>a</p>\n<p>&lt;!-- b</p>\n<p>c</p>"),
    "a comment in code": ("`<!-- a --> <br>`", "<p><code>&lt;!-- a --&gt; &lt;br&gt;</code></p>"),
    "a comment in a fence": (
        "```\n<!-- a\n\nb -->\n```",
        "<pre><code>&lt;!-- a\n\nb --&gt;\n</code></pre>",
    ),
    "an open box": (
        "- [ ] a",
        '<li><span class="box" role="img" aria-label="open">\N{BALLOT BOX}</span> a</li>',
    ),
    "a ticked box": (
        "1. [X] a",
        '<span class="box" role="img" aria-label="done">\N{BALLOT BOX WITH CHECK}</span> a</li>',
    ),
    "no box": ("[ ] a\n\n- [x](y) [x]", "<p>[ ] a</p>\n<ul>\n<li>[x](y) [x]</li>"),
    "a bare address": (
        "See https://a.example/b_(c)?d=e.",
        f"See {LINK.format('https://a.example/b_(c)?d=e')}.",
    ),
    "one in brackets": ("(http://a.example/b)", f"({LINK.format('http://a.example/b')})"),
    "one in code, and no address": (
        "`https://a.example` https:// ftp://x",
        "<code>https://a.example</code> https:// ftp://x",
    ),
    "one that is a link's words": (
        "[https://a.example](https://b.example)",
        '<a href="https://b.example" rel="noopener noreferrer nofollow">https://a.example</a>',
    ),
    "joiners": (
        "\u0645\u06cc\u200c\u062e \U0001f468\u200d\U0001f4bb",
        "\u06cc\u200c\u062e \U0001f468\u200d",
    ),
}


@pytest.mark.parametrize("how", SHOWN)
def test_what_people_write_is_shown_as_they_mean_it(how: str) -> None:
    """Breaks, boxes and bare addresses; a comment is for nobody who reads the page."""
    text, expected = SHOWN[how]
    made = rendered(text, "document-x").html
    assert expected in made.replace(' dir="auto"', "")
    assert problems(read(made)) == []


UNREADABLE = {
    "binary": (b"\xff\xfe\x00", "Not shown: it is not UTF-8 text (byte 0)"),
    "too large": (b"x" * 5_000_001, "Not shown: it is larger than 5 MB"),
    "gone": (None, "Not shown: it is not there"),
}


@pytest.mark.parametrize("how", UNREADABLE)
def test_a_document_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, how: str) -> None:
    """The others are shown all the same."""
    told = Told(tmp_path).triaged().unsealed()
    data, reason = UNREADABLE[how]
    file = told.session.store.folder / "02-observability.md"
    if data is None:
        file.unlink()
    else:
        file.write_bytes(data)
    whole = shown(told)
    assert whole.one("document-02-observability").text == (
        f"Observability Analysis 02-observability.md {reason}"
    )
    assert "synthetic WAF test" in whole.one("document-01-classification").text


@pytest.mark.parametrize(
    "unit", thinned(["|a", "[", "![a](", "a\n\n", "<b>&amp;", "word \n", "- "], 7)
)
def test_a_large_document_is_cut_and_the_page_says_where(tmp_path: Path, unit: str) -> None:
    """Five megabytes of anything make a page of a bounded size that names the whole file."""
    told = Told(tmp_path).triaged()
    file = told.session.store.folder / "02-observability.md"
    text = (unit * 5_000_000)[:5_000_000]
    file.write_text(text, encoding="utf-8")
    whole = text_of(told)
    assert f"of 5,000,000 characters; the whole is in {file}" in whole
    assert len(whole) < 12 * MAX_CHARACTERS
