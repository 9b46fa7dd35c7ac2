"""The line with which a section begins: what a person decides on, whatever stands below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from incident_state.documents import first_lines, markdown, signs
from incident_state.patterns import pattern

LENGTH, RELIEF = 110, "RELIEF"
# The sections that begin with such a line; RELIEF may be there or not.
HEADLINED = frozenset(
    "AFFECTED_SERVICES USER_IMPACT_REDUCTION STATUS_UPDATE ROOT_CAUSE SECURITY_ASSESSMENT "
    "PERFORMANCE_BOTTLENECKS RELIEF FIX_IMPLEMENTATION ROLLBACK_PROCEDURES".split()
)
# As much of a section as is looked at for the line: patterns are slow on endless ones.
_LINES, _CHARACTERS = 200, 1_000
NOTHING = frozenset({"none", "nothing", "no", "-"})

_RULE = pattern(r"(?=[^-]*-)[\s|:-]+")
_TABLE = pattern(r"\s*\|.*\||.*\|.*\|.*")
_BULLET = pattern(r"\A\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?")
_LINK = pattern(r"!?\[([^\]\n]*)\]\([^)\s]*\)")
_MARKS = pattern(r"\*{1,3}|`+|~~|(?<!\w)_{1,2}(?=\S)|(?<=\S)_{1,2}(?!\w)")
_LABEL = pattern(
    r"\A(?:confirmed|suspected|probable|open|root cause|cause|conclusion|finding|findings|summary|"
    r"answer|result|status|in short|tl;?dr)\s*:\s*",
    re.IGNORECASE,
)
# Full stops of Latin and of Chinese and Japanese text.
_STOPS = "\u3002\uff01\uff1f"
_ENDS = pattern(rf"[.!?{_STOPS}][\"')\]]?$")
_SENTENCE = pattern(rf"(?<=[.!?{_STOPS}])(?:\s+|(?<=[{_STOPS}]))")


def problems(name: str, section: str) -> list[str]:
    """What keeps the section's first line from being the one that a person decides on."""
    if name not in HEADLINED or first_lines.not_applicable(section):
        return []
    line = markdown.COMMENT.sub("", section).strip().split("\n", 1)[0].rstrip()
    if len(line) > LENGTH:
        wrong = f"has {len(line)} characters, {LENGTH} are shown"
    elif line.lstrip().startswith("#"):
        wrong = "is a heading"
    elif line.lstrip().startswith("|") or ("|" in line and _rule_follows(section)):
        wrong = "is a table"
    elif line.lstrip().startswith(("```", "~~~")):
        wrong = "is a code block"
    elif not any(map(str.isalpha, line)):
        wrong = "has no words"
    else:
        return []
    return [f"the first line of {name}, which a person decides on, {wrong}"]


def headline(section: str, limit: int = LENGTH) -> str:
    """What the section says first, plain, on one line of at most `limit` characters.

    Its first line, else, where that is no such line, the meaning of the first row or sentence.
    """
    for lines in _paragraphs(section):
        first, words = _plain(lines[0]), _plain(" ".join(lines))
        if words.endswith(":"):
            continue
        sentence = _SENTENCE.split(words, maxsplit=1)[0]
        whole = first if _ENDS.search(first) else words
        for each in (whole, sentence, first, squeezed(sentence, limit)):
            if len(each) <= limit and any(map(str.isalpha, each)):
                return each
    return ""


def of(text: str, name: str, limit: int = LENGTH) -> str:
    """What the document's section says first, its fixed word before it; empty if it is not there.

    A Yes or No is all that its section says here.
    """
    said = markdown.section(text, name)
    if name not in first_lines.FIRST_LINES or not said:
        return headline(said, limit)
    word = first_lines.stated(text, name)
    if word in {"Yes", "No"}:
        return word
    rest = said if first_lines.not_applicable(said) else said.partition(word)[2]
    below = headline(rest, limit)
    return f"{word}. {below}" if below else word


def items(section: str, limit: int = LENGTH) -> list[str]:
    """The items of the section's lists, or else its paragraphs, each in a line; [] for none."""
    top = [line for line in section.split("\n") if re.match(r" {0,1}(?:[-*+]|\d+[.)])\s", line)]
    found = [headline(each, limit) for each in top or section.split("\n\n")]
    said = [each for each in found if each]
    return [] if len(said) == 1 and said[0].strip(" .").casefold() in NOTHING else said


def shortened(words: str, limit: int) -> str:
    """The words at most so long, cut at a word where that keeps the most of them."""
    if len(words) <= limit:
        return words
    cut = words[: limit - 2]
    kept = cut.rpartition(" ")[0]
    return f"{kept if len(kept) > limit // 2 else cut} …"


def squeezed(text: str, limit: int) -> str:
    """All of a text on one line, what is too much of it left out in the middle."""
    words = signs.one_line(text)
    if len(words) <= limit:
        return words
    tail = words[-(limit // 3) :]
    tail = tail.partition(" ")[2] or tail
    return f"{shortened(words, limit - len(tail) - 1)} {tail}"


def _paragraphs(section: str) -> Iterator[list[str]]:
    """The lines of the section's rows, items and paragraphs, without what only lays them out."""
    lines = _looked_at(section)
    kept: list[str] = []
    fenced = table = False
    for at, line in enumerate([*lines, ""]):
        fence = line.lstrip().startswith(("```", "~~~"))
        fenced = fenced != fence
        head = "|" in line and at + 1 < len(lines) and bool(_RULE.fullmatch(lines[at + 1]))
        table = head or (table and "|" in line)
        row, heading = table or bool(_TABLE.fullmatch(line)), line.lstrip().startswith("#")
        if kept and (fence or row or heading or _BULLET.match(line) or not line.strip()):
            yield kept
            kept = []
        if fence or fenced or head or heading or _RULE.fullmatch(line) or not line.strip():
            continue
        if row:
            cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
            yield ["; ".join(cell for cell in cells if cell)]
        else:
            kept.append(line.strip())


def _plain(words: str) -> str:
    words = _MARKS.sub("", _LINK.sub(r"\1", _BULLET.sub("", words.lstrip("> "), count=1)))
    return _LABEL.sub("", signs.one_line(words), count=1).strip()


def _rule_follows(section: str) -> bool:
    lines = _looked_at(section)
    return len(lines) > 1 and bool(_RULE.fullmatch(lines[1]))


def _looked_at(section: str) -> list[str]:
    lines = markdown.COMMENT.sub("", section).strip().split("\n")[:_LINES]
    return [line[:_CHARACTERS] for line in lines]
