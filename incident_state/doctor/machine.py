"""The machine: Python and the packages, the helper on PATH, language and clock."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import tempfile
import time
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from incident_state import __version__, encoding, helper, times
from incident_state.doctor.check import Check
from incident_state.doctor.program import version
from incident_state.environment import NAMES, OLDEST, REQUIREMENTS
from incident_state.storage import sealed

LONG_AGO = 1_767_225_600  # 2026-01-01: no clock that is right tells less
LENIENT = 120  # seconds that two clocks may differ


def python() -> Check:
    """The Python that answers; launch.py enters none that is too old."""
    found = ".".join(map(str, sys.version_info[:3]))
    oldest = ".".join(map(str, OLDEST))
    told = f"{found}, {sys.executable}"
    if sys.version_info[:2] >= OLDEST:
        return Check("python", "ok", told)
    return Check("python", "failed", told, f"install Python {oldest} or newer, or uv")


def packages(trouble: str) -> Check:
    """The packages that the helper needs; `trouble` is why there is no environment with them."""
    if trouble:
        what, _, todo = trouble.replace("\n", "; ").partition(": ")
        return Check("packages", "failed", what, todo)
    try:
        found = [f"{name} {metadata.version(name)}" for name in NAMES]
    except metadata.PackageNotFoundError as error:
        return Check("packages", "failed", f"{error.name} is missing", _install())
    return Check("packages", "ok", ", ".join(found))


def _install() -> str:
    """How the packages are brought into an environment; a system's own Python takes none."""
    wanted = " ".join(f"'{each}'" for each in REQUIREMENTS)
    if sys.prefix != sys.base_prefix:
        python = shlex.quote(sys.executable)
        bare = shutil.which("uv") and not find_spec("pip")
        tool = f"uv pip install --python {python}" if bare else f"{python} -m pip install"
        return f"{tool} {wanted}"
    venv = "~/.local/share/incident-response/venv"
    made = f"python3 -m venv {venv} && {venv}/bin/pip install {wanted}"
    return f"{made}; then call it by that venv's Python"


def command_on_path() -> Check:
    """The `incident-state` that a terminal would find, which must be of this version."""
    name = "command"
    found = shutil.which(helper.NAME)
    if found is None:
        return Check(name, "ok", f"no {helper.NAME} on PATH; it is printed with its path")
    code, told = version(found)
    of = told or f"broken (exit code {code})"
    if of == __version__:
        return Check(name, "ok", f"{found} is {of}, as this one")
    differs = f"{found} is {of}, this one {__version__}"
    return Check(name, "failed", differs, f"remove it, or install {__version__} there, too")


def language() -> Check:
    """The encoding of a terminal: files and pipes are UTF-8 everywhere."""
    own = encoding.of_terminals()
    told = (
        os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "none"
    )
    if own == "utf-8":
        return Check("language", "ok", f"UTF-8 (locale {told})")
    remedy = "a terminal shows a ? for what it lacks, unless it is UTF-8: export LC_ALL=C.UTF-8"
    return Check("language", "note", f"{own} in a terminal (locale {told})", remedy)


def clock(project: Path) -> Check:
    """The clock, against the calendar, the project's disk and the record's newest entry."""
    now = time.time()
    told = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    right = "set the clock: sudo timedatectl set-ntp true"
    if now < LONG_AGO:
        return Check("clock", "failed", f"{told} is long over", right)
    behind = _newest(project) - now
    if behind > LENIENT:
        was = f"{told}; the incident's newest entry is {round(behind / 60)} minutes later"
        return Check("clock", "failed", was, right)
    try:
        with tempfile.TemporaryFile(dir=project) as file:
            differs = os.fstat(file.fileno()).st_mtime - now
    except OSError:
        differs = 0.0
    if abs(differs) > LENIENT:
        disk = f"{told}; the project's disk is {round(differs / 60)} minutes from that"
        return Check("clock", "note", disk, "set both by NTP, or times of files mislead")
    return Check("clock", "ok", told)


def _newest(project: Path) -> float:
    try:
        text = sealed.contents(str(project / sealed.FOLDER / sealed.STATE)) or b"{}"
        return times.moment(json.loads(text)["last_updated"]).timestamp()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return 0.0
