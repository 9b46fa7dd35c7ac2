"""The plugin from nothing: a marketplace is added, the plugin installed, the command typed."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from tests.install.machine import NAME, published, raised
from tests.install.stranger import TYPED, Stranger, files_of
from tests.support.client.terminal_ui import POINTER, Dialogs
from tests.support.patience import HANG

pytestmark = pytest.mark.system


# It works.


def test_from_its_address_to_the_first_checkpoint(plain: Stranger) -> None:
    """Nothing is done but what the README says; the first checkpoint is put to the user."""
    plain.installs()
    plain.types()
    assert plain.position == "checkpoint-1"
    assert plain.incident.questions[-1].labels[0] == "Approve"
    assert files_of(plain.sandbox.project) >= {".incident-response/01-classification.md"}
    assert os.access(plain.data / "incident-state", os.X_OK)


def test_from_a_folder_in_one_line(plain: Stranger) -> None:
    """The one line that newer clients have takes a clone's path, too."""
    published(plain.folder / "published")
    plain.client(
        "plugin",
        "install",
        "incident-response",
        "--marketplace",
        str(plain.tree),
        "--scope",
        "user",
    )
    plain.types()
    assert plain.position == "checkpoint-1"


def test_nothing_is_left_elsewhere_and_nothing_after_it_is_uninstalled(plain: Stranger) -> None:
    """No cache, no line in the user's Python or project; uninstalled, the records alone stay."""
    python = plain.folder / "python"
    before = files_of(python)
    plain.installs()
    plain.types()
    tops = {path.parts[0] for path in map(Path, files_of(plain.sandbox.project))}
    assert tops == {".git", "README.md", ".incident-response"}
    assert {name for name in files_of(python) - before if "__pycache__" not in name} == set()
    plain.incident.leaves()
    plain.client("plugin", "uninstall", NAME)
    plain.client("plugin", "marketplace", "remove", "incident-response")
    left = files_of(plain.sandbox.home)
    assert {name for name in left if name.startswith(".cache/")} == set()
    kept = {name for name in left if "incident-response" in name}
    # The client's own copy of what was installed is marked as an orphan, and cleared by itself.
    own = (".local/state/", ".claude/plugins/cache/")
    assert {name for name in kept if not name.startswith(own)} == set()


# It is ready before it is needed.


def wait_for_the_environment(stranger: Stranger) -> None:
    """Wait until what the first session prepares in the background is whole."""
    stranger.incident.waits((stranger.data / "plugin").exists)


def test_the_first_session_prepares_it_and_no_later_one_does(plain: Stranger) -> None:
    """Nothing is typed; the second session finds it and builds nothing."""
    plain.installs()
    plain.opens()
    wait_for_the_environment(plain)
    log = plain.data / "build.log"
    before = (log.stat().st_ino, log.stat().st_mtime_ns)
    plain.incident.leaves()
    plain.types()
    assert plain.position == "checkpoint-1"
    assert (log.stat().st_ino, log.stat().st_mtime_ns) == before


def test_a_session_that_ends_early_ends_no_preparation(plain: Stranger) -> None:
    """What was begun in the background goes on without the client."""
    gate = plain.folder / "gate"
    plain.tool("uv", f"while [ ! -e {shlex.quote(str(gate))} ]; do sleep 0.1; done\nexit 1")
    plain.installs()
    plain.opens()
    plain.incident.waits((plain.data / "build.log").exists)
    plain.incident.leaves()
    gate.touch()
    wait_for_the_environment(plain)


def test_two_sessions_at_once_prepare_it_once(plain: Stranger) -> None:
    """The second waits for the first one's; an incident begun meanwhile waits, too."""
    gate, trace = plain.folder / "gate", plain.folder / "trace"
    waiting = f"while [ ! -e {shlex.quote(str(gate))} ]; do sleep 0.1; done"
    plain.tool("uv", f'echo "$1" >>{shlex.quote(str(trace))}\n{waiting}\nexit 1')
    plain.installs()
    plain.opens()
    plain.incident.waits(trace.exists)
    session = plain.opens()
    session.send(TYPED)
    gate.touch()
    plain.incident.waits(lambda: plain.position == "checkpoint-1")
    assert trace.read_text() == "venv\n"


def test_an_incident_that_begins_meanwhile_waits_with_a_word(plain: Stranger) -> None:
    """In the terminal the user reads what is waited for, and then the incident begins."""
    gate = plain.folder / "gate"
    plain.tool("uv", f"while [ ! -e {shlex.quote(str(gate))} ]; do sleep 0.1; done\nexit 1")
    plain.installs()
    command, project = [str(plain.sandbox.launcher)], plain.sandbox.project
    with Dialogs(command, project, plain.sandbox.variables, columns=80, rows=40) as ui:
        ui.wait_for(POINTER)
        ui.submit(TYPED)
        ui.wait_for("incident-response (its first use prepares Python)")
        assert plain.position is None
        gate.touch()
        ui.wait_for(lambda _: plain.position is not None, HANG)


# A new version.


def test_an_open_incident_goes_on_after_an_update(plain: Stranger) -> None:
    """The plugin is updated at the first checkpoint; its new version asks it again, and goes on."""
    plain.installs()
    plain.types()
    plain.incident.leaves()
    before = plain.incident["incident_id"]
    raised(plain.tree, "9.0.0")
    plain.client("plugin", "marketplace", "update", "incident-response")
    plain.client("plugin", "update", NAME)
    plain.incident.answers += ["Take over", "Approve"]
    plain.types("/incident-response")
    assert (plain.incident["incident_id"], plain.position) == (before, "checkpoint-2")
    assert (plain.data / "plugin").resolve().name == "9.0.0"
