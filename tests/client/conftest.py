"""Fixtures: an incident in the real client."""

from __future__ import annotations

from tests.support.client.incident import incident as incident  # noqa: PLC0414 - a fixture
