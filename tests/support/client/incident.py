"""An incident as its people see it: what they type, what they are asked, what comes of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.support.client import conversation
from tests.support.client.environment import Sandbox, make_sandbox
from tests.support.client.headless import Headless, Permitter
from tests.support.client.messages import Answer, Held, Request
from tests.support.client.obedient import Obedient
from tests.support.client.scripted_api import ScriptedApi
from tests.support.patience import HANG
from tests.support.workbench import ROOT, Workbench

if TYPE_CHECKING:
    from pathlib import Path

Json: TypeAlias = dict[str, Any]

# What the person answers: a label, free text, "" for no choice, None to turn the question away,
# or a function that is given the question, may act before it answers, and returns one of these.
Reaction: TypeAlias = "str | Callable[[str], str | None] | None"

COMMAND = "/incident-response"


@dataclass(frozen=True)
class Question:
    """A question as the person saw it."""

    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class AgentSeen:
    """A subagent that asked the model: its id and the prompt that it was given."""

    id: str
    prompt: str


class Incident:
    """A project, the scripted model, and the client sessions in which people lead an incident."""

    def __init__(
        self,
        root: Path,
        answers: Iterable[Reaction] = (),
        model: Obedient | None = None,
        permit: Permitter | None = None,
        variables: dict[str, str] | None = None,
    ) -> None:
        """Take an existing folder; without `permit` nothing but questions may be asked.

        When the answers have run out, further questions are turned away. `variables` join the
        client's environment.
        """
        self._variables = {"CLAUDE_CODE_MAX_RETRIES": "0", **(variables or {})}
        self.model = model or Obedient()
        self.questions: list[Question] = []
        self.agents: list[AgentSeen] = []
        self.sessions: list[Headless] = []
        self.plugin = ROOT
        self.answers = list(answers)
        self._permit = permit
        self._root = root
        self.api = ScriptedApi(self._brain)
        self.sandbox: Sandbox
        self.bench: Workbench

    @contextmanager
    def serving(self, state: Path | None = None) -> Iterator[Incident]:
        """Answer the clients until the block ends; the session folder is a copy of `state`."""
        with self.api:
            self.sandbox = make_sandbox(self._root, self.api.url, self._variables)
            self.bench = Workbench(self._root)
            if state is not None and state.exists():
                shutil.copytree(state, self.bench.session_folder)
            try:
                yield self
            finally:
                for session in self.sessions:
                    session.__exit__(None, None, None)
        self.api.check()
        if self._permit is None:
            assert [asked.tool for session in self.sessions for asked in session.asked] == []

    # What people do

    def opens(self, **options: Any) -> Headless:  # noqa: ANN401 - options of the SDK
        """A new client session, from now on the one that is typed into."""
        permit = self._permit or (lambda _tool, _input: False)
        session = Headless(self.sandbox, self.plugin, self._answer, permit, options)
        self.sessions.append(session.__enter__())
        return session

    @property
    def session(self) -> Headless:
        """The newest client session; a new one if that has ended."""
        if not self.sessions or self.sessions[-1].ended:
            return self.opens()
        return self.sessions[-1]

    def type(self, words: str) -> str:
        """Type a line, wait for the turn's end; what the user was shown meanwhile."""
        session = self.session
        texts, notices = len(session.texts), len(session.notices)
        session.prompt(words, HANG)
        return "\n".join([*session.texts[texts:], *session.notices[notices:]])

    def waits(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that a client or an agent brings about."""
        self.sessions[-1].wait_until(holds, HANG)

    def leaves(self) -> None:
        """End the client session."""
        self.session.__exit__(None, None, None)

    def person(self, *words: str) -> str:
        """Run the helper at a terminal; what the screen shows."""
        result = self.bench.person(*words)
        assert result.code == 0, result
        return result.out

    # What there is

    def __getitem__(self, field: str) -> Any:  # noqa: ANN401 - whatever state.json holds
        return self.bench.state()[field]

    @property
    def in_flight(self) -> list[str]:
        """The steps whose agents are at work."""
        steps = self.bench.state().get("steps", {})
        return [key for key, step in steps.items() if step.get("run", {}).get("agent_id")]

    @property
    def held_back(self) -> bool:
        """Whether an agent waits to be released."""
        return any(isinstance(exchange.answer, Held) for exchange in self.api.exchanges)

    @property
    def helper(self) -> str:
        """The helper's command, as a session of the client names it to the model."""
        return str(
            self.sandbox.home / ".claude/plugins/data/incident-response-inline/incident-state"
        )

    @property
    def timeline(self) -> list[str]:
        """The timeline, oldest first: actor and text."""
        return [f"{event['actor']}: {event['text']}" for event in self["timeline"]]

    @property
    def documents(self) -> list[str]:
        """The documents that lie in the session folder."""
        return sorted(file.name for file in self.bench.session_folder.glob("*.md"))

    def document(self, name: str) -> str:
        """The text of a file of the session folder."""
        return (self.bench.session_folder / name).read_text(encoding="utf-8")

    def replaced(self, folder: str) -> list[str]:
        """The documents in a folder of revisions."""
        return sorted(file.name for file in (self.bench.session_folder / folder).iterdir())

    @property
    def requests(self) -> list[Request]:
        """What the main conversation asked the model."""
        return [request for request in self.api.requests if request.is_orchestrator]

    @property
    def told(self) -> str:
        """What the newest request of the main conversation holds that the model did not say."""
        said = conversation.read(self.requests[-1]).said
        return "\n".join(each.text for each in said)

    def agent_type(self, agent: AgentSeen) -> str:
        """What the client launched that agent as."""
        (noted,) = self.sandbox.home.rglob(f"agent-{agent.id}.meta.json")
        return str(json.loads(noted.read_text())["agentType"])

    # Behind the scenes

    def _answer(self, asked: Json) -> dict[str, str] | None:
        question = asked["questions"][0]
        text = str(question["question"])
        labels = tuple(option["label"] for option in question["options"])
        self.questions.append(Question(text, labels))
        reaction = self.answers.pop(0) if self.answers else None
        chosen = reaction(text) if callable(reaction) else reaction
        if chosen is None:
            return None
        return {text: chosen} if chosen else {}

    def _brain(self, request: Request) -> Answer:
        if request.is_subagent and request.agent_id not in [agent.id for agent in self.agents]:
            self.agents.append(AgentSeen(str(request.agent_id), prompt_of(request)))
        return self.model(request)


def prompt_of(request: Request) -> str:
    """The prompt that a subagent was launched with, as its request holds it."""
    texts = request.first_user_texts
    return "\n".join(text for text in texts if not text.startswith("<system-reminder>"))


def edits(file: Path, old: str, new: str, then: str) -> Callable[[str], str]:
    """A person who changes a file while the question is open, and then answers it."""

    def edit(_question: str) -> str:
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
        return then

    return edit


@pytest.fixture
def incident(
    build: Callable[[str], Workbench], tmp_path: Path
) -> Iterator[Callable[..., Incident]]:
    """Give a function from a state's name (in the transition table) to an incident in that state.

    Further arguments are those of `Incident`.
    """
    numbers = count()
    with ExitStack() as stack:

        def opened(state: str = "", **given: Any) -> Incident:  # noqa: ANN401 - as Incident has it
            folder = tmp_path / f"incident-{next(numbers)}"
            folder.mkdir()
            start = build(state).session_folder if state else None
            return stack.enter_context(Incident(folder, **given).serving(start))

        yield opened
