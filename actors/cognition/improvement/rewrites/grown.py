"""`x in seen` where `seen` only grows, by a set that grows with it.

Precondition: `seen` is a fresh local list that nothing else holds, bound once, and only appended to or extended.
Proof obligation: `Seen` reads what was appended, and searches the list itself once anything in it isn't plain.
"""

import ast

from actors.cognition.improvement.draft import Draft, Replacing, assign, call, load
from actors.cognition.improvement.facts import MUTATORS, Local, bodies, root
from actors.cognition.improvement.rewrites.membership import searched

GROWING = ("append", "extend")


def rewrite(draft: Draft) -> None:
    """Sets beside lists that only grow."""
    for function, local in draft.functions():
        for body in bodies(function):
            for statement in list(body):
                name = _begun(statement)
                if name is None or not _grows(local, name) or not _searched(function, name):
                    continue
                slot = draft.slot("seen")
                body.insert(body.index(statement) + 1, assign(slot, call(draft.needs("Seen"), load(name))))

                def by(node: ast.expr, _parent: ast.AST | None) -> ast.expr | None:
                    if not isinstance(node, ast.Compare) or searched(node) != name:  # noqa: B023
                        return None
                    return ast.Compare(left=node.left, ops=node.ops, comparators=[load(slot)])  # noqa: B023

                function.body = [Replacing(by).visit(each) for each in function.body]  # type: ignore[misc]


def _begun(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.value, ast.List):
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else None
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id if isinstance(statement.value, ast.List) else None
    return None


def _searched(function: ast.FunctionDef, name: str) -> bool:
    return any(isinstance(node, ast.Compare) and searched(node) == name for node in ast.walk(function))


def _grows(local: Local, name: str) -> bool:
    """Whether the list is bound once, held by nobody else, and never changed but by growing."""
    if name not in local.own or local.bound[name] != 1:
        return False
    for node in ast.walk(local.function):
        if isinstance(node, ast.FunctionDef | ast.Lambda) and node is not local.function:
            return False
        if isinstance(node, ast.Subscript | ast.Attribute) and root(node) == name:
            if not isinstance(node.ctx, ast.Load):
                return False
            if isinstance(node, ast.Attribute) and node.attr in MUTATORS and node.attr not in GROWING:
                return False
    return True
