"""`x in values`, `values.count(x)` and `values.index(x)` in a loop, by a table.

Precondition: `values` is a name that is bound before the loop and that nothing in the loop can change.
Proof obligation: at run time `Members` uses its table only for lists and tuples of plain items of more than eight.
"""

import ast

from actors.cognition.improvement.draft import Draft, assign, call, load, repeated
from actors.cognition.improvement.facts import Local, loops


def rewrite(draft: Draft) -> None:
    """Search tables wherever a loop searches what does not change."""
    for function, local in draft.functions():
        for body, at, region in loops(function):
            slots: dict[str, str] = {}

            def by(node: ast.expr, _parent: ast.AST | None) -> ast.expr | None:
                name = searched(node)
                if name is None or not fixed(local, name, body, at, region):  # noqa: B023
                    return None
                slot = slots.setdefault(name, draft.slot("members"))  # noqa: B023
                if isinstance(node, ast.Compare):
                    return ast.Compare(left=node.left, ops=node.ops, comparators=[load(slot)])
                assert isinstance(node, ast.Call)
                assert isinstance(node.func, ast.Attribute)
                return call(ast.Attribute(value=load(slot), attr=node.func.attr, ctx=ast.Load()), *node.args)

            repeated(body[at], by)
            for name, slot in slots.items():
                body.insert(at, assign(slot, call(draft.needs("Members"), load(name))))


def searched(node: ast.expr) -> str | None:
    """The name that the expression searches, if it does."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn):
        held = node.comparators[0]
        return held.id if isinstance(held, ast.Name) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("count", "index"):
        held = node.func.value
        one = len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred)
        return held.id if one and isinstance(held, ast.Name) else None
    return None


def fixed(local: Local, name: str, body: list[ast.stmt], at: int, region: list[ast.stmt]) -> bool:
    """Whether the name has its value before the loop, and keeps it."""
    known = name in local.bound or local.module.constant(name)
    return known and local.bound_before(name, body, at) and local.stable(name, region)
