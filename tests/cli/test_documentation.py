"""What the README says of the command line is what the program has."""

from __future__ import annotations

import re
from typing import get_args

import pytest
import typer

from incident_state.cli.app import app
from tests.support.json_models import (
    Check,
    DoctorOutput,
    Listed,
    ListOutput,
    Medians,
    Next,
    StatusOutput,
    TimelineEvent,
    TimelineOutput,
    Unreadable,
    VerifyOutput,
)
from tests.support.workbench import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_documented(command: str) -> None:
    """The README's table of commands has it, and it has help of its own."""
    table = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    named = {word for cell in table for word in re.findall(r"`([a-z-]+)", cell)}
    assert command in named
    assert typer.main.get_command(app).commands[command].help  # type: ignore[attr-defined]


def test_each_field_of_json_is_documented() -> None:
    """The names that programs rely on stand in the README."""
    models = [
        *(StatusOutput, TimelineOutput, TimelineEvent, ListOutput, Listed, Medians),
        *(Unreadable, VerifyOutput, DoctorOutput, Check),
        *get_args(get_args(Next)[0]),
    ]
    fields = {field.alias or name for model in models for name, field in model.model_fields.items()}
    documented = set(re.findall(r"`([a-z_]+)`", README[README.index("### JSON") :]))
    assert fields - documented == set()
