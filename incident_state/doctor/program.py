"""What another program says of itself."""

from __future__ import annotations

import subprocess

_SECONDS = 20


def version(program: str) -> tuple[int, str]:
    """The exit code and the output of `PROGRAM --version`; 127 where it does not start or end."""
    try:
        done = subprocess.run(  # noqa: S603 - a list of words, no shell
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return 127, ""
    return done.returncode, done.stdout.strip()
