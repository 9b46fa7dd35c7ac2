"""A command line in a project that has an incident: what of it is refused, asked, or free."""

from __future__ import annotations

import os
import re

from incident_state.hooks.helper_calls import COMMANDS, helper_words
from incident_state.hooks.known import code as known_code
from incident_state.hooks.known import programs as known
from incident_state.hooks.known import verdicts
from incident_state.hooks.known.kinds import UNKNOWN, Finding
from incident_state.hooks.known.places import Places
from incident_state.hooks.known.verdicts import WRITING
from incident_state.hooks.shell.running import Run, running
from incident_state.hooks.shell.syntax import take_apart
from incident_state.hooks.shell.words import Simple
from incident_state.patterns import pattern
from incident_state.storage.sealed import FOLDER

_HELPER = pattern(r"incident[-_]state\b")
# A word that is a path in the folder; a message that mentions it is none.
_NAMES = pattern(rf"(?i)\S*(?:^|[/=:,{{'\"]){re.escape(FOLDER)}(?:$|[/:,}}'\"*]\S*)")


class Line:
    """A command line taken apart."""

    def __init__(self, command: str, cwd: str, places: Places) -> None:
        """Take it apart; Unfathomable if it is too long or too deep."""
        self.places = places
        environment = {
            name: os.environ[name] for name in ("HOME", "TMPDIR", "USER") if name in os.environ
        }
        variables = {**environment, "PWD": cwd, "CLAUDE_PROJECT_DIR": places.project}

        def apart(text: str, where: str | None) -> list[Simple]:
            return take_apart(text, where, variables)

        self.simples = apart(command, cwd)
        self.runs = list(running(self.simples, apart))
        self._written = {
            os.path.basename(target.text)  # noqa: PTH119 - pathlib costs a hook time
            for simple in (*self.simples, *(run.simple for run in self.runs))
            for operator, target in simple.redirects
            if operator in WRITING and target.text
        }

    def decides(self) -> str | None:
        """What in it calls the helper in any but the plain way of a model; None if nothing does."""
        every = (*self.simples, *(run.simple for run in self.runs))
        by = next((simple.program for simple in every if _runs_text(simple)), None)
        for simple in every:
            texts = [word.text for word in simple.words]
            own = helper_words(texts)
            if own is not None:
                unseen = any(word.unseen for word in simple.words[: len(texts) - len(own) + 1])
                if not own or own[0] not in COMMANDS or "--fresh" in own or unseen:
                    return f"`{' '.join(['incident-state', *own])[:80]}`"
            elif by and _HELPER.search("\n".join([*texts, simple.given])):
                return f"`{by}` beside incident-state"
        for run in self.runs:
            if run.code and _HELPER.search(run.code) and not self._is_call(run):
                return "a program that calls incident-state"
            data = os.environ.get("CLAUDE_PLUGIN_DATA")
            if data and run.code and run.simple.words[0].text.startswith(f"{data}/"):
                return "a program in the helper's own Python"
        return None

    def _is_call(self, run: Run) -> bool:
        """Whether the code is the helper itself, called as it is printed."""
        return helper_words([word.text for word in run.simple.words]) is not None

    def writes_record(self) -> str | None:
        """What in it names the session folder and does not just read; None if nothing does."""
        for run in self.runs:
            simple = run.simple
            if run.remote and simple.words:
                continue
            tries = self.places.in_scratch(simple.cwd)
            inside = not tries and _in_folder(simple.cwd, self.places.project)
            for operator, target in simple.redirects:
                relative = (inside or tries) and not os.path.isabs(target.text)  # noqa: PTH117 - the same
                named = _NAMES.fullmatch(target.text) or relative
                if operator in WRITING and named and not self.places.is_free(target, simple.cwd):
                    return f"a redirection to {target.text}"
            if run.code:
                if (FOLDER in run.code or inside) and known_code.writes(run.code):
                    return "a program's text that names it"
                continue
            leaves = tries and not self.places.stays_in_scratch(simple.words[1:], simple.cwd)
            if _names(simple, inside=inside or leaves) and not verdicts.reads(simple):
                own = [w for w in simple.words if _NAMES.fullmatch(w.text)]
                if not own or not all(self.places.is_free(word, simple.cwd) for word in own):
                    return f"`{simple.program}`"
        return None

    def findings(self) -> list[Finding]:
        """What in it is not known to read."""
        found = [each for run in self.runs for each in verdicts.findings(run, self.places)]
        scripts = {os.path.basename(run.script) for run in self.runs if run.script}  # noqa: PTH119 - the same
        if scripts & self._written:
            found.append(Finding(UNKNOWN, "", "a script that the same line writes"))
        return found


def _runs_text(simple: Simple) -> bool:
    """Whether the program runs what its words say, here or elsewhere."""
    program = simple.program
    return (
        program in known.SHELLS
        or program in known.TAKE_LINES
        or program in known.REMOTE
        or known.INTERPRETERS.match(program) is not None
    )


def _names(simple: Simple, *, inside: bool) -> bool:
    words = simple.words
    if simple.program in {"cp", "rsync", "install"} and not inside:
        words = (*words[:1], *words[-1:])  # what is copied is read
    if simple.program == "git" and "grep" not in simple.texts:
        words = tuple(
            w
            for n, w in enumerate(words)
            if words[n - 1].text not in {"-m", "--message", "-e", "--exclude"}
        )
    shown = ("--exclude", "--ignore", ":!", ":(exclude)", "!")
    named = any(_NAMES.fullmatch(w.text) and not w.text.startswith(shown) for w in words)
    if simple.program == "find" and named:
        named = any(_NAMES.fullmatch(text) for text in simple.plain[:1])
    return bool(words) and (named or inside)


def _in_folder(cwd: str | None, project: str) -> bool:
    if cwd is None:
        return False
    folder = os.path.join(project, FOLDER)  # noqa: PTH118 - pathlib costs a hook time
    return os.path.realpath(cwd).startswith(folder) or f"/{FOLDER}/" in f"{cwd}/"
