"""Clients that can ask nobody: the workflow halts, and says how a person decides in a terminal."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.support.client.incident import COMMAND, Incident
from tests.support.patience import HANG
from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.system

APPROVE = re.compile(r"^- Approve \(.*?\): (.+)$", re.MULTILINE)


def approves(run: Incident, told: str) -> None:
    """What was told holds the command that approves, and a person who copies it is heard."""
    words = shlex.split(APPROVE.findall(told)[-1])
    assert words[-2:] == ["--project", str(run.bench.project)]
    run.person(*words[words.index("decide") : -2])
    assert run["current_step"] == 4


def test_in_the_mode_that_never_asks(incident: Callable[..., Incident]) -> None:
    """The question is refused with what to tell the user."""
    run = incident("3 due")
    run.opens(permission_mode="dontAsk")
    run.type(COMMAND)
    assert (run.questions, run["current_step"]) == ([], "checkpoint-1")
    approves(run, "\n".join(request_texts(run)))


def test_in_a_client_that_only_prints(incident: Callable[..., Incident]) -> None:
    """`claude -p` without anybody to ask: the model is given the words."""
    run = incident("cp1")
    done = run.sandbox.run("--plugin-dir", str(ROOT), "-p", COMMAND, timeout=HANG)
    assert (done.returncode, run.questions) == (0, [])
    assert run["current_step"] == "checkpoint-1"
    approves(run, "\n".join(request_texts(run)))


def test_where_every_prompt_is_a_denial(incident: Callable[..., Incident]) -> None:
    """The client refuses in words of its own; what was printed before says where to decide."""
    run = incident("cp1")
    run.opens(settings=json.dumps({"permissions": {"denyInsteadOfPrompting": True}}))
    run.type(COMMAND)
    assert run["current_step"] == "checkpoint-1"
    told = "\n".join(request_texts(run))
    (line,) = set(
        re.findall(r"decide in a terminal, and end your turn: (.+?)(?:\\n|$)", told, re.MULTILINE)
    )
    words = shlex.split(line)
    assert "Approve" in run.person(*words[words.index("resume") : -2])


def request_texts(run: Incident) -> list[str]:
    """All that the model was told."""
    found = []
    for request in run.requests:
        for message in request.messages:
            content = message["content"]
            parts = [content] if isinstance(content, str) else content
            for part in parts:
                text = part if isinstance(part, str) else part.get("text") or part.get("content")
                found.append(text if isinstance(text, str) else json.dumps(text))
    return found
