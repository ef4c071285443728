"""The source of a program, as a person would write it."""

import ast
from collections.abc import Sequence
from typing import Any, Final

from actors.acquisition.synthesis.term import NAMESPACE, Term
from actors.acquisition.synthesis.term import tree as tree_of
from actors.acquisition.synthesis.tidy import tidy

ENTRY: Final = "solve"
"""Name of the function written. *chosen*"""


def written(term: Term, parameters: Sequence[str]) -> str:
    """A module with the imports, the definitions that are needed, and the function."""
    body = tidy(tree_of(term))
    trees = [body, *(ast.parse(need) for need in term.needs)]
    named = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imports = sorted(module for name, module in NAMESPACE.items() if name in named)
    lines = [f"import {module}" for module in imports] + ([""] * 2 if imports else [])
    for need in term.needs:
        lines += [need.strip(), "", ""]
    lines.append(f"def {ENTRY}({', '.join(parameters)}):")
    lines += _statements(body)
    return "\n".join(lines) + "\n"


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
