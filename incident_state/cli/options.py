"""What several commands are given, as typer reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

LEVELS = (
    "How bad it is for users. P0: a core service is down for all or most of them, data is lost, "
    "or a breach. P1: a core function fails for many, with no way around. P2: few are hit, or "
    "there is a way around. P3: hardly anybody notices."
)
Project = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="The project that has the incident."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]
StepArgument = Annotated[str, typer.Argument(metavar="N", help="1 to 13, or rollback.")]
SessionArgument = Annotated[
    str | None, typer.Argument(metavar="ID", help="A session of the archive; see list.")
]
SeverityOption = Annotated[
    str | None, typer.Option("--severity", metavar="P0..P3", help=f"{LEVELS} P1 if not said.")
]
Level = Annotated[str, typer.Argument(metavar="P0..P3", help=LEVELS)]
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="Since when; now if not said.")
]
Note = Annotated[str, typer.Option("--note", help="What was done, by whom; - reads it.")]
