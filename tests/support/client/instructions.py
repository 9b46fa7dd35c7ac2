"""The one place that knows how the helper words an instruction and a brief its assignment."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass

from tests.support.client.messages import Json, ToolUse

_CALL = re.compile(
    r"^(?:.*hook additional context: )?\s*(Then: )?(Agent|Bash|AskUserQuestion|Write) (\{.*\})\s*$",
    re.MULTILINE,
)
_RUN = re.compile(r"^Run: (.+)$", re.MULTILINE)
_BY_HOOK = re.compile(r".*? hook additional context: (.*)", re.DOTALL)
_FAILED = re.compile(r"^\s*Failed: (.+)$", re.MULTILINE)
_COMPLETE = re.compile(r" complete (\S+) ")
_BLANK = re.compile(r"<([A-Za-z][^<>\n]*)>")

_DOCUMENT = re.compile(r"^Write the document to (.+\.md)$", re.MULTILINE)
_COMMENT = re.compile(r"^<!--.*-->$", re.MULTILINE)
_SECTION = re.compile(r"^## ([A-Z][A-Z0-9_]*)$", re.MULTILINE)
_FIRST_LINE = re.compile(r"The first line of ([A-Z0-9_]+) is ([\w ]+?)(?:,| or )")
_LISTED = re.compile(r"^- (/.+\.md)$", re.MULTILINE)
_SEVERITY_LINE = re.compile(r"^If only the severity is to change: (.+)$", re.MULTILINE)
_SEVERITY_WORDS = re.compile(r"(?:severity )?(P[0-3])", re.IGNORECASE)
_FETCH = re.compile(r"\brun this\b[^:\n]*: (.+)$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Instruction:
    """A tool call that a text asks for; `later` ones are for when an agent has ended."""

    call: ToolUse
    later: bool


def instructions(text: str) -> list[Instruction]:
    """The calls that a text asks for, in its order; a line that is not valid JSON asks nothing.

    Where it asks for none, as a refusal does, the command line after `Run:` is what to do.
    """
    found = []
    for then, name, given in _CALL.findall(text):
        try:
            call = ToolUse(name, json.loads(given))
        except ValueError:
            continue
        found.append(Instruction(call, later=bool(then)))
    if not found and (line := _RUN.search(text)):
        found.append(Instruction(ToolUse("Bash", {"command": line[1]}), later=False))
    return found


def blanks(call: ToolUse) -> list[str]:
    """The places in a Bash command that the model is to fill in, as `<what goes there>`."""
    return _BLANK.findall(str(call.input.get("command", ""))) if call.name == "Bash" else []


def filled(call: ToolUse, fillings: dict[str, str]) -> ToolUse:
    """The Bash call with its blanks filled in."""
    command = _BLANK.sub(lambda blank: fillings[blank[1]], str(call.input["command"]))
    return ToolUse(call.name, {**call.input, "command": command})


def by_hook(text: str) -> str:
    """What a hook of the plugin told the model in a text; empty where none did."""
    found = _BY_HOOK.fullmatch(text)
    return found[1] if found else ""


def severity_alone(text: str, words: str) -> ToolUse | None:
    """The call that sets the severity, where a text offers it and a person's words ask no more."""
    line, wanted = _SEVERITY_LINE.search(text), _SEVERITY_WORDS.fullmatch(words)
    if line is None or wanted is None:
        return None
    return ToolUse("Bash", {"command": _BLANK.sub(wanted[1].upper(), line[1])})


def failure(report: str) -> str:
    """What an agent's report says has failed; empty if nothing has."""
    found = _FAILED.search(report)
    return found[1] if found else ""


def failing(then: ToolUse, why: str) -> ToolUse:
    """The call that records a failure, in place of the one that completes the step."""
    command = str(then.input["command"])
    reason = shlex.quote(why)
    return ToolUse(
        "Bash", {"command": _COMPLETE.sub(lambda at: f" fail {at[1]} --reason {reason} ", command)}
    )


def wants_words_first(text: str) -> bool:
    """Whether the user is to be answered before anything else is done."""
    return "Answer it in a few words" in text


@dataclass(frozen=True)
class Assignment:
    """What a brief demands: which document, how it begins, its sections, what to read first."""

    path: str
    comment: str
    sections: tuple[str, ...]
    first_lines: dict[str, str]
    reads: tuple[str, ...]

    @property
    def name(self) -> str:
        """The document's bare name."""
        return self.path.rsplit("/", 1)[-1]


def assignment(brief: str) -> Assignment | None:
    """The assignment in a brief, None where the text holds none."""
    target = _DOCUMENT.search(brief)
    if target is None:
        return None
    shape = brief[target.end() :]
    comment = _COMMENT.search(shape)
    return Assignment(
        path=target[1],
        comment=comment[0] if comment else "",
        sections=tuple(dict.fromkeys(_SECTION.findall(shape))),
        first_lines=dict(_FIRST_LINE.findall(shape)),
        reads=tuple(path for path in _LISTED.findall(brief) if path != target[1]),
    )


def fetch(prompt: str) -> Json | None:
    """The Bash input that a prompt without a brief of its own says to get the brief with."""
    found = _FETCH.search(prompt)
    return {"command": found[1]} if found else None
