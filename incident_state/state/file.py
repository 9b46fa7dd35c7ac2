"""`state.json` as text: written with the nine contract fields first, read strictly.

The nine fields are there for whoever reads the file; what is derivable is derived again at
loading and compared, so that a file edited by hand into a contradiction is corrupt, not believed.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from incident_state.errors import CorruptState, NewerState
from incident_state.state.model import SCHEMA_VERSION, State

_DERIVED = ("status", "severity", "current_step", "current_phase")
_DERIVED_LISTS = ("completed_steps", "files_created")


def dump(state: State) -> str:
    """The text of state.json: the nine fields first, the rest beside them."""
    inner = state.model_dump(mode="json", exclude_defaults=True)
    inner["schema_version"] = SCHEMA_VERSION
    return (
        json.dumps(
            {**state.nine(), **{k: v for k, v in inner.items() if k not in state.nine()}},
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    )


def parse(text: str) -> State:
    """The state in that text; CorruptState, saying what is wrong, if it is not one whole state."""
    try:
        data = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise CorruptState(f"it is not JSON: {_first_line(error)}") from error
    if not isinstance(data, dict):
        raise CorruptState("it does not hold an object")
    version = data.get("schema_version", 0)
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise CorruptState("schema_version: it is no version")
    if version > SCHEMA_VERSION:
        raise NewerState(
            f"a newer version of the plugin wrote it (schema {version}; this one knows "
            f"{SCHEMA_VERSION})"
        )
    if version < SCHEMA_VERSION:
        from incident_state.state.migrations import migrated

        data = migrated(data, version)
    told = {key: data.pop(key, None) for key in (*_DERIVED, *_DERIVED_LISTS)}
    try:
        state = State.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "it"
        raise CorruptState(f"{where}: {first['msg']}") from error
    if not state.timeline:
        raise CorruptState("timeline: it is empty")
    derived = state.nine()
    for key, value in told.items():
        if value != derived[key]:
            raise CorruptState(
                f"{key} says {json.dumps(value)[:60]}, and the record beside it says "
                f"{json.dumps(derived[key])[:60]}"
            )
    return state


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a value")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
