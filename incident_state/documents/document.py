"""A step's document: its sections, whether it is valid, and the investigation made of three."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from incident_state.workflow import Step

MAX_BYTES = 5_000_000
TITLE_LENGTH = 80
SEVERITY, ONSET, UNKNOWN, A_TIME = "SEVERITY", "ONSET", "unknown", "2026-07-02T13:42Z"
_HEALTH = ("Healthy", "Degraded", "Down", "Unknown")
# The words, one of which is the first line of such a section; of ONSET it is a time, or unknown.
FIRST_LINES = {
    SEVERITY: ("P0", "P1", "P2", "P3"),
    "SERVICE_STATUS_AFTER": ("Stable", "Improved", "Unchanged", "Worse"),
    "DEPLOYMENT_STATUS": ("Deployed", "Partly deployed", "Not deployed", "Nothing to deploy"),
    "ROLLBACK_READINESS": ("Yes", "No"),
    "SERVICE_HEALTH_POST_DEPLOY": _HEALTH,
    "ROLLBACK_STATUS": ("Rolled back", "Partly rolled back", "Not rolled back"),
    "SERVICE_HEALTH_POST_ROLLBACK": _HEALTH,
}
COMBINED_HEADINGS = (
    "Root Cause (from debugging)",
    "Security Assessment",
    "Performance Analysis",
)
FINDINGS_HEADING = "Combined Findings"

_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")
# A line of running text: no list item, quotation, table row, comment or indented code.
_PARAGRAPH = re.compile(r" {0,3}(?![-*+>|<]|\d+[.)] )\S")
_BULLET = re.compile(r"\A[-*+] +")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Section:
    """A level-2 heading and the text below it, without blank lines around."""

    name: str
    text: str


def first_comment(incident_id: str, step: Step, attempt: int) -> str:
    """The first line of the document that this attempt of the step writes."""
    return f"<!-- incident-response: {incident_id} step {step.key} attempt {attempt} -->"


def first_line(text: str, limit: int = TITLE_LENGTH) -> str:
    """The text's first line, at most `limit` characters, inert: what titles show of an incident."""
    lines = text.strip().splitlines() or [""]
    line = _CONTROL.sub("", lines[0]).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def plain(text: str) -> str:
    """The text without control bytes and direction marks, line ends kept, blanks around removed."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(_CONTROL.sub("", line.replace("\t", "    ")) for line in lines).strip()


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


def sections(text: str) -> list[Section]:
    """The text's level-2 sections in order; headings inside code fences do not count."""
    found: list[Section] = []
    name: str | None = None
    body: list[str] = []
    for line, heading in _lines(text):
        if heading and heading[0] == 2:  # noqa: PLR2004 - a section is a level-2 heading
            if name is not None:
                found.append(Section(name, "\n".join(body).strip()))
            name, body = heading[1], []
        else:
            body.append(line)
    if name is not None:
        found.append(Section(name, "\n".join(body).strip()))
    return found


def section(text: str, name: str) -> str:
    """The text of the section of that name; empty if there is none."""
    return next((s.text for s in sections(text) if s.name == name), "")


def stated(text: str, name: str) -> str:
    """What the section says in its first line, comments left out: a severity, a Yes or No."""
    return _COMMENT.sub("", section(text, name)).strip().split("\n", 1)[0].strip()


def facts(text: str, step: Step) -> dict[str, str]:
    """What a valid document of the step states in fixed words, by section; ONSET in ISO 8601.

    The severity is not among them: what counts of it is not the document's alone.
    """
    found = {n: stated(text, n) for n in step.sections if n in FIRST_LINES and n != SEVERITY}
    if ONSET in step.sections:
        from incident_state import times

        said = stated(text, ONSET)
        known = said.lower() != UNKNOWN
        found[ONSET] = times.moment(said).isoformat() if known else UNKNOWN
    return found


def problems(text: str, step: Step, comment: str) -> list[str]:
    """What keeps the text from being this attempt's document of the step; empty if it is valid."""
    wrong = _unclosed(text)
    opening = text.split("\n", 1)[0].rstrip()
    if opening != comment:
        wrong.append(f"its first line is not exactly {comment}")
    found = sections(text)
    names = [s.name for s in found]
    for name in step.sections:
        count = names.count(name)
        if count == 0:
            wrong.append(f"section {name} is missing")
        elif count > 1:
            wrong.append(f"section {name} stands {count} times")
        else:
            content = _COMMENT.sub("", found[names.index(name)].text).strip()
            if not content:
                wrong.append(f"section {name} is empty")
            else:
                wrong += _misstated(name, content.split("\n", 1)[0].strip())
    return wrong


def allowed(name: str) -> str:
    """What the first line of that section may be, in words; empty if it may be anything."""
    if name == ONSET:
        return f"{UNKNOWN} or a time such as {A_TIME}"
    *most, last = FIRST_LINES.get(name, ("",))
    return f"{', '.join(most)} or {last}" if most else ""


