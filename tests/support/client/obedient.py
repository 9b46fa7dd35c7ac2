"""A scripted model that does what it is told, as a good model would, and knows no workflow."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.client import conversation
from tests.support.client.agent import AGENT_AT_ITS_BEST, Agent, Conduct
from tests.support.client.conversation import Conversation
from tests.support.client.instructions import (
    Instruction,
    blanks,
    by_hook,
    failing,
    failure,
    filled,
    instructions,
    severity_alone,
    wants_words_first,
)
from tests.support.client.messages import Answer, Reply, Request, ToolUse, reply

NOTHING = "Nothing asks for anything."
_PATIENCE = 3

Documents = Mapping[str, Mapping[str, str]]


class Obedient:
    """The brain of orchestrator and agents.

    `documents` gives texts, document to section; the rest is made up. `conduct` says by document
    how its agents behave, one entry a run; later runs are without fault. `fillings` are texts for
    blanks of commands. Override a method for a model that behaves otherwise.
    """

    def __init__(
        self,
        documents: Documents | None = None,
        conduct: Mapping[str, Sequence[Conduct]] | None = None,
        fillings: Mapping[str, str] | None = None,
    ) -> None:
        self.documents: Documents = documents or {}
        self.fillings = dict(fillings or {})
        self._conduct = {name: list(runs) for name, runs in (conduct or {}).items()}
        self._runs: dict[str, Conduct] = {}
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Answer:
        """Answer one request of the client."""
        if request.is_side_call:
            return reply("Incident")
        talk = conversation.read(request)
        if request.is_subagent:
            return self.agent(request, talk)
        return self.orchestrator(talk)

    def agent(self, request: Request, talk: Conversation) -> Answer:
        """Answer a subagent."""
        agent = Agent(request, talk, self.documents)
        if agent.assignment is None:
            return agent.without_assignment()
        conduct = self._conduct_of(str(request.agent_id), agent.assignment.name)
        return agent.answer(agent.assignment, conduct)

    def _conduct_of(self, agent_id: str, document: str) -> Conduct:
        """The conduct of this run, drawn when the agent is first heard of."""
        with self._lock:
            if agent_id not in self._runs:
                left = self._conduct.get(document)
                self._runs[agent_id] = left.pop(0) if left else AGENT_AT_ITS_BEST
            return self._runs[agent_id]

    def orchestrator(self, talk: Conversation) -> Reply:
        """Act on the newest words that ask for something; otherwise end the turn."""
        if due := self.after_agents(talk):
            return Reply(tuple(due))
        plan = newest_plan(talk)
        if plan is None:
            return self.nothing_to_do(talk)
        text, after, asked = plan
        calls = self.next_calls(asked, talk, after)
        if not calls or exhausted(calls, talk):
            return self.nothing_to_do(talk)
        filled_in = [self.fill(call, text, talk) for call in calls]
        known = [call for call in filled_in if call is not None]
        if len(known) < len(calls):
            return self.ask_in_words(talk)
        first = self.words_first(talk) if wants_words_first(text) else ()
        return Reply((*first, *known))

    def after_agents(self, talk: Conversation) -> list[ToolUse]:
        """What was to be done once the agents had ended whose end the news tell.

        A report of failure is recorded instead, as the command's own text says.
        """
        due = []
        for ended in talk.ended:
            for said in reversed(talk.said):
                asked = instructions(said.text) if said.instructs else []
                agents = [i.call for i in asked if i.call.name == "Agent"]
                later = [i.call for i in asked if i.later]
                places = [n for n, call in enumerate(agents) if call.input == ended.input]
                if places and later:
                    then = later[min(places[0], len(later) - 1)]
                    why = failure(ended.result)
                    due.append(failing(then, why) if why else then)
                    break
        return list({repr(call): call for call in due}.values())

    def next_calls(self, asked: list[Instruction], talk: Conversation, after: int) -> list[ToolUse]:
        """The first calls of the plan that were not made since: agents together, others singly."""
        made = [call.input for call in talk.calls[after:]]
        since = [call for call in talk.calls[after:] if call.failed]
        if since:
            return []
        left = [i.call for i in asked if not i.later]
        for _ in made:
            left = left[1:]
        if not left:
            return []
        if left[0].name != "Agent":
            return left[:1]
        return [call for call in left if call.name == "Agent"]

    def fill(self, call: ToolUse, text: str, talk: Conversation) -> ToolUse | None:
        """The call with its blanks filled in, None where only the user could fill one in."""
        if alone := severity_alone(text, talk.words or ""):
            return alone
        found: dict[str, str] = {}
        for blank in blanks(call):
            filling = self.filling(blank, text, talk)
            if filling is None:
                return None
            found[blank] = filling
        return filled(call, found) if found else call

    def filling(self, blank: str, text: str, talk: Conversation) -> str | None:
        """The words for one blank: given ones, the user's, or sentences out of the text."""
        if blank in self.fillings:
            return self.fillings[blank]
        if blank == "N":
            if not talk.words:
                return None
            # Whoever names no step means the last of those on offer.
            offered: list[str] = re.findall(r"(?:\(|; )(\d+) ", text)
            named = re.search(r"(?i)\bstep (\d+)", talk.words)
            return named[1] if named else offered[-1]
        if "their" in blank or "user" in blank:
            return talk.words
        return compose(text)

    def words_first(self, _talk: Conversation) -> tuple[str, ...]:
        """What it says to the user before it does what it is told."""
        return ("That is noted in the timeline.",)

    def ask_in_words(self, _talk: Conversation) -> Reply:
        """Ask the user for what only they know."""
        return reply("What should be changed, and from which step on?")

    def nothing_to_do(self, talk: Conversation) -> Reply:
        """End the turn; show the user what a command or the plugin said last."""
        printed = [said.text for said in talk.news if said.tool == "Bash" and said.instructs]
        printed += [text for said in talk.news if (text := by_hook(said.text))]
        if talk.awaited:
            return reply("An agent is at work.")
        return reply(printed[-1] if printed else NOTHING)


