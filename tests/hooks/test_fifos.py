"""A FIFO where a file of the incident should be is no file: nothing waits for who would write."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.thinned import thinned

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.story import Story

FILES = [
    *(".incident-response/state.json", ".incident-response/state.json.bak"),
    *(".incident-response/open", ".incident-response/lock", ".incident-response/.gitignore"),
    *(".incident-response/01-classification.md", ".incident-response/02-observability.md"),
    ".claude/incident-response.md",
]
CALL: dict[str, Any] = {
    "tool_use_id": "t1",
    "tool_name": "Bash",
    "tool_input": {"command": "kubectl delete pod x"},
}
EVENTS: list[tuple[str, dict[str, Any]]] = [
    ("PreToolUse", CALL),
    ("PostToolUse", CALL | {"tool_response": {}}),
    ("PostToolBatch", {}),
    ("Stop", {"stop_hook_active": False, "background_tasks": []}),
    ("SessionStart", {"source": "resume"}),
    ("UserPromptExpansion", {"command_name": "incident-response:incident-response"}),
]
COMMANDS = [["status"], ["next"], ["verify"], ["list"], ["complete", "2"], ["note", "x"]]


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("name", thinned(FILES, 8))
def test_nothing_waits(at: Callable[[str], Story], name: str, *, sealed: bool) -> None:
    """No event, and no command: each ends with what it has to say."""
    for event, payload in EVENTS:
        bench = at("owned, 1 complete").bench
        if not sealed:
            bench.unseal()
        file = bench.project / name
        file.parent.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)
        os.mkfifo(file)
        code, _, err = bench.hook(event, payload)
        assert (code in {0, 2}, "took too long" in err) == (True, False), (event, err)
    bench = at("owned, 1 complete").bench
    for words in COMMANDS:
        file = bench.project / name
        if not sealed:
            bench.unseal()
        file.parent.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)
        os.mkfifo(file)
        done = bench.run(*words, session="s1")
        assert (done.code in {0, 1, 65, 66, 74}, "A bug" in done.err) == (True, False), done


def test_marks_of_dialogs_do_not_pile_up(at: Callable[[str], Story]) -> None:
    """Those of a week ago go when another is made; none goes to the archive."""
    bench = at("owned, cp1").bench
    folder = bench.session_folder
    for name, age in (("asked-old00000", 8 * 86_400), ("asked-new00000", 3_600)):
        (folder / name).touch()
        then = (folder / "state.json").stat().st_mtime - age
        os.utime(folder / name, (then, then))
    question = bench.next("s1")["question"]
    bench.hook("PermissionRequest", {"tool_name": "AskUserQuestion", "tool_input": question})
    left = sorted(path.name for path in folder.glob("asked-*"))
    assert (len(left), "asked-new00000" in left) == (2, True)
    assert bench.person("archive").code == 0
    assert list(folder.rglob("asked-*")) == []
