"""The rooms of the tree stay of livable size, and depend on each other in one direction only."""

import ast
from collections import defaultdict
from pathlib import Path

import networkx
import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("messages", "bus", "runtime", "actors")
MOST_LINES = 8_000
"""Most lines of a room of `actors/`. *chosen*: about what one person keeps in mind"""
MOST_FILES = 30
"""Most files of one folder. *chosen*: what is seen at a glance"""
FOLDERS = sorted({path.parent for layer in (*LAYERS, "tests") for path in (ROOT / layer).rglob("*.py")})
FAMILIES = ("cognition",)
"""Folders of `actors/` whose folders are rooms of their own: subsystems that share a level and little else."""
ROOMS = sorted(
    path
    for folder in (ROOT / "actors", *(ROOT / "actors" / family for family in FAMILIES))
    for path in folder.iterdir()
    if (path / "__init__.py").exists() and path.name not in FAMILIES
)


def room_of(module: str) -> str:
    """The room of a module: its layer, and in a layer the folder below; a file beside the rooms is its own."""
    parts = module.split(".")
    return ".".join(parts[:2])


def imports(path: Path) -> set[str]:
    """The modules that the file imports from the four layers."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in LAYERS:
            inner = ROOT.joinpath(*node.module.split("."))
            found |= {f"{node.module}.{alias.name}" if inner.is_dir() else node.module for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] in LAYERS}
    return found


def dependencies(layer: str) -> dict[str, set[str]]:
    """Each room of the layer with the rooms of the layer that it imports from."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / layer).rglob("*.py")):
        own = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
        found[own] |= {room_of(name) for name in imports(path) if name.split(".")[0] == layer} - {own, layer}
    return found


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_no_room_is_too_large_to_know(room: Path) -> None:
    lines = sum(len(path.read_text().splitlines()) for path in room.rglob("*.py"))
    assert lines <= MOST_LINES, f"{room.name} has {lines} lines: make two rooms of it"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_folder_holds_too_many_files(folder: Path) -> None:
    files = [path for path in folder.iterdir() if path.is_file()]
    assert len(files) <= MOST_FILES, f"{folder.relative_to(ROOT)} has {len(files)} files: group them"


@pytest.mark.parametrize("layer", LAYERS)
def test_rooms_do_not_import_each_other_in_a_circle(layer: str) -> None:
    graph = networkx.DiGraph((room, other) for room, others in dependencies(layer).items() for other in others)
    assert not list(networkx.simple_cycles(graph))


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_a_room_says_what_it_is_for(room: Path) -> None:
    told = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
    assert len(told.split()) >= 20, (
        f"{room.name}/__init__.py: say what it is for, what flows in and out, where to start"
    )
