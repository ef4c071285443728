"""The source of a program, as a person would write it."""

import ast
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actors.synthesis.term import NAMESPACE, Term, tree
from actors.synthesis.tidy import tidy

ENTRY: Final = "solve"
"""Name of the function written. *chosen*"""

DOCUMENTED: Final = 100
"""Most characters of a goal in the docstring. *chosen*: one line"""


def written(term: Term, parameters: Mapping[str, str], goal: str = "") -> str:
    """A module with the imports, the definitions that are needed, and the function; arguments under their new names."""
    body = _Renamed(parameters).visit(tidy(tree(term)))
    trees = [body, *(ast.parse(need) for need in term.needs)]
    imported = {alias.name for each in trees for node in ast.walk(each) for alias in _aliases(node)}
    named = {node.id for each in trees for node in ast.walk(each) if isinstance(node, ast.Name)}
    imports = sorted(module for name, module in NAMESPACE.items() if name in named and module not in imported)
    lines = [f"import {module}" for module in imports] + ([""] * 2 if imports else [])
    for need in term.needs:
        lines += [need.strip(), "", ""]
    lines.append(f"def {ENTRY}({', '.join(parameters.values())}):")
    lines += _docstring(goal) + _statements(body)
    return "\n".join(lines) + "\n"


def _aliases(node: ast.AST) -> Sequence[ast.alias]:
    return node.names if isinstance(node, ast.Import) else ()


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node


def _docstring(goal: str) -> list[str]:
    """The goal as one line, without what would end the line or reach beyond it."""
    said = re.sub(r"[\\\"]|__", "", " ".join(goal.split()))
    said = textwrap.shorten("".join(filter(str.isprintable, said)), DOCUMENTED, placeholder=" ...").strip()
    return [f'    """{said[:1].upper()}{said[1:].rstrip(".")}."""'] if said else []


def _statements(body: ast.expr) -> list[str]:
    """Choices as `if`s, the last as the way out."""
    lines: list[str] = []
    while isinstance(body, ast.IfExp):
        lines += [f"    if {ast.unparse(body.test)}:", f"        return {ast.unparse(body.body)}"]
        body = body.orelse
    return [*lines, f"    return {ast.unparse(body)}"]


def load(source: str, entry: str) -> Any:
    """The function of this name, defined by running the source: only where foreign code may run."""
    scope: dict[str, Any] = {"__name__": "synthesised"}
    exec(compile(source, "<synthesised>", "exec"), scope)
    return scope[entry]
