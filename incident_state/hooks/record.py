"""Around each tool call the record is held against its sealed copy, and what differs put back.

Before a call nobody guesses what it will do: that is seen when it has come back.
"""

from __future__ import annotations

import os

from incident_state.hooks import Payload, handler, project
from incident_state.storage import calls, missed, sealed

# They change nothing themselves: what an agent or a dialog brings about is seen at its own calls.
QUIET = frozenset(
    "Read Grep Glob LS NotebookRead WebFetch WebSearch ToolSearch ListAgents TodoWrite TaskCreate "
    "TaskUpdate TaskList TaskGet TaskOutput TaskStop KillShell BashOutput ReportFindings "
    "AskUserQuestion ExitPlanMode ExitWorktree CronList CronDelete StructuredOutput "
    "ListMcpResourcesTool ReadMcpResourceTool SubagentHandback LSP Brief Agent Task".split()
)
ONLY_READ = (
    f"Only the helper writes in {sealed.FOLDER}/, and a step's agent its document, with the Write "
    "tool. A line that names it may read it and nothing else; run other commands without it."
)
TOLD = (
    "{names} of the incident's record changed while this call ran, and was put back. Only the "
    "helper writes the record, and a step's agent its document: go on without changing it."
)


def is_quiet(payload: Payload) -> bool:
    """Whether the tool is one that changes nothing itself."""
    return payload.get("tool_name") in QUIET


def before(payload: Payload) -> None:
    """A tool is about to be called: what changed since the last one is put back first."""
    root = project(payload)
    vault = vault_of(root)
    if vault is not None:
        _recover(vault)
        _compared(payload, root, vault, edited=True)


def begins(payload: Payload, *, asked: bool) -> None:
    """The call goes ahead if the user, where asked, lets it: what changes now is its doing."""
    vault = vault_of(project(payload))
    launch = payload["tool_name"] == "Agent"
    if vault is not None and (launch or payload["tool_name"] not in QUIET):
        call = str(payload.get("tool_use_id"))
        calls.begins(vault, *_caller(payload), call, asked=asked, launch=launch)


def was_asked(payload: Payload) -> bool:
    """Whether the user was asked about the call that came back; not known is yes."""
    vault = vault_of(project(payload))
    call = str(payload.get("tool_use_id"))
    return vault is None or calls.was_asked(vault, *_caller(payload), call)


def after(payload: Payload) -> str | None:
    """The call came back: what changed meanwhile is put back, and the model told; None if none."""
    root = project(payload)
    vault = vault_of(root)
    if vault is None:
        return None
    _recover(vault)
    try:
        quiet = payload["tool_name"] in QUIET
        names = [] if quiet else _compared(payload, root, vault, during=True)
    finally:
        calls.ends(vault, *_caller(payload), str(payload.get("tool_use_id")))
    return TOLD.format(names=", ".join(names)) if names else None


def came_to_work(payload: Payload, launch: str) -> None:
    """An agent began to work: its launch, the call of that id, was not refused."""
    vault = vault_of(project(payload))
    if vault is not None:
        calls.ends(vault, str(payload["session_id"]), "", launch)


def batch_done(payload: Payload) -> None:
    """All calls of a message are over, also those that were refused and never came back."""
    vault = vault_of(project(payload))
    if vault is not None:
        calls.ends(vault, *_caller(payload))


def recover(payload: Payload) -> None:
    """At an event of no tool: what could not be recorded before is, if it can be now."""
    vault = vault_of(project(payload))
    if vault is not None:
        _recover(vault)


def _recover(vault: str) -> None:
    if os.path.lexists(os.path.join(vault, missed.MISSED)):  # noqa: PTH118 - pathlib costs a hook time
        handler("again:record")(vault)


def vault_of(root: str) -> str | None:
    """The vault in which that project is sealed; None where nothing is."""
    base = sealed.base(root)
    vault = sealed.place(base, root) if base else None
    return vault if vault and os.path.lexists(os.path.join(vault, sealed.RECORD)) else None  # noqa: PTH118 - pathlib costs a hook time


def _compared(
    payload: Payload, root: str, vault: str, *, during: bool = False, edited: bool = False
) -> list[str]:
    try:
        record = sealed.read(vault)
    except ValueError:
        return []  # what is damaged attests nothing; the helper seals anew
    wrong = sealed.differences(root, vault, record) if record else []
    if edited:
        sealed.note_edited(root, vault, [n for n in wrong if not _by_a_call(root, vault, n)])
    if all(sealed.is_document(name) and not _by_a_call(root, vault, name) for name in wrong):
        return []
    from incident_state.hooks.client import session as open_session

    session = open_session(payload)
    session.during = _named(payload) if during else None
    with session.locked():
        return session.put_back


def _by_a_call(root: str, vault: str, name: str) -> bool:
    return calls.at_work_when(os.path.join(root, sealed.FOLDER, name), vault)  # noqa: PTH118 - the same


def _caller(payload: Payload) -> tuple[str, str]:
    return str(payload["session_id"]), str(payload.get("agent_id") or "")


def _named(payload: Payload) -> str:
    """The call in a few words; a command line's secrets are masked before anything keeps them."""
    from incident_state.documents import document

    given = payload.get("tool_input")
    line = str(given.get("command", "")) if isinstance(given, dict) else ""
    shown = document.clean(line[:2000])[:60]
    return str(payload["tool_name"]) + (f" ({shown})" if shown else "")
