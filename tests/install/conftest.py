"""Fixtures: the launcher, and an environment that it built."""

from __future__ import annotations

from tests.install.launch_bench import built as built  # noqa: PLC0414 - a fixture
from tests.install.launch_bench import launcher as launcher  # noqa: PLC0414 - the same
