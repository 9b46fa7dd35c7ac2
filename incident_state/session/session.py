"""One project's session as its operations see it: load, check, save, and read its documents."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from incident_state import helper, times
from incident_state import workflow as flow
from incident_state.documents import document, first_lines, markdown
from incident_state.errors import DiskError, Locked, NoSession, Refused
from incident_state.prompts import questions
from incident_state.prompts.question import Question
from incident_state.session.callers import Caller
from incident_state.session.clock import Clock
from incident_state.state import progress, timeline
from incident_state.state.model import SEVERITIES, State, Unfinished
from incident_state.state.timeline import Event
from incident_state.storage import lock
from incident_state.storage.folder import Store
from incident_state.storage.healing import Healing

if TYPE_CHECKING:
    from incident_state.session.words import Words


class Session:
    """The incident session of one project, for one caller."""

    def __init__(
        self,
        project: Path,
        caller: Caller,
        clock: Callable[[], datetime] = times.now,
        lock_seconds: float = lock.SECONDS,
    ) -> None:
        self.project = project
        self.here = project  # where the caller is: there, or in a folder below
        self.caller = caller
        self._clock = Clock(clock)
        self.store = Store(project)
        self.lock_seconds = lock_seconds
        self.during: str | None = None  # the tool call that a hook has just seen the end of
        self.put_back: list[str] = []
        self._holds_lock = False
        self._staged: dict[str, bytes] = {}

    @cached_property
    def words(self) -> Words:
        """What is said in this operation; few say anything."""
        from incident_state.session.words import Words

        return Words()

    def now(self) -> datetime:
        """The time, never before the session's newest: a clock set back reorders nothing."""
        return self._clock.now(self.store.newest)

    # -- load and save ------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, seconds: float | None = None, *, create: bool = False) -> Iterator[None]:
        """The lock held, the record as it is sealed, a killed process's work finished and swept.

        An operation that holds it already may call another one that asks for it.
        """
        if self._holds_lock:
            yield
            return
        seconds = self.lock_seconds if seconds is None else seconds
        with self.store.locked(seconds, create=create):
            self._holds_lock = True
            try:
                healing = self.store.heal_state()
                with contextlib.suppress(NoSession):
                    self.finish_moves(self.store.read())
                    self.store.mark(self.store.read())
                self.store.sweep()
                if healing is not None:
                    self._heal(healing)
                yield
            finally:
                self._staged.clear()
                self._holds_lock = False

    def _heal(self, healing: Healing) -> None:
        """What else is not as it is sealed put back; the timeline has what it was, and by what."""
        with self.store.refusals("put the record back"):
            healing.others(marker=self.during is not None)
        if not healing.names:
            return
        self.put_back += healing.names
        self.store.recorded = True
        with contextlib.suppress(NoSession):
            state = self.store.read()
            told = timeline.put_back(healing.names, self.during, healing.away)
            self.save(state.after(Event(at=self.now(), kind="healed", actor="helper", text=told)))

    def load(self) -> State:
        """The state as recorded; what a killed process left half done is finished first."""
        if self.store.differs():
            with self.locked():
                return self.store.read()
        try:
            state = self.store.read()
        except NoSession:
            self._tidy()
            raise
        if state.unfinished is not None or not self.store.marked(state):
            with self.locked():
                return self.store.read()
        self._tidy()
        return state

    def _tidy(self) -> None:
        """What a killed process left swept, unless who holds the lock is at work on these files."""
        with contextlib.suppress(DiskError, Locked, NoSession):
            if self.store.littered():
                with self.locked(0):
                    pass

    def look(self) -> State:
        """The state for whoever only looks: as it is recorded, where nothing can be finished."""
        try:
            return self.load()
        except (DiskError, Locked):
            return self.store.read()

    def save(self, state: State) -> State:
        """The state recorded, then the file moves that it orders; all of it or nothing."""
        state = self._with_files(self._clock.noted(state))
        with self.store.whole():
            state = self._sealed(state)
            state = self.finish_moves(state)
        self._staged.clear()
        return state

    def _with_files(self, state: State) -> State:
        """The state, or the session that follows it, with the files that wait for its record."""
        moves = state.unfinished
        if moves is not None and moves.successor is not None:
            moves = moves.model_copy(update={"successor": self._with_files(moves.successor)})
        else:
            if "words" in vars(self):
                state = self.words.kept(state, self.stage)
            if self._staged:
                moves = moves or Unfinished(kind="replace")
                moves = moves.model_copy(update={"staged": tuple(self._staged)})
        return state.model_copy(update={"unfinished": moves})

    def _sealed(self, state: State) -> State:
        """The state recorded; that it is not sealed, or is again, is said once."""
        vault = self.store.vault
        state = state.model_copy(update={"sealed": vault.base if vault else None})
        self.store.write(state)
        refused = self.store.unsealed
        told = timeline.unsealed(state.timeline)
        if refused is None and told is None:
            return state
        if refused is not None:
            state = state.model_copy(update={"sealed": None})
        if (refused is None) != (told is None):
            state = state.after(timeline.seal_event(self.now(), refused))
        self.store.write(state)
        return state

    def finish_moves(self, state: State) -> State:
        """The recorded moves carried out; each may have been, wholly or in part, before."""
        moves = state.unfinished
        if moves is None:
            return state
        state = state.model_copy(update={"unfinished": None})
        from incident_state.storage import archive

        with self.store.whole():
            if moves.kind == "archive":
                archive.move_in(self.store, state, successor=moves.successor is not None)
                if moves.successor is None:
                    return state
                self.store.write(moves.successor)
                return self.finish_moves(moves.successor)
            if moves.kind == "restore":
                archive.move_out(self.store, state.incident_id)
            else:
                self.store.replace_documents(moves)
            self.store.write(state)
        return state

    def must_own(self, state: State) -> None:
        """Refused in a client session that does not own the incident."""
        if self.caller.session_id and state.owner not in {None, self.caller.session_id}:
            raise Refused("Another client session owns this incident.")

    # -- documents ----------------------------------------------------------------------------

    def text(self, name: str) -> str:
        """The text of a file of the session; ValueError if it is absent or not text."""
        data = self._staged.get(name) or self.store.read_document(name, document.MAX_BYTES)
        if data is None:
            raise ValueError("it is not there")
        return document.decode(data)

    def texts(self, names: tuple[str, ...]) -> dict[str, str]:
        """The texts of those documents that can be read, by name."""
        found: dict[str, str] = {}
        for name in names:
            with contextlib.suppress(ValueError):
                found[name] = self.text(name)
        return found

    def problems(self, state: State, key: flow.StepKey) -> list[str]:
        """What keeps the step's document from being valid for the attempt that counts."""
        try:
            text = self.text(flow.load().step(key).writes)
        except ValueError as error:
            return [str(error)]
        return self.problems_of(state, key)(text)

    def problems_of(self, state: State, key: flow.StepKey) -> Callable[[str], list[str]]:
        """What says of a text what keeps it from being the step's document."""
        step = flow.load().step(key)
        comment = document.first_comment(state.incident_id, step, state.record(key).attempt)
        return lambda text: document.problems(text, step, comment)

    def finished(self, state: State, key: flow.StepKey) -> bool:
        """Whether the step's document is valid and nobody is at work on it any more."""
        record = state.record(key)
        if record.began_at is None or (record.run and record.run.by == "hook"):
            return False
        return not self.problems(state, key)

    def masked(self, name: str, problems: Callable[[str], list[str]]) -> tuple[str, bytes, int]:
        """The document's text and bytes, its secrets masked, and how many there were.

        Refused, and nothing is written, where `problems` finds the masked text not valid.
        """
        from incident_state.masking.mask import mask

        data = self.store.read_document(name, document.MAX_BYTES) or b""
        text, count = mask(document.decode(data))
        if wrong := problems(text):
            raise Refused(document.about(name, wrong))
        if count:
            data = self.stage(name, text)
        return text, data, count

    def found(self, state: State, key: flow.StepKey) -> progress.Found:
        """The step's document as it is to be recorded, masked; Refused if it is not valid."""
        from incident_state.documents import lines

        step = flow.load().step(key)
        text, data, masked = self.masked(step.writes, self.problems_of(state, key))
        states_severity = first_lines.SEVERITY in step.sections
        said = first_lines.stated(text, first_lines.SEVERITY)
        return progress.Found(
            digest=document.digest(data),
            lines=lines.marks(text),
            stated=first_lines.facts(text, step),
            severity=next((s for s in SEVERITIES if states_severity and s == said), None),
            masked=masked,
            changed=lines.rewritten(state.record(key).replaced_lines, text),
        )

    def stage(self, name: str, text: str) -> bytes:
        """The document's new text, which takes its place when the state is saved; its bytes."""
        self._staged[name] = text.encode()
        self.store.stage_document(name, self._staged[name])
        return self._staged[name]

    def active_changes(self, state: State) -> tuple[str, str] | None:
        """The newest ACTIVE_CHANGES: its document's name and its text; None if there is none."""
        listed: list[tuple[datetime, str]] = []
        for step in flow.load().listing_changes():
            record = state.record(step.key)
            if record.completed is not None:
                listed.append((record.completed.at, step.writes))
            elif record.replaced_at is not None:
                # What a replaced document lists is live until a newer one says otherwise.
                listed.append((record.replaced_at, record.replaces[-1]))
        for _, name in sorted(listed, reverse=True):
            with contextlib.suppress(ValueError):
                return name, document.masked(markdown.section(self.text(name), "ACTIVE_CHANGES"))
        return None

    def combined(self, state: State, synthesis: str, older: str = "") -> str:
        """The text of 05-investigation.md from the documents that it combines."""
        names = [flow.load().step(number).writes for number in flow.load().combined_from()]
        return document.combine(
            state.incident, [self.text(name) for name in names], synthesis, older
        )

    # -- what is asked, and how this helper is called -----------------------------------------

    def question(self, state: State) -> Question | None:
        """The question that waits for a person, as this caller's client session sees it."""
        return questions.open_question(
            state, self.texts(state.files_created), self.caller.session_id
        )

    def command(self, *words: str) -> str:
        """A command line of the helper for this project, that runs as printed."""
        return helper.command(self.project, *words)
