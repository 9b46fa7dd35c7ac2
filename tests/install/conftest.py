"""Fixtures: the launcher, and an environment that it built."""

from __future__ import annotations

from tests.install.launch_bench import built as built  # noqa: PLC0414 - a fixture
from tests.install.launch_bench import launcher as launcher  # noqa: PLC0414 - the same
from tests.install.machine import uv as uv  # noqa: PLC0414 - the same
from tests.install.machine import wheels as wheels  # noqa: PLC0414 - the same
from tests.install.package_index import index as index  # noqa: PLC0414 - the same
from tests.install.stranger import meet as meet  # noqa: PLC0414 - the same
from tests.install.stranger import plain as plain  # noqa: PLC0414 - the same
