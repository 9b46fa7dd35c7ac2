"""A place for the client to run in: an empty environment, a new home, a throwaway project."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import shlex
import shutil
import socket
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import claude_agent_sdk

from tests.support.patience import HANG

API_KEY = "dummy-key"

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of sched.h
_SET_FLAGS = 0x8914  # SIOCSIFFLAGS
_UP = 1  # IFF_UP

_QUIET = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "IS_SANDBOX": "1",
}

# What the SDK sets for the client it starts; all else that its process inherits is dropped.
_FROM_SDK = (
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_AGENT_SDK_VERSION",
    "CLAUDE_CODE_SDK_READS_SESSION_STATE",
)


def bundled_client() -> Path:
    """The client that the SDK's wheel carries, or another that CLIENT_UNDER_TEST names."""
    if named := os.environ.get("CLIENT_UNDER_TEST"):
        return Path(named)
    return Path(claude_agent_sdk.__file__).parent / "_bundled" / "claude"


def loopback_only() -> bool:
    """Whether this process sees no network interface but loopback."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]


def leave_network() -> bool:
    """Keep this thread, and all it starts, on a loopback of their own; whether that could be had.

    The scripted API and the client are both started by a test's thread, so they share it.
    """
    if loopback_only():
        return True
    if sys.platform != "linux" or ctypes.CDLL(None).unshare(_NEW_NETWORK) != 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))
    return loopback_only()


@dataclass(frozen=True)
class Sandbox:
    """A home and a project below one folder, and the environment of a client there."""

    root: Path
    api_url: str
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """The client's HOME."""
        return self.root / "home"

    @property
    def project(self) -> Path:
        """The git repository that the client works in."""
        return self.root / "project"

    @property
    def launcher(self) -> Path:
        """A script that runs the client, with any arguments, in this environment alone."""
        return self.root / "claude"

    @property
    def pid_file(self) -> Path:
        """Where the launcher leaves the client's process id."""
        return self.root / "client.pid"

    @property
    def variables(self) -> dict[str, str]:
        """The client's whole environment."""
        path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin:/usr/bin:/bin"])
        base = {"PATH": path, "HOME": str(self.home), "LANG": "C.UTF-8", "SHELL": "/bin/sh"}
        api = {"ANTHROPIC_BASE_URL": self.api_url, "ANTHROPIC_API_KEY": API_KEY}
        return {**base, **_QUIET, **api, **self.extra}

    def run(self, *arguments: str, timeout: float = HANG) -> subprocess.CompletedProcess[str]:
        """Run the client to its end with these arguments, in the project."""
        return subprocess.run(
            [str(self.launcher), *arguments],
            cwd=self.project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


def make_sandbox(root: Path, api_url: str, extra: dict[str, str] | None = None) -> Sandbox:
    """Create home, project and launcher below an existing folder."""
    leave_network()
    sandbox = Sandbox(root.resolve(), api_url, extra or {})
    sandbox.home.mkdir()
    sandbox.project.mkdir()
    _write_settings(sandbox)
    _write_launcher(sandbox)
    (sandbox.project / "README.md").write_text("# A service\n")
    if shutil.which("git") is None:
        return sandbox  # the client works without, too
    git = ("git", "-c", "user.name=Test", "-c", "user.email=test@localhost")
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Start"]):
        subprocess.run(
            [*git, *command],
            cwd=sandbox.project,
            env=sandbox.variables,
            check=True,
            capture_output=True,
        )
    return sandbox


def _write_settings(sandbox: Sandbox) -> None:
    """Answer beforehand what the terminal UI would ask in a new home."""
    trusted = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
    settings = {
        "hasCompletedOnboarding": True,
        "theme": "dark",
        "customApiKeyResponses": {"approved": [API_KEY], "rejected": []},
        "projects": {str(sandbox.project): trusted},
    }
    (sandbox.home / ".claude.json").write_text(json.dumps(settings))


def _write_launcher(sandbox: Sandbox) -> None:
    """Write the script; it replaces itself, so its process id is the client's."""
    fixed = [shlex.quote(f"{name}={value}") for name, value in sandbox.variables.items()]
    passed = [f'${{{name}:+"{name}=${name}"}}' for name in (*_FROM_SDK, "TERM")]
    note = f"echo $$ > {shlex.quote(str(sandbox.pid_file))}"
    words = ["exec", "env", "-i", *fixed, *passed, shlex.quote(str(bundled_client())), '"$@"']
    sandbox.launcher.write_text(f"#!/bin/sh\n{note}\n{' '.join(words)}\n")
    sandbox.launcher.chmod(0o755)
