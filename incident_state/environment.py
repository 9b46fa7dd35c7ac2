"""The Python environment of the plugin: where it lies, whether it is ready, what is kept beside it.

Whatever `python3` is reads this file, `launch.py` and `building.py`, hence the syntax of Python 3.6
and quoted annotations. A command that is ready to run imports this one, hence imports where they
are used, and no pathlib.
"""
# ruff: noqa: PTH100, PTH103, PTH105, PTH108, PTH110, PTH111, PTH114, PTH115
# ruff: noqa: PTH119, PTH120, PTH121, PTH123, PTH211

import os
import sys

TYPE_CHECKING = False  # importing typing's would cost each command milliseconds
if TYPE_CHECKING:
    from typing import NoReturn

REQUIREMENTS = ("pydantic>=2.7,<3", "rich>=13.7", "typer>=0.12.4")
NAMES = [requirement.partition(">=")[0] for requirement in REQUIREMENTS]
OLDEST = (3, 10)

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # the plugin's
LAUNCH = f"{ROOT}/incident_state/launch.py"
HELPER = "INCIDENT_STATE_HELPER"  # the path of the command that runs as printed
TROUBLE = "INCIDENT_STATE_TROUBLE"  # tells doctor why there is none


def say(lines: str) -> None:
    """Write the lines to standard error, at once: execv would lose what old Pythons still hold."""
    sys.stderr.write("".join(f"incident-response: {line}\n" for line in lines.splitlines()))
    sys.stderr.flush()


class Refusal(Exception):  # noqa: N818 - it carries a sentence to the user, not a fault of ours
    """What is wrong and what to do, and the exit code."""


def refuse(lines: str, code: int = 1) -> "NoReturn":
    """Give up: main says the lines and exits with the code."""
    raise Refusal(lines, code)


def folder_of(data: str) -> str:
    """Return where in the data folder the environment is, for just these requirements."""
    words = " ".join(["env", *REQUIREMENTS])
    return f"{data}/" + "".join(c if c.isalnum() else "-" for c in words)


def data_folder(given: str) -> str:
    """Return the absolute path of the folder that outlives the plugin's updates."""
    folder = given or os.environ.get("CLAUDE_PLUGIN_DATA", "")
    if not folder:
        homes = [os.environ.get("XDG_DATA_HOME", ""), os.path.expanduser("~/.local/share")]
        home = next(filter(os.path.isabs, homes), "")  # a relative one is void, says the standard
        folder = f"{home}/incident-response" if home else refuse("set HOME, or name --data DIR")
    return os.path.abspath(folder)


def contents(path: str) -> bytes:
    """Return the file's bytes, none where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def put(path: str, content: "bytes | str", mode: int = 0o644) -> None:
    """Replace what is at `path`, whole or not at all, by a file of bytes or a link to a name."""
    spare = f"{path}.{os.getpid()}"
    try:
        if isinstance(content, str):
            os.symlink(content, spare)
        else:
            with open(spare, "wb", buffering=0) as file:
                file.write(content)
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
        os.replace(spare, path)
    finally:
        if os.path.lexists(spare):
            os.unlink(spare)


def ready(env: str) -> bool:
    """Tell whether it was built to the end and the Python that it links to is still there."""
    return os.path.exists(f"{env}/built-for") and os.access(f"{env}/bin/python", os.X_OK)


def inside(env: str) -> bool:
    """Tell whether this very process runs in it, by the Python that it was built for."""
    version = b"%d.%d" % sys.version_info[:2]  # an upgrade can put another one behind the link
    return contents(f"{env}/built-for") == version and os.path.samefile(sys.prefix, env)


def has_packages() -> bool:
    """Tell whether this interpreter is new enough and has every requirement within its bounds."""
    if sys.version_info[:2] < OLDEST:
        return False
    from importlib import metadata

    def release(version: str) -> "list[int]":
        return [int(part) for part in version.split(".") if part.isdigit()]

    for requirement in REQUIREMENTS:
        name, _, bounds = requirement.partition(">=")
        lower, _, upper = bounds.partition(",<")
        try:
            found = release(metadata.version(name) or "")
        except metadata.PackageNotFoundError:
            return False
        if found < release(lower) or (upper and found >= release(upper)):
            return False
    return True


def keep_helper(data: str, env: str) -> None:
    """Mend what lies in the data folder, and name its command in HELPER.

    `env` and `plugin` link to what was prepared and for which copy of the plugin; `incident-state`
    is the command.
    """

    def quoted(word: str) -> str:  # shlex would load re for each command
        return "'" + word.replace("'", "'\"'\"'") + "'"

    helper, link = f"{data}/incident-state", f"{data}/env"
    links = {f"{data}/plugin": ROOT}
    if env:
        links[link] = os.path.basename(env)
    python = f"{quoted(f'{link}/bin/python')} -I" if env else f"{quoted(sys.executable)} -E"
    python += " -X utf8"
    launcher = f"{quoted(LAUNCH)} --data {quoted(data)}"
    script = os.fsencode(f'#!/bin/sh\nexec {python} {launcher} "$@"\n')
    os.environ.pop(HELPER, None)
    try:
        if contents(helper) != script:
            os.makedirs(data, exist_ok=True)
            put(helper, script, 0o755)
        for place, target in links.items():
            if not (os.path.islink(place) and os.readlink(place) == target):
                put(place, target)
    except OSError:
        return  # it costs the short command; the incident goes on
    os.environ[HELPER] = helper
