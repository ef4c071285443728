"""A queue that is a list with `pop(0)`, as a deque.

Precondition: a fresh local list that nothing else holds, used only as a queue: no slices, no sorting, not returned.
Proof obligation: each use that is left alone means the same for a deque; an empty one that is popped raises IndexError
with other words, which the comparison on inputs finds.
"""

import ast

from actors.cognition.improvement.draft import Draft, call, load
from actors.cognition.improvement.facts import Local

ALIKE = ("append", "extend", "pop", "insert", "clear", "remove", "reverse")


def rewrite(draft: Draft) -> None:
    """Deques in the place of lists that are used as queues."""
    for function, local in draft.functions():
        for name in sorted(local.own):
            if name in local.values and _queue(local, name):
                _change(draft, function, name)


def _queue(local: Local, name: str) -> bool:
    """Whether the name is a list that is used as a queue alone, with a `pop(0)` or `insert(0, x)` among the uses."""
    if not all(_a_list(each) for each in local.values[name]):
        return False
    parents = {id(child): node for node in ast.walk(local.function) for child in ast.iter_child_nodes(node)}
    fronts = 0
    for node in ast.walk(local.function):
        if not isinstance(node, ast.Name) or node.id != name or not isinstance(node.ctx, ast.Load):
            continue
        parent = parents[id(node)]
        kind = _use(node, parent, parents.get(id(parent)))
        if kind is None:
            return False
        fronts += kind == "front"
    return fronts > 0


def _a_list(value: ast.expr) -> bool:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in ("list", "sorted")
    return isinstance(value, ast.List | ast.ListComp)


def _use(node: ast.Name, parent: ast.AST, above: ast.AST | None) -> str | None:
    """`front` for a use that is slow on a list, `other` for one that a deque has alike, None for any other."""
    if isinstance(parent, ast.Attribute) and isinstance(above, ast.Call) and parent.attr in ALIKE:
        first = above.args[0] if above.args else None
        zero = isinstance(first, ast.Constant) and first.value == 0 and type(first.value) is int
        if parent.attr == "pop":
            return ("front" if zero else None) if above.args else "other"
        if parent.attr == "insert":
            return "front" if zero else None
        return "other" if parent.attr in ("append", "extend", "clear") else None
    if isinstance(parent, ast.Subscript) and isinstance(parent.slice, ast.Constant | ast.UnaryOp):
        return "other" if parent.value is node and isinstance(parent.ctx, ast.Load) else None
    if isinstance(parent, ast.While | ast.If) and parent.test is node:
        return "other"
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return "other"
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in ("len", "sum", "bool"):
        return "other"
    if isinstance(parent, ast.Compare) and node in parent.comparators:
        return "other" if all(isinstance(op, ast.In | ast.NotIn) for op in parent.ops) else None
    return "other" if isinstance(parent, ast.BoolOp) and isinstance(above, ast.While | ast.If) else None


def _change(draft: Draft, function: ast.FunctionDef, name: str) -> None:
    draft.imports.add(("collections", "deque"))
    draft.sites += 1
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            node.value = call(load("_deque"), node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            assert node.value is not None
            node.value = call(load("_deque"), node.value)
            node.annotation = load("_deque")
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            if node.func.value.id == name and node.func.attr == "pop" and node.args:
                node.func.attr, node.args = "popleft", []
            elif node.func.value.id == name and node.func.attr == "insert":
                node.func.attr, node.args = "appendleft", node.args[1:]
