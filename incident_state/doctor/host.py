"""The client: whether it is new enough, and whether it runs the plugin's hooks."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from incident_state import client_version, helper, times
from incident_state.doctor.check import Check
from incident_state.doctor.program import version
from incident_state.environment import LAUNCH, ROOT
from incident_state.storage import calls, sealed

SESSION = "CLAUDE_CODE_SESSION_ID"
LIVE = "INCIDENT_STATE_HOOKS"  # the copy of the plugin whose hook ran as the session began


def client() -> Check:
    """The version of the client around this process, else of the one on PATH."""
    found = client_version.running() or _asked()
    oldest = client_version.dotted(client_version.OLDEST)
    if found is None:
        there = "no Claude Code is on PATH here"
        return Check("client", "note", there, f"it has to be {oldest} or newer")
    told = f"Claude Code {client_version.dotted(found)}"
    if found < client_version.OLDEST:
        return Check(
            "client", "failed", f"{told}; {oldest} is the oldest supported", "claude update"
        )
    return Check("client", "ok", told)


def _asked() -> client_version.Version | None:
    program = os.environ.get("CLAUDE_CODE_EXECPATH") or shutil.which("claude")
    return client_version.numbers(version(program)[1]) if program else None


def hooks(project: Path) -> Check:
    """Whether this session runs the plugin's hooks, as far as can be told from here."""
    switched_off = next(_switched_off(project), None)
    if switched_off:
        return Check(
            "hooks", "failed", f"{switched_off} switches all hooks off", "take disableAllHooks out"
        )
    session = os.environ.get(SESSION)
    if not session:
        ask = f"in a session of the client, type ! {helper.command(project, 'doctor')}"
        return Check("hooks", "note", "whether they run cannot be told from outside a session", ask)
    live = os.environ.get(LIVE, "")
    if _same(live, ROOT) or _saw(project, session):
        return Check("hooks", "ok", "they run in this session")
    if live:
        other = f"those of another copy run in this session: {live}"
        return Check(
            "hooks", "failed", other, "end the session and begin it again: claude --continue"
        )
    if _younger_than(session):
        told = "the plugin was installed after this session had begun"
        return Check("hooks", "note", told, "to be sure, end the session: claude --continue")
    return Check(
        "hooks",
        "failed",
        "they did not run as this session began; without them nothing guards an incident",
        "see that the plugin is enabled (/plugin), then end the session: claude --continue",
    )


def _same(one: str, other: str) -> bool:
    return bool(one) and os.path.realpath(one) == os.path.realpath(other)


def _saw(project: Path, session: str) -> bool:
    """Whether a hook has noted a call of this session, as it does while an incident is open."""
    root = os.path.realpath(project)
    base = sealed.base(root)
    return base is not None and calls.at_work(sealed.place(base, root), session)


def _younger_than(session: str) -> bool:
    """Whether this copy of the plugin was put here after the session's transcript began."""
    for transcript in _config().glob(f"projects/*/{session}.jsonl"):
        try:
            with transcript.open("rb") as lines:
                began = next(filter(None, (json.loads(line).get("timestamp") for line in lines)))
            return Path(LAUNCH).stat().st_ctime > times.moment(began).timestamp()
        except (OSError, ValueError, AttributeError, StopIteration):
            continue
    return False


def _config() -> Path:
    return Path(os.environ.get("CLAUDE_CONFIG_DIR") or Path("~/.claude").expanduser())


def _switched_off(project: Path) -> Iterator[Path]:
    for file in (
        _config() / "settings.json",
        project / ".claude" / "settings.json",
        project / ".claude" / "settings.local.json",
        Path("/etc/claude-code/managed-settings.json"),
        Path("/Library/Application Support/ClaudeCode/managed-settings.json"),
    ):
        try:
            settings = json.loads(file.read_bytes())
        except (OSError, ValueError):
            continue
        if isinstance(settings, dict) and settings.get("disableAllHooks") is True:
            yield file
