"""What people say at length: the record quotes its beginning and names the file that has the whole.

A log that somebody pastes would else stand in every brief, and in the state that each hook reads.
"""

from __future__ import annotations

from incident_state.documents.document import digest

KILOBYTE = 1024
LONGEST = 20 * KILOBYTE  # bytes that the record holds itself
DESCRIPTION = "description.txt"


def is_long(text: str) -> bool:
    """Whether the text is kept in a file of its own."""
    return len(text) * 4 > LONGEST and len(text.encode()) > LONGEST


def note_name(text: str) -> str:
    """The name of the file that has the whole text: the same for the same text."""
    return f"note-{digest(text.encode())[:8]}.txt"


def quoted(text: str, name: str) -> str:
    """The text's first kilobyte, its size, and the file that has the whole."""
    data = text.encode()
    beginning = data[:KILOBYTE].decode("utf-8", "ignore")
    return f"{beginning} … ({round(len(data) / KILOBYTE)} KB, whole in {name})"
