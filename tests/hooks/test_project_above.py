"""A client started in a folder below a project that has an incident, or in a worktree of it."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.story import Story

TYPED: dict[str, Any] = {
    "command_name": "incident-response:incident-response",
    "command_source": "plugin",
}
NEW = '"Search is slow" --severity P0'
CHOICES = ("Take over", "Start fresh", "Leave", "Open here")


def below(bench: Workbench, folder: str = "services/api") -> Path:
    """Start the client in that folder of the project."""
    bench.here = bench.project / folder
    bench.here.mkdir(parents=True, exist_ok=True)
    return bench.here


def beside(bench: Workbench, folder: Path) -> Workbench:
    """The same machine, and that folder as the project."""
    own = Workbench(bench.folder)
    own.project, own.session_folder = folder, folder / ".incident-response"
    return own


def types(bench: Workbench, words: str, session: str = "s2") -> Any:  # noqa: ANN401 - JSON
    """Type the command there; what the hook says."""
    code, said, err = bench.hook("UserPromptExpansion", TYPED | {"command_args": words}, session)
    assert (code, err) == (0, "")
    return said


def call(bench: Workbench, tool: str, session: str = "s2", **given: str) -> tuple[int, str]:
    """A tool call of the client there: its exit code, and the decision."""
    payload = {"tool_name": tool, "tool_input": given, "tool_use_id": "t1"}
    code, said, _ = bench.hook("PreToolUse", payload, session)
    return code, said["hookSpecificOutput"]["permissionDecision"] if said else ""


@pytest.mark.parametrize("folder", ["services/api", "a", ".claude/worktrees/x"])
def test_the_record_is_guarded_from_below(at: Callable[[str], Story], folder: str) -> None:
    """By every way that leads to it, also in a folder that has an incident of its own."""
    bench = at("owned, 1 complete").bench
    state = bench.session_folder / "state.json"
    here = below(bench, folder)
    up = os.path.relpath(bench.session_folder, here)
    for own in (False, True):
        if own:
            beside(bench, here).run("start", "Search is slow")
        before = bench.state_bytes()
        assert call(bench, "Write", file_path=str(state), content="x") == (0, "deny")
        assert call(bench, "Write", file_path=f"{up}/state.json", content="x") == (0, "deny")
        assert call(bench, "Bash", command=f"echo > {up}/state.json") == (0, "deny")
        assert call(bench, "Read", file_path=str(state)) == (0, "")
        assert call(bench, "Bash", command="kubectl delete pod x") == (0, "")
        assert bench.state_bytes() == before


def test_the_owner_is_held_in_a_folder_below(at: Callable[[str], Story]) -> None:
    """Its session is the same one, wherever its client was started."""
    bench = at("owned, 4 due").bench
    assert bench.state()["owner"] == "s1"
    below(bench)
    assert call(bench, "Bash", "s1", command="kubectl delete pod x") == (0, "ask")
    assert call(bench, "EnterPlanMode", "s1") == (0, "deny")


@pytest.mark.parametrize("name", ["settings.json", "settings.local.json"])
def test_the_settings_of_the_folder_below_are_guarded_too(
    at: Callable[[str], Story], name: str
) -> None:
    """They are the client's own: what stands there can switch hooks off."""
    bench = at("owned, 4 due").bench
    here = below(bench)
    for folder in (here, bench.project):
        path = str(folder / ".claude" / name)
        assert call(bench, "Write", "s1", file_path=path, content="{}") == (0, "deny")


def test_what_is_typed_below_is_about_the_incident_above(at: Callable[[str], Story]) -> None:
    """It is named, with where it is, and one may begin here as well."""
    story = at("owned, 1 complete")
    bench = story.bench
    below(bench)
    assert types(bench, NEW) == ""
    question = bench.next("s2")["question"]["questions"][0]
    assert tuple(each["label"] for each in question["options"]) == CHOICES
    assert "An incident is in the project above services/api already." in question["question"]


def test_open_here_begins_one_beside_it(at: Callable[[str], Story]) -> None:
    """The one above goes on as it was; from now on the client there leads its own."""
    story = at("owned, 1 complete")
    bench, above = story.bench, story.bench.state()
    here = below(bench)
    types(bench, NEW)
    story.tell("s2 asks")
    story.tell("s2 answers Open here")
    state = beside(bench, here).state()
    assert (state["incident"], state["severity"], state["owner"]) == ("Search is slow", "P0", "s2")
    now = bench.state()
    assert (now["owner"], now["status"], now["current_step"]) == (
        above["owner"],
        above["status"],
        above["current_step"],
    )
    assert now["timeline"][-1]["text"] == "The incident that was there: Open here"
    assert call(bench, "EnterPlanMode") == (0, "deny")
    assert call(bench, "EnterPlanMode", "s1") == (0, "")
    # The command for this folder finds it, from here and from further below.
    (here / "src").mkdir()
    told = subprocess.run(
        ["sh", "-c", f"cd {here}/src && exec incident-state next --json"],
        env=bench.hook_environment(),
        capture_output=True,
        check=True,
        text=True,
    )
    assert '"step": 1' in told.stdout


def test_nothing_is_found_in_a_folder_that_is_everybodys(bench: Workbench) -> None:
    """Such as /tmp: whoever likes can put an incident there, which is no project's below it."""
    bench.run("start", "Search is slow")
    bench.project.chmod(0o1777)
    assert call(bench, "EnterPlanMode")[0] == 0
    (bench.session_folder / "state.json").write_text("{}")
    bench.unseal()
    assert call(bench, "EnterPlanMode") == (2, "")
    below(bench)
    assert call(bench, "EnterPlanMode") == (0, "")


def git(*words: str) -> None:
    """Run git, with an identity of nobody's."""
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.invalid", *words],
        check=True,
        capture_output=True,
    )


def test_a_worktree_names_the_incident_of_the_main_checkout(at: Callable[[str], Story]) -> None:
    """It is said, and what begins there is kept apart from it."""
    bench = at("owned, 1 complete").bench
    incident, before = bench.state()["incident_id"], bench.state_bytes()
    git("init", "-q", str(bench.project))
    git("-C", str(bench.project), "commit", "-q", "--allow-empty", "-m", "x")
    tree = bench.folder / "tree"
    git("-C", str(bench.project), "worktree", "add", "-q", str(tree))
    bench.here = tree / "src"
    bench.here.mkdir()
    told = types(bench, "")["reason"]
    assert f"{bench.project}, has an open incident: P1 {incident}: " in told
    said = types(bench, NEW)["systemMessage"]
    assert said.endswith("The one that begins here is kept apart from it.")
    assert incident in said
    assert (bench.here / ".incident-response" / "state.json").is_file()
    assert bench.state_bytes() == before