class Idle(Obedient):
    """A model that ends its turn where it should launch a step whose prompt begins so."""

    def __init__(self, before: str, **given: Any) -> None:  # noqa: ANN401 - as Obedient has it
        super().__init__(**given)
        self.before = before

    def next_calls(self, asked: list[Instruction], talk: Conversation, after: int) -> list[ToolUse]:
        """Nothing where that step is due."""
        calls = super().next_calls(asked, talk, after)
        due = [str(call.input.get("prompt", "")) for call in calls]
        return [] if any(prompt.startswith(self.before) for prompt in due) else calls


class Whim(Obedient):
    """A model whose main conversation makes these calls, one by one, whatever it is told."""

    def __init__(self, calls: Sequence[ToolUse], **given: Any) -> None:  # noqa: ANN401 - as Obedient has it
        super().__init__(**given)
        self.calls = list(calls)

    def orchestrator(self, talk: Conversation) -> Reply:
        """Make the next call; when there is none left, end the turn."""
        return reply(self.calls.pop(0)) if self.calls else self.nothing_to_do(talk)


def newest_plan(talk: Conversation) -> tuple[str, int, list[Instruction]] | None:
    """The newest text that asks for something now, after how many calls it came, what it asks."""
    for said in reversed(talk.said):
        asked = instructions(said.text) if said.instructs else []
        if any(not instruction.later for instruction in asked):
            return said.text, said.after, asked
    return None


def exhausted(calls: list[ToolUse], talk: Conversation) -> bool:
    """Whether the same was done so often in a row that a model would stop and say so."""
    recent = talk.calls[-_PATIENCE:]
    return len(recent) == _PATIENCE and all(call.input == calls[0].input for call in recent)


def compose(text: str) -> str:
    """A few plain sentences out of what the text says besides its instructions."""
    kept = [
        re.sub(r"[^\w .,;:%/()-]", "", line).strip()
        for line in text.splitlines()
        if not instructions(line)
    ]
    sentences = [line for line in kept if len(line.split()) > 3][-6:]
    return "\n".join(sentences) or "Nothing was found that the findings do not say."
