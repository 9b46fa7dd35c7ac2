"""Many cases of one behaviour: a few of them on every run, all of them as system tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def thinned(cases: Iterable[Any], every: int) -> list[Any]:
    """Give the cases to a parametrization, all but each `every`-th of them as system tests."""
    return [_param(case, quick=at % every == 0) for at, case in enumerate(cases)]


def quick_where(cases: Iterable[Any], quick: Iterable[bool]) -> list[Any]:
    """Give the cases to a parametrization, those that are not quick as system tests."""
    return [_param(case, quick=each) for case, each in zip(cases, quick, strict=True)]


def _param(case: object, *, quick: bool) -> Any:  # noqa: ANN401 - what pytest makes of a case
    # A tuple that pytest names by its fields is one case, not several arguments.
    return pytest.param(case, marks=() if quick else pytest.mark.system)
