"""What the client's own transcript tells of a question: the answers, and whether a hook gave them.

A transcript is a file of one JSON object a line; the client writes down what each hook answered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def answers(transcript: Path, tool_use_id: str, digest: str) -> list[str]:
    """The answers to the question of that digest in that tool call; OSError if unreadable."""
    return [
        str(answer)
        for entry in _entries(transcript, tool_use_id)
        for question, answer in _answers(entry, tool_use_id)
        if f"[{digest}]" in question
    ]


def asked(transcript: Path, tool_use_id: str, digest: str) -> bool:
    """Whether that call puts the question of that digest to the user; OSError if unreadable."""
    return any(
        digest in json.dumps(each.get("input"))
        for entry in _entries(transcript, tool_use_id)
        for each in _contents(entry)
        if each.get("type") == "tool_use"
        and (each.get("id"), each.get("name")) == (tool_use_id, "AskUserQuestion")
    )


def answered_by_a_hook(transcript: Path, tool_use_id: str) -> bool:
    """Whether a hook consented to that tool call, so that no dialog was shown; OSError likewise."""
    return any(map(_consents, _entries(transcript, tool_use_id)))


def _entries(transcript: Path, tool_use_id: str) -> Iterator[dict[str, Any]]:
    with transcript.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if tool_use_id in line:
                entry = _object(line)
                attachment = entry.get("attachment")
                if isinstance(attachment, dict) and attachment.get("toolUseID") != tool_use_id:
                    continue
                yield entry


def _answers(entry: dict[str, Any], tool_use_id: str) -> Iterator[tuple[str, object]]:
    try:
        if any(each.get("tool_use_id") == tool_use_id for each in entry["message"]["content"]):
            yield from dict(entry["toolUseResult"]["answers"]).items()
    except (ValueError, KeyError, TypeError, AttributeError):
        return


def _contents(entry: dict[str, Any]) -> list[dict[str, Any]]:
    message = entry.get("message")
    found = message.get("content") if isinstance(message, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _consents(entry: dict[str, Any]) -> bool:
    attachment = entry.get("attachment")
    if not isinstance(attachment, dict) or attachment.get("hookEvent") != "PreToolUse":
        return False
    said = _object(str(attachment.get("stdout")))
    specific = said.get("hookSpecificOutput")
    decision = specific.get("permissionDecision") if isinstance(specific, dict) else None
    return decision == "allow" or said.get("decision") == "approve"


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