def _misstated(name: str, said: str) -> list[str]:
    """What is wrong with the first line of that section, if it has to be a fixed word or a time."""
    if name == ONSET and said.lower() != UNKNOWN:
        from incident_state import times

        with contextlib.suppress(ValueError):
            times.moment(said)
            return []
    elif name not in FIRST_LINES or said in FIRST_LINES[name]:
        return []
    return [f"the first line of {name} is not just {allowed(name)}"]


def gist(text: str, limit: int = 280) -> str:
    """A section in brief: its text on one line, inert, at most `limit` characters."""
    text = _BULLET.sub("", _COMMENT.sub("", text).strip())
    words = " ".join(_CONTROL.sub(" ", text).split())
    if len(words) <= limit:
        return words
    cut = words[: limit - 1].rsplit(" ", 1)[0]
    # A whole sentence tells more than a longer half of one.
    end = max(cut.rfind(". "), cut.rfind("; "))
    return (cut[: end + 1] if end > limit // 2 else cut) + " …"


def brief(text: str, name: str, limit: int = 280) -> str:
    """A document's section in brief, what it states in a fixed word first; empty if not there."""
    said = section(text, name)
    if name not in FIRST_LINES or not said:
        return gist(said, limit)
    word = stated(text, name)
    if word in {"Yes", "No"}:
        return word
    rest = gist(said.partition(word)[2], limit - len(word) - 2)
    return f"{word}. {rest}" if rest else word


def combine(incident: str, texts: Sequence[str], synthesis: str, older: str = "") -> str:
    """05-investigation.md from the texts of 04, 05a, 05b and the synthesis.

    `older` is a sentence that marks the synthesis as written before a document was edited.
    """
    parts = [f"# Investigation: {first_line(incident)}"]
    for heading, text in zip(COMBINED_HEADINGS, texts, strict=True):
        parts += [f"## {heading}", _one_level_down(text)]
    marked = [f"> {older}"] if older else []
    parts += [f"## {FINDINGS_HEADING}", *marked, _deeper(synthesis, 2)]
    return "\n\n".join(parts) + "\n"


def combined_problems(text: str) -> list[str]:
    """What is missing from the text of an edited 05-investigation.md; empty if it is valid."""
    filled = [s.name for s in sections(text) if s.text]
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
    heading = _heading(first)
    return _deeper(rest if heading and heading[0] == 1 else text, 1)


def _deeper(text: str, levels: int) -> str:
    """The text with its headings that many levels deeper, and no code fence left open."""
    lines = [
        f"{'#' * min(heading[0] + levels, 6)} {heading[1]}" if heading else line
        for line, heading in _lines(text)
    ]
    return "\n".join([*lines, _fence_at_end(text)]).strip()


def _unclosed(text: str) -> list[str]:
    return ["a code fence is not closed"] if _fence_at_end(text) else []


def _lines(text: str) -> Iterator[tuple[str, tuple[int, str] | None]]:
    """Each line, with its heading's level and text where it is a heading (CommonMark).

    A heading that is underlined is one line: the underline is not given.
    """
    fenced = list(_fences(text))
    before, underline = "", False
    for number, (line, after) in enumerate(fenced):
        inside, before = bool(before or after), after
        if underline:
            underline = False
            continue
        level = 0 if inside else _underlined(line, fenced[number + 1 : number + 2])
        underline = level > 0
        if inside:
            yield line, None
        else:
            yield line, (level, line.strip()) if underline else _heading(line)


def _underlined(line: str, following: list[tuple[str, str]]) -> int:
    """The level of the heading that the next line makes of this one; 0 if it makes none."""
    if not _PARAGRAPH.match(line) or not following or _heading(line):
        return 0
    mark = following[0][0].strip()
    if not mark or following[0][0].startswith("    "):
        return 0
    return 1 if set(mark) == {"="} else 2 if set(mark) == {"-"} else 0


def _fence_at_end(text: str) -> str:
    """The mark of the code fence that the text leaves open; empty if it leaves none."""
    return [fence for _, fence in _fences(text)][-1]


def _fences(text: str) -> Iterator[tuple[str, str]]:
    """Each line, with the mark of the code fence that is open after it; empty if none is."""
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.fullmatch(line)
        if mark and not fence:
            fence = mark["mark"]
        elif mark and mark["mark"].startswith(fence) and not mark["info"].strip():
            fence = ""
        yield line, fence


def _heading(line: str) -> tuple[int, str] | None:
    """The level and text of an ATX heading; by hand, because a pattern backtracks on long lines."""
    indented = len(line) - len(line.lstrip(" "))
    hashes = line.lstrip(" ")
    text = hashes.lstrip("#")
    level = len(hashes) - len(text)
    if indented > 3 or not 1 <= level <= 6 or (text and text[0] not in " \t"):  # noqa: PLR2004 - CommonMark
        return None
    text = text.strip()
    bare = text.rstrip("#")
    return level, bare.rstrip() if not bare or bare[-1] in " \t" else text
