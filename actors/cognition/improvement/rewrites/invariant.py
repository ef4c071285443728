"""A costly expression in a loop that gives the same each time, computed when it is first needed.

Precondition: it calls pure functions alone, and nothing that it reads can change in the loop;
what it gives is only read.
Proof obligation: `Lazy` computes it where it first stood, so that an exception is raised when and only when it was.
"""

import ast
from typing import Final

from actors.cognition.improvement.draft import Draft, assign, call, load, names_in, repeated, thunk
from actors.cognition.improvement.facts import COMPREHENSIONS, PURE_MODULES, READERS, Local, loops

COSTLY: Final = frozenset(
    (
        *("sorted", "sum", "max", "min", "set", "frozenset", "list", "dict", "tuple", "any", "all", "len"),
        *("str",),
    )
)
"""Builtins whose cost grows with their argument. *derived*"""
CHEAP: Final = frozenset(("len", "str"))
"""Those that don't pay alone. *measured*: a call of `Lazy` costs as much"""
MUTABLE: Final = frozenset(("sorted", "set", "list", "dict", "split", "copy", "Counter", "defaultdict", "deque"))
"""Calls that give what could be changed. *derived*"""
READING: Final = frozenset(
    (
        *("len", "sum", "max", "min", "any", "all", "sorted", "set", "frozenset", "list", "tuple"),
        *("enumerate", "zip"),
    )
)
"""Calls that only read their argument. *derived*"""


def rewrite(draft: Draft) -> None:
    """Invariant expressions are computed once, in all loops from the outermost on."""
    for function, local in draft.functions():
        for body, at, region in loops(function):
            made: dict[str, tuple[str, ast.expr]] = {}

            def by(node: ast.expr, parent: ast.AST | None) -> ast.expr | None:
                if not invariant(local, node, body, at, region) or not _read_only(node, parent):  # noqa: B023
                    return None
                within = isinstance(parent, ast.Compare) and node is not parent.left and _lists(node)
                value = call(draft.needs("Members"), node) if within else node
                text = ast.dump(value)
                slot, _ = made.setdefault(text, (draft.slot("once"), value))  # noqa: B023
                return call(load(slot))

            repeated(body[at], by)
            for slot, value in made.values():
                read = sorted(each for each in names_in(value) if each in local.bound and _held(value, each))
                body.insert(at, assign(slot, call(draft.needs("Lazy"), thunk(value), *map(load, read))))


def _held(value: ast.expr, name: str) -> bool:
    """Whether the name is the function's and not the expression's own."""
    stores = (each for each in ast.walk(value) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load))
    return name not in {each.id for each in stores}


def invariant(local: Local, node: ast.expr, body: list[ast.stmt], at: int, region: list[ast.stmt]) -> bool:
    """Whether the expression is costly, pure, and of what does not change in the loop."""
    if not isinstance(node, ast.Call) or not _costly(local, node) or not pure(local, node):
        return False
    inner = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)}
    inner |= {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    outer = names_in(node) - inner
    rest = [each for each in outer if each in local.bound or local.module.constant(each)]
    if inner & names_outside(local, node, inner):
        return False
    if not all(local.bound_before(each, body, at) for each in rest):
        return False
    return all(local.stable(each, region) for each in outer)


def names_outside(local: Local, node: ast.expr, inner: set[str]) -> set[str]:
    """Which of the comprehension's own names the function binds elsewhere, too."""
    within = {id(each) for each in ast.walk(node)}
    stores = (
        each for each in ast.walk(local.function) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)
    )
    return {each.id for each in stores if id(each) not in within and each.id in inner} & local.params


def pure(local: Local, node: ast.expr) -> bool:
    """Whether every part of the expression is pure."""
    for each in ast.walk(node):
        if isinstance(each, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return False
        if isinstance(each, ast.Call) and not _pure_call(local, each):
            return False
    return True


def _pure_call(local: Local, node: ast.Call) -> bool:
    function = node.func
    if isinstance(function, ast.Name):
        changes = local.changes([ast.Expr(value=ast.Call(func=function, args=[], keywords=[]))], calls_print=False)
        return changes == set() and function.id not in local.bound
    if isinstance(function, ast.Attribute):
        if isinstance(function.value, ast.Name) and function.value.id in local.module.modules:
            return local.module.modules[function.value.id] in PURE_MODULES
        return function.attr in READERS
    return False


def _costly(local: Local, node: ast.Call) -> bool:
    function = node.func
    if isinstance(function, ast.Name):
        if function.id in local.module.functions:
            return local.module.pure(function.id)
        inside = any(isinstance(each, (ast.Call, *COMPREHENSIONS)) for arg in node.args for each in ast.walk(arg))
        return function.id in COSTLY and (function.id not in CHEAP or inside)
    if _math(node):
        return True
    return isinstance(function, ast.Attribute) and function.attr in READERS - {
        "get",
        "items",
        "keys",
        "values",
        "index",
        "count",
    }


def _lists(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("list", "sorted", "tuple")
    )


def _read_only(node: ast.expr, parent: ast.AST | None) -> bool:
    """Whether the value can't be changed, or is only read where it stands."""
    assert isinstance(node, ast.Call)
    name = (
        node.func.id
        if isinstance(node.func, ast.Name)
        else node.func.attr
        if isinstance(node.func, ast.Attribute)
        else ""
    )
    if name in ("zip", "map", "filter", "enumerate", "reversed", "finditer", "iter"):
        return False
    unchanging = name in COSTLY | READERS and name not in MUTABLE
    if unchanging or (
        isinstance(node.func, ast.Attribute) and name not in MUTABLE and name not in READERS and _math(node)
    ):
        return True
    if isinstance(parent, ast.Compare | ast.BinOp | ast.UnaryOp | ast.FormattedValue | ast.JoinedStr):
        return True
    if isinstance(parent, ast.Subscript):
        return parent.value is node and isinstance(parent.ctx, ast.Load)
    if isinstance(parent, ast.For | ast.comprehension):
        return parent.iter is node
    if isinstance(parent, ast.Attribute):
        return parent.attr in READERS
    return isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in READING


def _math(node: ast.Call) -> bool:
    return (
        isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("math", "re")
    )
