"""How long a test waits for what it needs: so long that only what hangs takes longer.

A busy machine is ten times as slow as an idle one. The whole run has a limit of its own.
"""

from __future__ import annotations

HANG = 600.0  # seconds
