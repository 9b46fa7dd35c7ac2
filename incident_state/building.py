"""The Python environment, built once, by uv or else by venv and pip.

Several commands may need it at once, and what builds it can be killed; read by any `python3`, as
`environment.py` says.
"""
# ruff: noqa: PTH103, PTH120, PTH123

import os
import sys

from incident_state.environment import (
    NAMES,
    OLDEST,
    REQUIREMENTS,
    contents,
    put,
    ready,
    refuse,
    say,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

BASE = getattr(sys, "_base_executable", sys.executable)  # this Python, but no virtual environment
INSTALL = ["install", "--no-input", "--no-user", "--no-cache-dir", "--prefer-binary"]
# They would send the packages, or Python's own modules, to another place.
MISLEADING = ["PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PIP_USER"]
# Prints what is behind a virtual environment or a version manager's shim.
PROBE = f"import sys; sys.version_info < {OLDEST} and sys.exit(1); print(sys._base_executable)"
# Prints the version for which the environment named is whole.
CHECK = f"""import os, sys, {", ".join(NAMES)}
if os.path.samefile(sys.prefix, sys.argv[1]): print("%d.%d" % sys.version_info[:2])"""


def run(command: "list[str]", log: "BinaryIO") -> "bytes | None":
    """Run the command in the log's folder; return what it printed, None if it failed."""
    import subprocess

    log.write(os.fsencode(f"$ {' '.join(command)}\n"))
    # The project's folder has settings of its own, and our standard input can be a command's text.
    folder, none, pipe = os.path.dirname(log.name), subprocess.DEVNULL, subprocess.PIPE
    environ = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    try:
        done = subprocess.run(  # noqa: S603 - a list of words, no shell
            command, stdin=none, stdout=pipe, stderr=log, cwd=folder, env=environ, check=False
        )
    except OSError as error:
        log.write(f"{error}\n".encode())
        return None
    log.write(done.stdout)
    return None if done.returncode else done.stdout.strip()


def checked(env: str, log: "BinaryIO") -> bytes:
    """Return the version of Python for which the environment is whole, nothing if it is not."""
    return run([f"{env}/bin/python", "-I", "-c", CHECK, env], log) or b""


def install(tool: str, command: "list[str]", log: "BinaryIO") -> str:
    """Install the packages with the tool; return what is wrong and what to do, or nothing."""
    if run([*command, *REQUIREMENTS], log) is not None:
        return ""
    mirror = "UV_DEFAULT_INDEX" if tool == "uv" else "PIP_INDEX_URL"
    reach = f"set HTTPS_PROXY or {mirror} if it is reached that way"
    return f"{tool} could not install {', '.join(NAMES)}: connect to the package index ({reach})"


def with_uv(env: str, log: "BinaryIO") -> str:
    """Build with uv, from this Python or one that it finds or brings; return as `install` does."""
    wanted = BASE
    if sys.version_info[:2] < OLDEST:
        wanted = ">={}.{}".format(*OLDEST)
        if run(["uv", "python", "find", "--no-project", wanted], log) is None:
            # One that is brought goes when the plugin goes.
            os.environ["UV_PYTHON_INSTALL_DIR"] = os.path.dirname(log.name) + "/python"
    if run(["uv", "venv", "--no-cache", "--no-project", "--python", wanted, env], log) is None:
        return "uv found no Python 3.10 or newer and could not bring one: install it"
    python = f"{env}/bin/python"
    tool = ["uv", "pip", "install", "--no-cache", "--compile-bytecode", "--python", python]
    return install("uv", tool, log)


def with_pip(env: str, log: "BinaryIO") -> str:
    """Build with venv and pip, from this Python or one on PATH; return as `install` does."""
    import shutil

    unable = ""
    names = [BASE, *(f"python3.{minor}" for minor in range(14, 9, -1)), "python3"]
    for found in filter(None, map(shutil.which, names)):
        base = os.fsdecode(run([found, "-I", "-c", PROBE], log) or b"")
        if not base:
            continue
        python, venv = f"{env}/bin/python", [base, "-I", "-m", "venv", "--clear"]
        if run([*venv, env], log) is not None:
            return install("pip", [python, "-I", "-m", "pip", *INSTALL], log)
        # Debian parts ensurepip from Python; a pip that is there can install into another place.
        pip = [base, "-m", "pip", "--python", python]
        bare = run([*venv, "--without-pip", env], log)
        if bare is not None and run([*pip, "--version"], log) is not None:
            return install("pip", [*pip, *INSTALL], log)
        unable = unable or base
    if unable:
        return f"{unable} has neither venv nor pip: install python3-venv (Debian, Ubuntu) or uv"
    return "there is no Python 3.10 or newer and no uv: install one of them"


def build(env: str, log: "BinaryIO") -> None:
    """Build the environment by uv or else by pip; exit where neither can."""
    import shutil

    say("preparing its Python environment (once) ...")
    wrong = []
    for way in (with_uv, with_pip) if shutil.which("uv") else (with_pip,):
        if os.path.lexists(env):
            shutil.rmtree(env)  # broken, or left by a killed builder or the way before
        lines = way(env, log)
        version = b"" if lines else checked(env, log)
        if version:
            os.sync()  # in a power cut the stamp must not outlive what it vouches for
            put(f"{env}/built-for", version)
            return
        wrong.append(lines or f"{', '.join(NAMES)} were installed, but do not load")
    if b"No space left" in contents(log.name):
        refuse(f"the disk is full: make room for {env} (log: {log.name})", 74)
    refuse("\n".join(wrong) + f" (log: {log.name})")


def build_once(data: str, env: str) -> None:
    """Build the environment unless another process does so meanwhile; exit if it cannot be."""
    import fcntl

    try:
        os.makedirs(data, exist_ok=True)
        # The log is the lock, and what a builder runs inherits it: while the pip of a killed
        # builder still writes, nobody else begins.
        with open(f"{data}/build.log", "ab", buffering=0) as log:
            try:
                fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("waiting for another process that prepares the Python environment ...")
                fcntl.flock(log, fcntl.LOCK_EX)
            log.truncate(0)
            if not (ready(env) and contents(f"{env}/built-for") == checked(env, log)):
                build(env, log)
    except OSError as error:
        line = f"cannot write {error.filename or data}: {error.strerror or error}"
        instead = f"put a python3 that has {', '.join(NAMES)} first on PATH"
        refuse(f"{line}; make it writable, make room there, or {instead}", 74)
