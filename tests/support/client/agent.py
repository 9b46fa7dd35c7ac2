"""A scripted subagent: it reads, writes its document, reports, and mends what it is told to."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.support.client.conversation import Call, Conversation
from tests.support.client.instructions import Assignment, assignment, fetch
from tests.support.client.messages import Answer, ApiError, Held, Reply, Request, ToolUse, reply

_HAND_BACK = "SubagentHandback"
_NOT_READ = re.compile(r"has not been read|modified since read|read it first", re.IGNORECASE)


@dataclass(frozen=True)
class Conduct:
    """How an agent behaves in one run.

    It leaves out the sections in `omits` until it is sent back, or always if it is `stubborn`, and
    so writes those of `first`, by section, as they are there before it writes them properly. It
    does not write if not `writes`. `before_write` are calls that it makes first. It waits for
    `held` before it writes, fails with `error` instead of writing, puts `comment` on the first
    line, and reports `report`.
    """

    omits: tuple[str, ...] = ()
    first: Mapping[str, str] = field(default_factory=dict)
    stubborn: bool = False
    writes: bool = True
    before_write: tuple[ToolUse, ...] = ()
    held: threading.Event | None = None
    error: ApiError | None = None
    comment: str | None = None
    report: str = "The document is written. Nothing is uncertain."


AGENT_AT_ITS_BEST = Conduct()


class Agent:
    """One request of a subagent, and what it answers."""

    def __init__(
        self,
        request: Request,
        talk: Conversation,
        documents: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._request = request
        self._talk = talk
        self._documents = documents
        self._prompt = "\n".join(
            text for text in request.first_user_texts if not text.startswith("<system-reminder>")
        )
        fetched = [call.result for call in talk.calls if call.name == "Bash" and not call.failed]
        found = [assignment(text) for text in (self._prompt, *fetched)]
        self.assignment = next((task for task in found if task is not None), None)

    def without_assignment(self) -> Reply:
        """Get the brief as the prompt says, or report that there is none."""
        command = fetch(self._prompt)
        if command is None or self._talk.calls:
            return self._report("I was given no document to write.")
        return reply(ToolUse("Bash", command))

    def answer(self, task: Assignment, conduct: Conduct) -> Answer:
        """Do the next thing: read, prepare, write, report, or mend."""
        last = self._talk.calls[-1] if self._talk.calls else None
        if self._sent_back(last):
            return (
                reply(self._write(task, conduct))
                if conduct.writes
                else self._report(conduct.report)
            )
        if last is not None and last.name == "Write" and last.input.get("file_path") == task.path:
            return self._after_write(task, conduct, last)
        done = {(call.name, repr(call.input)) for call in self._talk.calls}
        if unread := [c for c in self._reads(task) if (c.name, repr(c.input)) not in done]:
            return reply(*unread)
        for call in conduct.before_write:
            if (call.name, repr(call.input)) not in done:
                return reply(call)
        if conduct.error is not None:
            return conduct.error
        way = reply(self._write(task, conduct)) if conduct.writes else self._report(conduct.report)
        return Held(conduct.held, way) if conduct.held and not conduct.held.is_set() else way

    def _sent_back(self, last: Call | None) -> bool:
        """Whether it has reported already and the news are a reason to go on."""
        if last is None or last.name == "ToolSearch":
            return False  # the client says itself that the tools are there
        if last.name == _HAND_BACK:
            return last.failed
        return any(said.tool == "user" for said in self._talk.news)

    def _reads(self, task: Assignment) -> list[ToolUse]:
        """The calls that read what the brief lists."""
        return [ToolUse("Read", {"file_path": path}) for path in task.reads]

    def _after_write(self, task: Assignment, conduct: Conduct, last: Call) -> Reply:
        """Report; where the client wants an older file read first, read it and write again."""
        if not last.failed:
            return self._report(conduct.report)
        if _NOT_READ.search(last.result):
            return reply(ToolUse("Read", {"file_path": task.path}), self._write(task, conduct))
        return self._report(f"Failed: the document could not be written: {last.result}")

    def _report(self, text: str) -> Reply:
        """Report to the orchestrator in the way that the permission mode asks for."""
        if _HAND_BACK in self._request.tools:
            return reply(ToolUse(_HAND_BACK, {"message": text}))
        return reply(text)

    def _write(self, task: Assignment, conduct: Conduct) -> ToolUse:
        """The call that writes the document."""
        written = any(
            call.name == "Write" and call.input.get("file_path") == task.path and not call.failed
            for call in self._talk.calls
        )
        early = conduct.stubborn or not written
        omits, first = (conduct.omits, conduct.first) if early else ((), {})
        opening = self._documents.get(task.name, {}).get("")
        parts = [conduct.comment or task.comment, f"# {task.name}", *([opening] if opening else [])]
        for section in task.sections:
            text = first.get(section) or self._section(task, section)
            text = "" if section in omits else text
            parts.append(f"## {section}\n\n{text}".rstrip())
        return ToolUse("Write", {"file_path": task.path, "content": "\n\n".join(parts) + "\n"})

    def _section(self, task: Assignment, section: str) -> str:
        """The section's text: the given one, or one that names its source."""
        given = self._documents.get(task.name, {}).get(section)
        if given is not None:
            return given
        words = section.replace("_", " ").lower()
        text = f"The {words} of this incident, as `git log -1` and README.md:1 show it."
        return f"{task.first_lines[section]}\n\n{text}" if section in task.first_lines else text
