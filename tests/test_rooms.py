"""The rooms of the package: each uses those below it alone, and no two modules need each other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.workbench import ROOT

PACKAGE = ROOT / "incident_state"
# From the ground up; the rooms of one line do not use each other.
FLOORS = (
    ("errors", "patterns", "records"),
    (
        "arguments",
        "client_version",
        "encoding",
        "environment",
        "helper",
        "times",
        "workflow",
    ),
    ("building", "masking"),
    ("documents", "state"),
    ("storage",),
    ("project", "prompts"),
    ("session",),
    ("hooks", "views"),
    ("doctor", "report", "terminal"),
    ("cli",),
)
ENTRANCES = {"__init__", "__main__", "launch"}
HEIGHT = {room: height for height, floor in enumerate(FLOORS) for room in floor}
# What people look at stands above the hooks, and has no business with them.
APART = {("report", "hooks"), ("terminal", "hooks")}


def name_of(file: Path) -> str:
    """Return the dotted name of a module of the package."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def imported(file: Path) -> Iterator[str]:
    """Yield the package's modules that a file imports, at its top or anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


USES = {
    name: {each for each in imported(file) if each in MODULES} for name, file in MODULES.items()
}


def room(module: str) -> str:
    """Return the room that a module is in, or the module itself where it stands on the ground."""
    return [*module.split("."), "__init__"][1]


def test_the_rooms_are_the_ones_on_the_plan() -> None:
    """Whatever lies in the package has its floor, or is one of its entrances."""
    assert {room(module) for module in MODULES} == {*HEIGHT, *ENTRANCES}


def test_the_guide_for_contributors_names_each_room() -> None:
    """CONTRIBUTING's table is the tree: each row a folder, each folder a row."""
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    folders = {name_of(file) for file in PACKAGE.rglob("__init__.py")} - {PACKAGE.name}
    rows = re.findall(r"^\| `([a-z/]+)/` \|", guide, re.MULTILINE)
    assert sorted(rows) == sorted(n.replace(".", "/").partition("/")[2] for n in folders)


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) in HEIGHT])
def test_a_room_uses_the_rooms_below_it_alone(module: str) -> None:
    """No module imports one from a room above its own, or beside it."""
    own = room(module)
    wrong = [
        f"{module} imports {other}"
        for other in sorted(USES[module])
        if room(other) not in {own, "__init__"}
        and (HEIGHT.get(room(other), len(FLOORS)) >= HEIGHT[own] or (own, room(other)) in APART)
    ]
    assert wrong == []


def test_no_two_modules_need_each_other() -> None:
    """Imports, those in functions and for types among them, make no circle."""
    circle = ""
    try:
        TopologicalSorter(USES).prepare()
    except CycleError as error:
        circle = " imports ".join(reversed(error.args[1]))
    assert circle == ""


@pytest.mark.parametrize("room", sorted(set(HEIGHT) - {"cli", "hooks", "report"}))
def test_the_door_of_a_room_costs_nothing(room: str) -> None:
    """A room's `__init__.py` says in a line what it is for; a hook that passes loads nothing."""
    for file in (PACKAGE / room).rglob("__init__.py"):
        (only,) = ast.parse(file.read_text(encoding="utf-8")).body
        assert isinstance(only, ast.Expr)
        assert str(ast.literal_eval(only.value)).count("\n") == 0
