"""The plugin's folder taken away while a client works with it: updated, uninstalled, moved."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.client import conversation
from tests.support.client.incident import COMMAND, Incident
from tests.support.client.messages import Reply, ToolUse
from tests.support.client.obedient import Whim
from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.client.conversation import Conversation

pytestmark = pytest.mark.system

WORKED = ("commands", "agents", "incident_state", ".claude-plugin")


class Vanishing(Whim):
    """A model before whose second call something happens to the plugin."""

    happens: Callable[[], object]

    def orchestrator(self, talk: Conversation) -> Reply:
        """Make the next call."""
        if len(self.calls) == 2:
            self.happens()
        return super().orchestrator(talk)


def runs(incident: Callable[..., Incident], folder: Path, calls: list[ToolUse]) -> Incident:
    """An incident in a client whose plugin is a copy in that folder, and a model with calls."""
    for name in WORKED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    run = incident("4 due", model=Vanishing(calls), permit=lambda _tool, _given: True)
    run.plugin = folder
    return run


@pytest.mark.parametrize("way", ["moved", "emptied"])
def test_no_command_line_runs_without_the_plugin(
    incident: Callable[..., Incident], tmp_path: Path, way: str
) -> None:
    """Of a folder that is gone the client runs no hook: what its commands read first refuses."""
    plugin = tmp_path / "plugin"
    calls = [ToolUse("Bash", {"command": f"echo {n} > ../made-{n}"}) for n in range(3)]
    run = runs(incident, plugin, calls)
    assert isinstance(run.model, Vanishing)

    def vanishes() -> None:
        plugin.rename(plugin.with_name("away"))
        if way == "emptied":
            plugin.mkdir()

    run.model.happens = vanishes
    run.type(COMMAND)
    first, *later = conversation.read(run.requests[-1]).calls
    assert (first.failed, [call.failed for call in later]) == (False, [True, True])
    if way == "moved":
        assert "the plugin's folder, which this session checks its calls by, is gone" in str(
            later[0].result
        )
    made = [f"made-{n}" for n in range(3) if (run.bench.folder / f"made-{n}").exists()]
    assert made == ["made-0"]
    if way == "emptied":
        return
    # It stands in the record as soon as anything runs that can write it, and is said.
    assert "PluginGone of " in run.bench.run("verify").out
    gone = run.session.session_id
    run.plugin, run.model = ROOT, Whim([])
    run.leaves()
    run.type("what is up?")
    line = f"The plugin's folder was gone in client session {gone}: its command lines were not run"
    assert line in "\n".join(run.timeline)
    assert line in json.dumps(run.requests[-1].messages)
    assert f"Doubtful: {line}" in run.bench.run("verify").out


def test_without_an_incident_nothing_is_held_up(
    incident: Callable[..., Incident], tmp_path: Path
) -> None:
    """Who removes the plugin then goes on working in the session that is open."""
    plugin = tmp_path / "plugin"
    calls = [ToolUse("Bash", {"command": f"echo {n} > ../made-{n}"}) for n in range(3)]
    run = runs(incident, plugin, calls)
    shutil.rmtree(run.bench.session_folder)
    assert isinstance(run.model, Vanishing)
    run.model.happens = lambda: shutil.rmtree(plugin)
    run.type("go on")
    assert [call.failed for call in conversation.read(run.requests[-1]).calls] == [False] * 3
