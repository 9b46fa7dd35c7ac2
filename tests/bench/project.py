"""A project with an open incident, its Python prepared, and the calls that are measured in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.bench.measure import Call
from tests.bench.prepared import environment_in
from tests.support.workbench import ROOT, Workbench

TYPED = {
    "command_name": "incident-response:incident-response",
    "command_args": '"It is down" --severity P0',
}


class Project:
    """One folder; `python` is the environment's."""

    def __init__(self, folder: Path, *, opened: bool = True) -> None:
        """Make it, with an incident that session s1 leads if `opened`."""
        self.bench = Workbench(folder)
        shutil.rmtree(self.bench.plugin_data)
        self.python = str(environment_in(self.bench.plugin_data))
        if opened:
            assert self.bench.hook("UserPromptExpansion", TYPED)[0] == 0

    def start(self, *words: str) -> Call:
        """A Python of the environment, or another program, in the hooks' environment."""
        return Call([*words], self.bench.hook_environment())

    def command(self, *words: str, installed: bool = False) -> Call:
        """The helper's command as the model's session runs it: by launch.py, or as installed."""
        data = self.bench.plugin_data
        launch = [self.python, "-I", f"{ROOT}/incident_state/launch.py", "--data", str(data)]
        entry = [str(data / "incident-state")] if installed else launch
        session = {"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": "s1"}
        env = self.bench.hook_environment() | session
        project = [] if words == ("--help",) else ["--project", str(self.bench.project)]
        return Call([*entry, *words, *project], env)

    def hook(self, event: str, tool: str, **given: Any) -> Call:  # noqa: ANN401 - a tool's input
        """The manifest's hook for that event, as the client runs it, about that tool call."""
        manifest = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text("utf-8"))
        line = manifest["hooks"][event][0]["hooks"][0]["command"]
        payload = {
            "session_id": "s1",
            "cwd": str(self.bench.project),
            "hook_event_name": event,
            "tool_name": tool,
            "tool_input": given,
            "tool_use_id": "toolu_1",
            "transcript_path": str(self.bench.folder / "s1.jsonl"),
            "permission_mode": "default",
        }
        return Call(["sh", "-c", line], self.bench.hook_environment(), json.dumps(payload))
