"""Documents on their way to the archive or the revisions: what nobody has masked yet is, there.

A document is masked when its step completes. One of an attempt that failed, was in flight, or was
changed since then has not been.
"""

from __future__ import annotations

from pathlib import Path

from incident_state.storage import disk, sealed


def move(changes: disk.Changes, source: Path, target: Path, names: tuple[str, ...]) -> None:
    """Those files moved from folder to folder, documents without their secrets.

    One that is not there was moved before. A copy is written before the other goes: a crash leaves
    no document in the new place that is not masked.
    """
    for name in names:
        if (data := without_secrets(source / name)) is not None:
            changes.write(target / name, data)
            changes.drop(source / name)
    changes.move(source, target, names)


def without_secrets(path: Path) -> bytes | None:
    """The bytes of a document, its secrets masked; None where it holds none, or is no document.

    Bytes that are no UTF-8 stay as they are.
    """
    if path.suffix != ".md":
        return None
    from incident_state.masking.mask import mask

    data = sealed.contents(str(path)) or b""
    text, count = mask(data.decode("utf-8", "surrogateescape"))
    return text.encode("utf-8", "surrogateescape") if count else None
