"""File systems of a test's own: one that is small or read-only, and one whose power can fail."""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts file systems")
_SHUT_DOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
_WITHOUT_FLUSHING = 2


def mount(*words: str) -> None:
    """Mount what the words of the command say; skip the test where this machine forbids it."""
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")


@contextlib.contextmanager
def mounted(folder: Path, *words: str) -> Iterator[Path]:
    """A file system at that folder, until the block ends."""
    folder.mkdir(exist_ok=True)
    mount(*words, str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Disk:
    """An ext4 of one's own whose power can fail."""

    def __init__(self, place: Path) -> None:
        """Make it in the folder, which is new; it is mounted at `folder`."""
        place.mkdir()
        self._image = place / "image"
        self.folder = place / "disk"
        self.folder.mkdir()
        with self._image.open("wb") as file:
            file.truncate(32_000_000)
        subprocess.run(["mkfs.ext4", "-q", str(self._image)], check=True)
        self.mount()

    def mount(self) -> None:
        """Plug it in."""
        mount("-o", "loop", str(self._image), str(self.folder))

    def unmount(self) -> None:
        """Unplug it; what is cached goes with it."""
        subprocess.run(["umount", str(self.folder)], check=True)

    def lose_power(self) -> None:
        """Shut the file system down at once, nothing flushed, then mount what there is."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        fcntl.ioctl(descriptor, _SHUT_DOWN, struct.pack("I", _WITHOUT_FLUSHING))
        os.close(descriptor)
        self.unmount()
        self.mount()
