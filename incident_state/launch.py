"""Hand a command over to a Python that has the packages, building one in the data folder, once.

    python3 launch.py [--data DIR] [--prepare | doctor | hook WORDS... | WORDS...]

WORDS go to `incident_state.cli`, those after `hook` to `incident_state.hooks`; `doctor` is answered
where no environment can be built, too. Where the environment is ready this is two looks at files
and an execv. As a script it is compiled each time, so what it needs lies in modules; what it may
hold is said in `environment.py`.
"""
# ruff: noqa: E402, PTH100, PTH108, PTH110, PTH120

import os
import sys

# Its modules have names that others import, too.
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(HERE), *(folder for folder in sys.path if folder != HERE)]

from incident_state.environment import (
    LAUNCH,
    NAMES,
    OLDEST,
    TROUBLE,
    Refusal,
    data_folder,
    folder_of,
    has_packages,
    inside,
    keep_helper,
    ready,
    refuse,
    say,
)

ENTERED = "INCIDENT_STATE_ENTERED"  # why; no interpreter is entered twice for the same reason


def prepare(given: str, words: "list[str]") -> None:
    """Return only in an interpreter that has the packages; `given` is what --data names."""
    data = data_folder(given)
    env = folder_of(data)
    entered = os.environ.pop(ENTERED, "")

    def enter(python: str, flag: str, why: str) -> None:
        os.environ[ENTERED] = why
        os.execv(python, [python, flag, "-X", "utf8", LAUNCH, "--data", data, *words])  # noqa: S606 - no shell

    if inside(env):
        keep_helper(data, env)
        return
    if entered == "built":
        refuse(f"its Python environment does not work: remove {env} and try again")
    if entered != "ready" and ready(env):
        enter(f"{env}/bin/python", "-I", "ready")
    if "PYTHONPATH" in os.environ and not sys.flags.ignore_environment:
        enter(sys.executable, "-E", entered)  # what lies there may be for another Python
    if has_packages():
        keep_helper(data, "")
        return
    from incident_state.building import build_once

    build_once(data, env)
    enter(f"{env}/bin/python", "-I", "built")


def hand_over(words: "list[str]") -> None:
    """Call the main that the words are for; what it raises is its own, a lost package apart."""
    from importlib import import_module

    hook = words[:1] == ["hook"]
    room = "hooks" if hook else "doctor.examination" if TROUBLE in os.environ else "cli"
    sys.argv = ["incident-state-hook", *words[1:]] if hook else ["incident-state", *words]
    try:
        import_module(f"incident_state.{room}").main()
    except ModuleNotFoundError as error:
        if error.name not in NAMES or not os.path.exists(f"{sys.prefix}/built-for"):
            raise
        os.unlink(f"{sys.prefix}/built-for")
        refuse(f"{sys.prefix} has lost {error.name}: try again, which builds it anew")


def main() -> None:
    """Run the command to its end and exit with its code, with 130 where it is interrupted."""
    given, words = "", sys.argv[1:]
    if words[:1] == ["--data"]:
        given, words = "".join(words[1:2]), words[2:]
    os.environ.pop(TROUBLE, None)
    try:
        try:
            if words[:1] == ["--prepare"] and os.getpid() != os.getsid(0):
                os.setsid()  # it goes on where the client that started it ends
            prepare(given, words)
        except Refusal as refusal:
            if words[:1] != ["doctor"] or sys.version_info[:2] < OLDEST:
                raise
            os.environ[TROUBLE] = refusal.args[0]
        if words[:1] != ["--prepare"]:
            hand_over(words)
    except Refusal as refusal:
        lines, code = refusal.args
        say(lines)
        sys.exit(code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - a bug is told in a sentence, too
        say(f"a bug: {type(error).__name__}: {error}")
        sys.exit(70)


if __name__ == "__main__":
    main()
