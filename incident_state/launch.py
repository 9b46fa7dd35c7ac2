"""Hand a command over to a Python that has the packages, building one in the data folder, once.

    python3 launch.py [--data DIR] [--prepare | hook WORDS... | WORDS...]

WORDS go to `incident_state.cli`, those after `hook` to `incident_state.hooks`. Whatever `python3`
is reads this file, hence the syntax of Python 3.6 and quoted annotations. Where the environment is
ready this is two looks at files and an execv, hence imports where they are used, and no pathlib.
"""
# ruff: noqa: PTH100, PTH103, PTH105, PTH108, PTH110, PTH111, PTH114, PTH115
# ruff: noqa: PTH119, PTH120, PTH121, PTH123, PTH211

import os
import sys

TYPE_CHECKING = False  # importing typing's would cost each command milliseconds
if TYPE_CHECKING:
    from typing import BinaryIO, NoReturn

REQUIREMENTS = ("pydantic>=2.7,<3", "rich>=13.7", "typer>=0.12.4")
NAMES = [requirement.partition(">=")[0] for requirement in REQUIREMENTS]
OLDEST = (3, 10)

LAUNCH = os.path.abspath(__file__)
BASE = getattr(sys, "_base_executable", sys.executable)  # this Python, but no virtual environment
ENTERED = "INCIDENT_STATE_ENTERED"  # why; no interpreter is entered twice for the same reason
HELPER = "INCIDENT_STATE_HELPER"  # the path of the command that runs as printed
# They would send the packages, or Python's own modules, to another place.
MISLEADING = ["PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PIP_USER"]
# Prints what is behind a virtual environment or a version manager's shim.
PROBE = f"import sys; sys.version_info < {OLDEST} and sys.exit(1); print(sys._base_executable)"
# Prints the version for which the environment named is whole.
CHECK = f"""import os, sys, {", ".join(NAMES)}
if os.path.samefile(sys.prefix, sys.argv[1]): print("%d.%d" % sys.version_info[:2])"""


def say(lines: str) -> None:
    """Write the lines to standard error, at once: execv would lose what old Pythons still hold."""
    sys.stderr.write("".join(f"incident-response: {line}\n" for line in lines.splitlines()))
    sys.stderr.flush()


def refuse(lines: str, code: int = 1) -> "NoReturn":
    """Say what is wrong and what to do, and exit."""
    say(lines)
    sys.exit(code)


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
    """Mend `<data>/env` and the command `<data>/incident-state`, and name the latter in HELPER."""

    def quoted(word: str) -> str:  # shlex would load re for each command
        return "'" + word.replace("'", "'\"'\"'") + "'"

    helper, link, name = f"{data}/incident-state", f"{data}/env", os.path.basename(env)
    python = f"{quoted(f'{link}/bin/python')} -I" if env else f"{quoted(sys.executable)} -E"
    launcher = f"{quoted(LAUNCH)} --data {quoted(data)}"
    script = os.fsencode(f'#!/bin/sh\nexec {python} {launcher} "$@"\n')
    os.environ.pop(HELPER, None)
    try:
        if env and not (os.path.islink(link) and os.readlink(link) == name):
            put(link, name)
        if contents(helper) != script:
            os.makedirs(data, exist_ok=True)
            put(helper, script, 0o755)
    except OSError:
        return  # it costs the short command; the incident goes on
    os.environ[HELPER] = helper


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
    by_hand = " ".join(f"'{requirement}'" for requirement in REQUIREMENTS)
    instead = f", or run python3 -m pip install {by_hand}" if sys.version_info[:2] >= OLDEST else ""
    return f"{tool} could not install {', '.join(NAMES)}: connect to the package index{instead}"


def with_uv(env: str, log: "BinaryIO") -> str:
    """Build with uv, from this Python or one that it finds or brings; return as `install` does."""
    wanted = BASE if sys.version_info[:2] >= OLDEST else ">={}.{}".format(*OLDEST)
    if run(["uv", "venv", "--python", wanted, env], log) is None:
        return "uv found no Python 3.10 or newer and could not bring one: install it"
    python = f"{env}/bin/python"
    return install("uv", ["uv", "pip", "install", "--compile-bytecode", "--python", python], log)


def with_pip(env: str, log: "BinaryIO") -> str:
    """Build with venv and pip, from this Python or one on PATH; return as `install` does."""
    import shutil

    unable = ""
    names = [BASE, *(f"python3.{minor}" for minor in range(14, 9, -1)), "python3"]
    for found in filter(None, map(shutil.which, names)):
        base = os.fsdecode(run([found, "-I", "-c", PROBE], log) or b"")
        if base and run([base, "-I", "-m", "venv", "--clear", env], log) is not None:
            pip = [f"{env}/bin/python", "-I", "-m", "pip", "install", "--no-input", "--no-user"]
            return install("pip", [*pip, "--prefer-binary"], log)
        unable = unable or base
    if unable:
        return f"{unable} has no working venv: install python3-venv (Debian, Ubuntu) or uv"
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
        refuse(f"{line}; make it writable, or make room there", 74)


def prepare(words: "list[str]") -> "list[str]":
    """Return the words without --data, and only in an interpreter that has the packages."""
    given, words = (words[1:2], words[2:]) if words[:1] == ["--data"] else ([], words)
    data = data_folder("".join(given))
    env = f"{data}/" + "".join(c if c.isalnum() else "-" for c in " ".join(["env", *REQUIREMENTS]))
    entered = os.environ.pop(ENTERED, "")

    def enter(python: str, flag: str, why: str) -> None:
        os.environ[ENTERED] = why
        os.execv(python, [python, flag, LAUNCH, "--data", data, *words])  # noqa: S606 - no shell

    if inside(env):
        keep_helper(data, env)
        return words
    if entered == "built":
        refuse(f"its Python environment does not work: remove {env} and try again")
    if entered != "ready":
        if ready(env):
            enter(f"{env}/bin/python", "-I", "ready")
        if "PYTHONPATH" in os.environ and not sys.flags.ignore_environment:
            enter(sys.executable, "-E", "")  # what lies there may be for another Python
        if has_packages():
            keep_helper(data, "")
            return words
    build_once(data, env)
    enter(f"{env}/bin/python", "-I", "built")
    return words


def hand_over(words: "list[str]") -> None:
    """Call the main that the words are for; what it raises is its own, a lost package apart."""
    from importlib import import_module

    here = os.path.dirname(LAUNCH)  # whose modules have names that others import, too
    sys.path[:] = [os.path.dirname(here), *(folder for folder in sys.path if folder != here)]
    hook = words[:1] == ["hook"]
    sys.argv = ["incident-state-hook", *words[1:]] if hook else ["incident-state", *words]
    try:
        import_module("incident_state.hooks" if hook else "incident_state.cli").main()
    except ModuleNotFoundError as error:
        if error.name not in NAMES or not os.path.exists(f"{sys.prefix}/built-for"):
            raise
        os.unlink(f"{sys.prefix}/built-for")
        refuse(f"{sys.prefix} has lost {error.name}: try again, which builds it anew")


def main() -> None:
    """Run the command to its end and exit with its code, with 130 where it is interrupted."""
    try:
        words = prepare(sys.argv[1:])
        if words[:1] != ["--prepare"]:
            hand_over(words)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - a bug is told in a sentence, too
        refuse(f"a bug: {type(error).__name__}: {error}", 70)


if __name__ == "__main__":
    main()
