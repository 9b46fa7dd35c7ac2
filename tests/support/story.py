"""One project, driven by the lines of the transition table."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from tests.support.transitions import table
from tests.support.workbench import SYNTHESIS, Result, Workbench, told

if TYPE_CHECKING:
    from collections.abc import Callable

SESSIONS = {"model": "s1", "other": "s2", "nobody": None, "s1": "s1", "s2": "s2"}
HERE = "<the folder of this copy>"
# What somebody pastes who has no time to read it.
LOG = "".join(
    f"2026-07-02T14:{n // 60 % 60:02}:{n % 60:02}Z pool exhausted, {n}\n" for n in range(700)
)
COMMAND = "incident-response:incident-response"


class Story:
    """One project, driven by the lines of the transition table: an actor, then what it does."""

    def __init__(self, bench: Workbench) -> None:
        """Take the project's workbench."""
        self.bench = bench

    def tell(self, line: str) -> Result:
        """Do what a line says; a hook's verdict (deny, block) stands in the result's `out`."""
        actor, _, rest = line.replace("A-LOG", LOG).partition(" ")
        if actor in {"s1", "s2"}:
            return self._client(actor, *rest.partition(" ")[::2])
        if actor in {"agent", "somebody"}:
            self._file(*shlex.split(rest))
            return Result(0, "")
        words = [self.archived() if word == "ID" else word for word in shlex.split(rest)]
        typed = ""
        if words[-1] == "-":
            typed = table.INCIDENT if words[0] == "start" else SYNTHESIS
        if actor == "person":
            return self.bench.person(*words, answers=f"{typed}\x04" if typed else "y\n")
        return self.bench.run(*words, stdin=typed, session=SESSIONS[actor])

    def says(self, asker: str) -> str:
        """Return what `next --json` tells that actor: the kind and its numbers, or its refusal."""
        result = self.bench.run("next", "--json", session=SESSIONS[asker])
        if result.code:
            return f"exit {result.code}"
        return told(json.loads(result.out))

    def seven(self) -> dict[str, Any] | None:
        """Return the contract's fields but the two times; None where nothing is to be read."""
        if self.bench.state_bytes() in {None, table.CORRUPT}:
            return None
        nine = self.bench.nine()
        return nine | {
            "files_created": sorted(nine["files_created"]),
            "started_at": ...,
            "last_updated": ...,
        }

    # Files, as agents write them and people change them

    def _file(self, verb: str, what: str, *changes: str) -> None:
        if verb == "writes":
            self.bench.write_document(what, **dict(change.split("=", 1) for change in changes))
            return
        file = self.bench.session_folder / what
        kept = self.bench.notes / what
        if verb == "mends":
            file.write_bytes(kept.read_bytes())
            return
        text = file.read_text(encoding="utf-8")
        kept.write_text(text, encoding="utf-8")
        if verb == "appends":
            text += "\nA responder added this line by hand.\n"
        elif verb == "replaces":
            text = text.replace(changes[0], changes[1])
        else:
            self.bench.unseal()
            text = table.CORRUPT.decode()
        file.write_text(text, encoding="utf-8")

    def archived(self) -> str:
        """Return the id of the one archived session, also after it was brought back."""
        kept = self.bench.notes / "archived"
        if not kept.exists():
            (folder,) = (self.bench.session_folder / "archive").iterdir()
            kept.write_text(folder.name, encoding="utf-8")
        return kept.read_text(encoding="utf-8")

    # Claude Code's events in the order in which the client sends them

    def _client(self, session: str, verb: str, what: str) -> Result:
        act: Callable[[str, str], tuple[str, dict[str, Any]]] = getattr(self, f"_{verb}")
        event, payload = act(session, what)
        code, said, err = self.bench.hook(event, payload, session)
        told = said if isinstance(said, dict) else {}
        inner = told.get("hookSpecificOutput", {})
        if verb == "calls" and "updatedInput" in inner:
            self._keep("brief-" + what, inner["updatedInput"]["prompt"])
        verdict = told.get("decision") or inner.get("permissionDecision") or ""
        return Result(code, str(verdict), err)

    def _keep(self, name: str, text: str) -> None:
        here = text.replace(str(self.bench.folder), HERE)
        (self.bench.notes / name).write_text(here, encoding="utf-8")

    def _kept(self, name: str) -> dict[str, Any]:
        """Return what was kept, as if it had happened in this copy."""
        text = (self.bench.notes / name).read_text(encoding="utf-8")
        parsed: dict[str, Any] = json.loads(text.replace(HERE, str(self.bench.folder)))
        return parsed

    def _types(self, _session: str, what: str) -> tuple[str, dict[str, Any]]:
        typed = {"command_name": COMMAND, "command_args": what, "command_source": "plugin"}
        return "UserPromptExpansion", typed

    def _calls(self, session: str, step: str) -> tuple[str, dict[str, Any]]:
        if not (self.bench.notes / f"call-{step}").exists():
            items = {str(item["step"]): item for item in self.bench.next(session)["steps"]}
            item = items[step]
            launch = {"subagent_type": item["agent"]} | {
                key: item[key] for key in ("description", "prompt")
            }
            self._keep(f"call-{step}", json.dumps(launch))
        return "PreToolUse", self._tool("Agent", self._kept(f"call-{step}"), f"call-{step}")

    def _loses(self, _session: str, step: str) -> tuple[str, dict[str, Any]]:
        call = self._tool("Agent", self._kept(f"call-{step}"), f"call-{step}")
        error = {"error": "API Error: 500 Internal server error", "is_interrupt": False}
        return "PostToolUseFailure", call | error

    def _begins(self, _session: str, step: str) -> tuple[str, dict[str, Any]]:
        return "SubagentStart", self._agent(step)

    def _ends(self, session: str, what: str) -> tuple[str, dict[str, Any]]:
        step, _, again = what.partition(" ")
        transcript = self.bench.folder / session / "subagents" / f"agent-a{step}.jsonl"
        transcript.parent.mkdir(parents=True, exist_ok=True)
        prompt = (self.bench.notes / f"brief-{step}").read_text(encoding="utf-8")
        first = {"type": "user", "message": {"role": "user", "content": prompt}}
        transcript.write_text(json.dumps(first) + "\n", encoding="utf-8")
        ended = {"agent_transcript_path": str(transcript), "stop_hook_active": again == "again"}
        return "SubagentStop", self._agent(step) | ended | {"last_assistant_message": "Done."}

    def _stops(self, _session: str, step: str) -> tuple[str, dict[str, Any]]:
        call = self._tool("TaskStop", {"task_id": f"a{step}"}, "stop")
        return "PostToolUse", call | {"tool_response": {"task_id": f"a{step}"}}

    def _idles(self, _session: str, steps: str) -> tuple[str, dict[str, Any]]:
        tasks = [{"id": f"a{step}", "type": "subagent"} for step in steps.split()]
        return "Stop", {"stop_hook_active": False, "background_tasks": tasks}

    def _opens(self, _session: str, source: str) -> tuple[str, dict[str, Any]]:
        return "SessionStart", {"source": source}

    def _asks(self, session: str, _what: str) -> tuple[str, dict[str, Any]]:
        question = self.bench.next(session)["question"]
        self._keep("question", json.dumps(question))
        call = self._tool("AskUserQuestion", question, "question")
        use = {"type": "tool_use", "name": call["tool_name"], "input": question}
        content = [use | {"id": call["tool_use_id"]}]
        self.bench.transcribe(session, {"message": {"role": "assistant", "content": content}})
        return "PreToolUse", call

    def _answers(self, _session: str, label: str) -> tuple[str, dict[str, Any]]:
        asked = self._kept("question")
        answers = {each["question"]: label for each in asked["questions"]} if label else {}
        response = {"questions": asked["questions"], "answers": answers, "annotations": {}}
        call = self._tool("AskUserQuestion", asked, "question")
        return "PostToolUse", call | {"tool_response": response}

    @staticmethod
    def _tool(name: str, given: dict[str, Any], use: str) -> dict[str, Any]:
        return {"tool_name": name, "tool_input": given, "tool_use_id": f"toolu_{use}"}

    def _agent(self, step: str) -> dict[str, Any]:
        kind = self._kept(f"call-{step}")["subagent_type"]
        return {"agent_id": f"a{step}", "agent_type": kind}
