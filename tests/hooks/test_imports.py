"""What a hook imports: it runs at every tool call, and imports are nearly all of what it costs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from incident_state.patterns import pattern
from incident_state.records import record, replace
from tests.support.imports import imported
from tests.support.workbench import Workbench

# They, and what they import, would cost a hook more than all that it does.
HEAVY = {
    *("typing", "dataclasses", "inspect", "ast", "contextlib", "pathlib", "importlib"),
    *("hashlib", "shlex", "subprocess", "datetime"),
    *("pydantic", "rich", "typer"),
}
# Modules in all, with some forty of Python's own for json; versions of it differ by a few.
MOST = {
    "Bash that reads": ("PreToolUse", "Bash", {"command": "kubectl get pods | grep web"}, 88),
    "Read": ("PreToolUse", "Read", {"file_path": "/srv/app.py"}, 64),
    "Write": ("PreToolUse", "Write", {"file_path": "/srv/app.py", "content": "x"}, 88),
    "Bash that has run": ("PostToolUse", "Bash", {"command": "ls"}, 88),
}
MAIN = "from incident_state.hooks import main; main()"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """Give a project with an open incident that session s1 leads."""
    bench = Workbench(tmp_path)
    typed = {"command_name": "incident-response:incident-response", "command_args": '"It is down"'}
    assert bench.hook("UserPromptExpansion", typed)[0] == 0
    return bench


def imported_for(bench: Workbench, event: str, tool: str, asked: dict[str, Any]) -> list[str]:
    """Return the modules that a hook imports for that call, as Python itself counts them."""
    payload = {
        "session_id": "s1",
        "cwd": str(bench.project),
        "hook_event_name": event,
        "tool_name": tool,
        "tool_input": asked,
        "tool_use_id": "toolu-1",
        "transcript_path": str(bench.folder / "s1.jsonl"),
        "permission_mode": "default",
    }
    given = json.dumps(payload)
    return imported(MAIN, [], bench.hook_environment(), "-I", "-S", given=given)


@pytest.mark.parametrize("path", MOST)
def test_a_hook_imports_nothing_heavy_and_few_modules(bench: Workbench, path: str) -> None:
    """What would be imported for convenience alone is not."""
    event, tool, asked, most = MOST[path]
    modules = imported_for(bench, event, tool, asked)
    assert HEAVY.intersection(modules) == set()
    assert len(modules) <= most, len(modules)


@record
class Pair:
    """Two fields, the second with a default."""

    first: int
    second: str = "x"


def test_a_record_is_made_and_compared_by_its_fields() -> None:
    """In order or by name; what is missing, unknown or too much is a TypeError."""
    assert Pair(1) == Pair(first=1, second="x") != Pair(2)
    assert hash(Pair(1)) == hash(Pair(1, "x"))
    assert repr(replace(Pair(1), second="y")) == "Pair(first=1, second='y')"
    for given, named in (((), {}), ((1, "x", 2), {}), ((1,), {"third": 3})):
        with pytest.raises(TypeError):
            Pair(*given, **named)  # type: ignore[arg-type]


def test_a_pattern_is_compiled_when_it_is_first_used() -> None:
    """Until then a wrong one is not noticed, which shows that nothing was compiled."""
    wrong = pattern("(")
    with pytest.raises(re.error):
        wrong.search("x")
    vowels = pattern("[AEIOU]", re.IGNORECASE)
    assert (vowels.findall("incident"), vowels.pattern) == (["i", "i", "e"], "[AEIOU]")
