"""What can go wrong, each with its exit code; the message is the sentence that a person reads."""

from __future__ import annotations


class StateError(Exception):
    """An expected failure: what is wrong, and the words of the helper's command that goes on."""

    exit_code = 1
    lead = "Run:"

    def __init__(self, message: str, do: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.do = do


class Refused(StateError):  # noqa: N818 - a refusal is an answer, not a fault
    """The transition is not allowed now, or a document is not valid."""

    def __init__(self, message: str, do: tuple[str, ...] = ("next",)) -> None:
        super().__init__(message, do)


class PersonsAlone(Refused):
    """What the caller asked for is a person's to do, at a terminal; the words are theirs to run."""

    lead = "Let the user run it there:"


class WrongUsage(StateError):  # noqa: N818 - named as the exit code is
    """The words of the command are off."""

    exit_code = 2


class CorruptState(StateError):  # noqa: N818 - named as the exit code is
    """A session is there and cannot be trusted; it is never treated as absent."""

    exit_code = 65


class NewerState(CorruptState):
    """A newer version of the plugin wrote the session: this one leaves it alone."""


class NoSession(StateError):  # noqa: N818 - named as the exit code is
    """No incident session is open in this project."""

    exit_code = 66


class BrokenInstallation(StateError):  # noqa: N818 - named as the exit code is
    """The plugin's own files are missing or unreadable."""

    exit_code = 70


class DiskError(StateError):
    """The disk refused, `what` says which thing; the recorded state is the one before."""

    exit_code = 74

    def __init__(self, what: str, then: str = "Nothing was changed.") -> None:
        super().__init__(f"{what} {then} Mend that, then run this again.")
        self.what = what


class Locked(StateError):  # noqa: N818 - named as the exit code is
    """Another process holds the session's lock."""

    exit_code = 75
