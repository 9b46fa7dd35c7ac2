"""Fixtures: what was tried is counted."""

from __future__ import annotations

from tests.client.red_team.attempt_cases import counted as counted  # noqa: PLC0414 - a fixture
