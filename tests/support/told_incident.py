"""The sample incident told to the helper with its own clock: a record with times that never vary.

It begins at 13:42 UTC of 2 July 2019. The moments that the timeline knows are made up; only the
order of things is the public account's.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from incident_state import times
from incident_state import workflow as flow
from incident_state.documents import document
from incident_state.session import people, statements, work
from incident_state.session.callers import Caller
from incident_state.session.next import what_is_next
from incident_state.session.session import Session
from tests.support.client import sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEGAN = datetime(2019, 7, 2, 13, 42, tzinfo=timezone.utc)
_EACH = (4, 9, 8, 21, 12, 15, 13, 17, 9, 11, 24, 13, 16)
MINUTES: dict[flow.StepKey, int] = {**dict(enumerate(_EACH, start=1)), "rollback": 8}


class Told:
    """A project whose incident is told as far as wanted; `session` is a person's."""

    def __init__(
        self,
        project: Path,
        description: str | None = None,
        onset: str | None = None,
        began: datetime = BEGAN,
    ) -> None:
        project.mkdir(parents=True, exist_ok=True)
        self.now = began
        # A model passes on what was typed, so an onset is a declared one.
        model = Session(project, Caller(person=onset is None, user="ada"), clock=lambda: self.now)
        declared = times.moment(onset) if onset else None
        people.start(model, description or sample.description(), "P0", declared)
        self.session = Session(project, Caller(person=True, user="ada"), clock=lambda: self.now)

    def unsealed(self) -> Told:
        """The same, without a sealed copy of its record."""
        assert self.session.store.vault is not None
        self.session.store.vault.discard()
        return self

    def after(self, minutes: float) -> Told:
        """The same, that many minutes later."""
        self.now += timedelta(minutes=minutes)
        return self

    def launch(self, *keys: flow.StepKey) -> Told:
        """Those steps in flight."""
        for key in keys:
            work.launch(self.session, key)
        return self

    def document(self, key: flow.StepKey, **sections: str) -> Told:
        """The step's sample document left where it belongs, these sections replaced."""
        step = flow.load().step(key)
        state = self.session.load()
        first = document.first_comment(state.incident_id, step, state.record(key).attempt)
        texts = {**sample.documents()[step.writes], **sections}
        opening = texts.pop("")
        parts = [f"## {name}\n\n{text}\n" for name, text in texts.items()]
        whole = "\n".join([first, f"# {step.title}\n", f"{opening}\n", *parts])
        (self.session.store.folder / step.writes).write_text(whole, encoding="utf-8")
        return self

    def done(self, *keys: flow.StepKey, **sections: str) -> Told:
        """Those steps launched together, then completed after the minutes that each takes."""
        self.launch(*keys)
        began = self.now
        for key in keys:
            self.now = began + timedelta(minutes=MINUTES[key])
            self.document(key, **sections)
            work.complete(self.session, key)
        return self

    def decide(self, label: str) -> Told:
        """A person's answer, two minutes after they were asked."""
        what_is_next(self.after(2).session)
        people.decide(self.session, label)
        return self

    def note(self, text: str, *, update: bool = False) -> Told:
        """A line of the timeline."""
        statements.note(self.session, text, update=update)
        return self

    # -- the whole story ----------------------------------------------------------------------

    def triaged(self) -> Told:
        """Up to checkpoint 1, a public update on the way."""
        self.after(1).done(1).after(1).done(2)
        self.note("Identified: edge CPU, a WAF rule suspected", update=True)
        return self.after(1).done(3)

    def investigated(self) -> Told:
        """Up to checkpoint 2."""
        self.triaged().decide("Approve").after(1).done(4).after(1).done(5, 6)
        return self.after(3).synthesised()

    def synthesised(self) -> Told:
        """The investigation assembled."""
        work.consolidate(self.session, sample.synthesis())
        return self

    def deployed(self) -> Told:
        """Up to checkpoint 3, a pause on the way."""
        self.investigated().decide("Approve").after(1).done(7)
        people.pause(self.session)
        self.after(30)
        people.resume(self.session)
        return self.after(1).done(8)

    def complete(self) -> Told:
        """To the end."""
        self.deployed().decide("Approve")
        for number in range(9, 14):
            self.after(1).done(number)
        return self


STORIES: dict[str, Callable[[Told], Told]] = {
    "triaged": Told.triaged,
    "investigated": Told.investigated,
    "deployed": Told.deployed,
    "complete": Told.complete,
}
