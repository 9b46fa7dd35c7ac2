"""What the start of each process costs, in starts of the environment's Python that do nothing."""

from __future__ import annotations

from pathlib import Path

from tests.bench.measure import ratios
from tests.bench.project import Project

UNIT = "`python3 -c pass` of the environment"
MODEL = "from pydantic import BaseModel\nclass M(BaseModel):\n    a: int\n"


def starts(root: Path, rounds: int) -> dict[str, float]:
    """Each process's CPU time by the unit's, floors of what it needs among them."""
    idle, open_ = Project(root / "idle", opened=False), Project(root / "open")
    quiet = Project(root / "quiet")
    folder = f"{open_.bench.project}/.incident-response"
    python = open_.python
    line = {"command": "kubectl get pods | grep web"}
    return ratios(
        {
            UNIT: open_.start(python, "-c", "pass"),
            "`sh -c :`": open_.start("sh", "-c", ":"),
            "`python3 -I -S -c pass`": open_.start(python, "-I", "-S", "-c", "pass"),
            "floor: `import json`": open_.start(python, "-I", "-S", "-c", "import json"),
            "floor: a pydantic model": open_.start(python, "-I", "-c", MODEL),
            "floor: the same, typer and rich": open_.start(
                python, "-I", "-c", f"import typer, rich\n{MODEL}"
            ),
            "hook, no incident": idle.hook("PreToolUse", "Bash", **line),
            "hook, `kubectl get pods \\| grep web`": open_.hook("PreToolUse", "Bash", **line),
            "hook, the same when it has run": open_.hook("PostToolUse", "Bash", **line),
            "hook, Read": open_.hook("PreToolUse", "Read", file_path="/srv/app.py"),
            "hook, Write": open_.hook("PreToolUse", "Write", file_path="/srv/a.py", content="x"),
            "hook, a message's calls are over": quiet.hook("PostToolBatch", ""),
            "hook, refuses `rm -r .incident-response`": open_.hook(
                "PreToolUse", "Bash", command=f"rm -r {folder}"
            ),
            "hook, refuses to Write state.json": open_.hook(
                "PreToolUse", "Write", file_path=f"{folder}/state.json", content="{}"
            ),
            "`next`": open_.command("next"),
            "`next`, installed entry": open_.command("next", installed=True),
            "`brief 1`": open_.command("brief", "1"),
            "`status`": open_.command("status"),
            "`list`": open_.command("list"),
            "`--help`": open_.command("--help"),
        },
        UNIT,
        rounds,
    )
