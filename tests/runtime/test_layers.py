"""Imports point left only: messages <- bus <- runtime <- actors, and nats stays in the bus."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY: dict[str, set[str]] = {
    "messages": {"messages"},
    "bus": {"messages", "bus"},
    "runtime": {"messages", "bus", "runtime"},
    "actors": {"messages", "runtime", "actors"},
}
FILES = [path for layer in MAY for path in sorted((ROOT / layer).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """The top-level packages that the file imports, at any place in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_from_its_own_layer_and_those_left_of_it(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0]
    assert imported(path) & set(MAY) <= MAY[layer]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_bus_knows_the_client_library(path: Path) -> None:
    assert path.relative_to(ROOT).parts[0] == "bus" or "nats" not in imported(path)
