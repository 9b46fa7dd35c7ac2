"""A step's document: its sections, whether it is valid, and the investigation made of three."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from incident_state.documents import first_lines, headlines, markdown, signs
from incident_state.workflow import Step

MAX_BYTES = 5_000_000
TITLE_LENGTH = 80
COMBINED_HEADINGS = (
    "Root Cause (from debugging)",
    "Security Assessment",
    "Performance Analysis",
)
FINDINGS_HEADING = "Combined Findings"

_BULLET = re.compile(r"\A[-*+] +")


def first_comment(incident_id: str, step: Step, attempt: int) -> str:
    """The first line of the document that this attempt of the step writes."""
    return f"<!-- incident-response: {incident_id} step {step.key} attempt {attempt} -->"


def masked(text: str) -> str:
    """The text without its secrets."""
    from incident_state.masking.mask import mask

    return mask(text)[0]


def clean(words: str) -> str:
    """Words of a person or a model as they are recorded and shown: plain, without secrets."""
    return plain(masked(words))


def title(incident: str) -> str:
    """What titles show of a description: its first line, without secrets, inert."""
    return first_line(masked(incident))


def first_line(text: str, limit: int = TITLE_LENGTH) -> str:
    """The text's first line, at most `limit` characters, inert."""
    lines = text.strip().splitlines() or [""]
    line = signs.inert(lines[0]).replace("\t", " ").strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def plain(text: str) -> str:
    """The text without hidden signs, its line ends kept, tabs as blanks, blanks around removed."""
    return signs.inert(text).replace("\t", "    ").strip()


def digest(data: bytes) -> str:
    """The SHA-256 of the bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes) -> str:
    """The text of a document's bytes, each line end a newline; ValueError if they are no text."""
    if len(data) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 text (byte {error.start})") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def problems(text: str, step: Step, comment: str) -> list[str]:
    """What keeps the text from being this attempt's document of the step; empty if it is valid."""
    wrong = _unclosed(text)
    opening = text.split("\n", 1)[0].rstrip()
    if opening != comment:
        wrong.append(f"its first line is not exactly {comment}")
    found = markdown.sections(text)
    names = [s.name for s in found]
    for name in step.sections:
        count = names.count(name)
        if count == 0:
            wrong.append(f"section {name} is missing")
        elif count > 1:
            wrong.append(f"section {name} stands {count} times")
        else:
            content = found[names.index(name)].text
            if not markdown.COMMENT.sub("", content).strip():
                wrong.append(f"section {name} is empty")
            else:
                wrong += first_lines.problems(name, content) or headlines.problems(name, content)
    if headlines.RELIEF not in step.sections and headlines.RELIEF in names:
        wrong += headlines.problems(headlines.RELIEF, found[names.index(headlines.RELIEF)].text)
    return wrong


def gist(text: str, limit: int = 280) -> str:
    """A section in brief: its text on one line, inert, at most `limit` characters."""
    text = _BULLET.sub("", markdown.COMMENT.sub("", text).strip())
    words = signs.one_line(text)
    if len(words) <= limit:
        return words
    cut = words[: limit - 1].rsplit(" ", 1)[0]
    # A whole sentence tells more than a longer half of one.
    end = max(cut.rfind(". "), cut.rfind("; "))
    return (cut[: end + 1] if end > limit // 2 else cut) + " …"


def combine(incident: str, texts: Sequence[str], synthesis: str, older: str = "") -> str:
    """05-investigation.md from the texts of 04, 05a, 05b and the synthesis.

    `older` is a sentence that marks the synthesis as written before a document was edited.
    """
    parts = [f"# Investigation: {title(incident)}"]
    for heading, text in zip(COMBINED_HEADINGS, texts, strict=True):
        parts += [f"## {heading}", _one_level_down(text)]
    marked = [f"> {older}"] if older else []
    parts += [f"## {FINDINGS_HEADING}", *marked, markdown.deeper(synthesis, 2)]
    return "\n\n".join(parts) + "\n"


def combined_problems(text: str) -> list[str]:
    """What is missing from the text of an edited 05-investigation.md; empty if it is valid."""
    filled = [s.name for s in markdown.sections(text) if s.text]
    return _unclosed(text) + [
        f"section {name} is missing, empty or not there just once"
        for name in (*COMBINED_HEADINGS, FINDINGS_HEADING)
        if filled.count(name) != 1
    ]


def about(name: str, wrong: Sequence[str]) -> str:
    """One sentence on what is wrong with the document of that name."""
    shown = "; ".join(wrong[:6]) + (f"; and {len(wrong) - 6} more" if len(wrong) > 6 else "")  # noqa: PLR2004 - a refusal stays short
    return f"{name} is not valid: {shown}."


def _one_level_down(text: str) -> str:
    """The document without its first comment and its title, each heading a level deeper."""
    first, _, rest = text.partition("\n")
    text = (rest if first.startswith("<!--") else text).strip()
    first, _, rest = text.partition("\n")
    heading = markdown.heading_of(first)
    return markdown.deeper(rest if heading and heading[0] == 1 else text, 1)


def _unclosed(text: str) -> list[str]:
    return ["a code fence is not closed"] if markdown.fence_at_end(text) else []
