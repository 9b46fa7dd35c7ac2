"""Words of people and models on their way into the record: plain, without secrets, and not long."""

from __future__ import annotations

from collections.abc import Callable

from incident_state.documents import at_length, document, signs
from incident_state.errors import Refused
from incident_state.state.model import State


class Words:
    """What one operation records of what was said; what is long goes into files of the session."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}

    def said(self, words: str) -> str:
        """The words as the record holds them; Refused if they are larger than a document."""
        words = document.clean(words)
        return self._quoted(words, at_length.note_name(words))

    def described(self, description: str) -> str:
        """A description as its session's timeline has it; Refused as for `said`."""
        return self._quoted(signs.inert(document.masked(description)), at_length.DESCRIPTION)

    def _quoted(self, text: str, name: str) -> str:
        if not at_length.is_long(text):
            return text
        if len(text.encode()) > document.MAX_BYTES:
            raise Refused(
                f"It is larger than {document.MAX_BYTES // 1_000_000} MB: keep it in a file, and "
                "say which."
            )
        self._files[name] = text
        return at_length.quoted(text, name)

    def kept(self, state: State, stage: Callable[[str, str], bytes]) -> State:
        """The state that names the files which its timeline quotes, each of them staged."""
        new = {
            name: document.digest(stage(name, text))
            for name, text in self._files.items()
            if name not in state.said and any(name in event.text for event in state.timeline)
        }
        return state.model_copy(update={"said": {**state.said, **new}}) if new else state
