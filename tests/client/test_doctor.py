"""`doctor` in a session of the real client: which version it is, and whether hooks are live."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.test_hooks_off import switch_off
from tests.support.client import conversation
from tests.support.client.messages import ToolUse
from tests.support.client.obedient import Whim
from tests.support.workbench import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.client.incident import Incident

pytestmark = pytest.mark.system

DOCTOR = f"sh {shlex.quote(str(ROOT / 'incident_state' / 'launch'))} doctor --json"


def ask(incident: Incident) -> dict[str, dict[str, Any]]:
    """Let the model ask the doctor; the checks by name."""
    incident.type("How is the plugin?")
    call = conversation.read(incident.requests[-1]).calls[-1]
    told: dict[str, Any] = json.loads(next(x for x in call.result.splitlines() if x[:1] == "{"))
    return {check["name"]: check for check in told["checks"]}


@pytest.mark.parametrize("state", ["", "2 due"], ids=["no incident", "an open one"])
def test_hooks_that_are_live_are_told_as_such(
    incident: Callable[..., Incident], state: str
) -> None:
    """So is the client's version, whatever it is."""
    model = Whim([ToolUse("Bash", {"command": DOCTOR})])
    checks = ask(incident(state, model=model, permit=lambda tool, _: tool == "Bash"))
    assert checks["hooks"]["found"] == "they run in this session"
    assert checks["client"]["status"] == "ok"


def test_hooks_that_are_off_are_told_as_such(incident: Callable[..., Incident]) -> None:
    """The file that switches them off is named, and how to put it right."""
    model = Whim([ToolUse("Bash", {"command": DOCTOR})])
    run = incident(model=model, permit=lambda tool, _: tool == "Bash")
    switch_off(run)
    file = run.sandbox.project / ".claude" / "settings.json"
    assert ask(run)["hooks"] == {
        "name": "hooks",
        "status": "failed",
        "found": f"{file} switches all hooks off",
        "remedy": "take disableAllHooks out",
    }


def test_hooks_that_a_managed_or_given_setting_switches_off_are_missed(
    incident: Callable[..., Incident],
) -> None:
    """No file says so; that none ran as the session began is what tells."""
    model = Whim([ToolUse("Bash", {"command": DOCTOR})])
    run = incident(model=model, permit=lambda tool, _: tool == "Bash")
    run.opens(settings=json.dumps({"disableAllHooks": True}))
    assert ask(run)["hooks"]["status"] == "failed"
