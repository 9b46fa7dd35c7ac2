"""What several commands are given, as typer reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
    str | None, typer.Option("--severity", metavar="P0..P3", help="How bad it is; P1 if unknown.")
]
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="Since when; now if not said.")
]
Note = Annotated[str, typer.Option("--note", help="What was done, by whom; - reads it.")]
