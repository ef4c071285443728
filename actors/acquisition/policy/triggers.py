"""Code that waits for its moment: a date, a rare draw, a number of calls."""

import ast
from collections.abc import Iterator
from typing import Final

from actors.acquisition.policy.finding import SUSPECT, Finding
from actors.acquisition.policy.meaning import Known
from actors.acquisition.policy.scopes import Place
from actors.acquisition.policy.view import View, found

Findings = Iterator[Finding]

CLOCKS: Final = frozenset(
    (
        *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
        *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.strftime", "time.ctime", "time.asctime"),
    )
)
"""Functions that tell the date. *derived*: the standard library"""

DRAWS: Final = frozenset(("random.random", "random.randint", "random.randrange", "random.uniform", "secrets.randbelow"))
"""Functions that draw lots. *derived*: the standard library"""

SELDOM: Final = 0.05
"""A share of calls that tests are likely to miss. *chosen*: twenty tests hit it once"""

MANY: Final = 50
"""Numbers to draw from, of which one alone is seldom. *chosen*: near 1 / `SELDOM`"""


STEPS_PER_SIDE: Final = 2
"""Steps for asking whether one side of a comparison is fixed. *measured*"""


def comparisons(place: Place, view: View) -> Findings:
    """The date or a draw is compared with something fixed."""
    node = place.node
    assert isinstance(node, ast.Compare)
    sides = [node.left, *node.comparators]
    fixed = [side for side in sides if _is_fixed(side, view)]
    if not fixed:
        return
    for side in sides:
        if side not in fixed and (path := _source(side, CLOCKS, view)) is not None:
            yield found(node, "bomb", f"compares {path} with a fixed date or number", SUSPECT)
        elif side not in fixed and isinstance(side, ast.Call) and _is_seldom(side, node, view):
            yield found(node, "bomb", f"does something seldom, by {view.flow.path(side.func)}", SUSPECT)


def _is_fixed(side: ast.expr, view: View) -> bool:
    view.effort.spend(STEPS_PER_SIDE)
    if isinstance(side, ast.Call):
        path = view.flow.path(side.func)
        made = path.startswith("datetime.") and path not in CLOCKS
        return made and all(_is_fixed(argument, view) for argument in side.args)
    if isinstance(side, (ast.Tuple, ast.List, ast.Set)):
        return all(_is_fixed(part, view) for part in side.elts)
    if isinstance(side, ast.Name) and isinstance(bound := view.assigned(side), ast.Call):
        return _is_fixed(bound, view)
    return isinstance(view.flow.meaning(side), Known)


def _source(side: ast.expr, wanted: frozenset[str], view: View) -> str | None:
    """The function of the wanted ones that this side shows, itself or a part of what it gives."""
    at: ast.expr = side
    for _ in range(8):
        if isinstance(at, ast.Call):
            if (path := view.flow.path(at.func)) in wanted:
                return path
            at = at.func
        elif isinstance(at, (ast.Attribute, ast.Subscript)):
            at = at.value
        elif isinstance(at, ast.Name):
            bound = view.assigned(at)
            if bound is None:
                return None
            at = bound
        else:
            return None
    return None


def _is_seldom(call: ast.Call, comparison: ast.Compare, view: View) -> bool:
    if view.flow.path(call.func) not in DRAWS:
        return False
    known = [view.flow.meaning(argument) for argument in call.args]
    numbers = [each.value for each in known if isinstance(each, Known) and isinstance(each.value, (int, float))]
    if view.flow.path(call.func) == "random.random":
        others = [view.flow.meaning(side) for side in (comparison.left, *comparison.comparators)]
        bounds = [each.value for each in others if isinstance(each, Known) and isinstance(each.value, (int, float))]
        return any(bound <= SELDOM or bound >= 1 - SELDOM for bound in bounds)
    return bool(numbers) and max(numbers) - min([0, *numbers]) >= MANY


def counters(place: Place, view: View) -> Findings:
    """A count of its own calls decides what the function does."""
    node = place.node
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    outer: set[str] = set()
    counted: set[str] = set()
    filled: set[str] = set()
    compared: list[ast.Compare] = []
    for part in view.within(place, ast.Global, ast.Nonlocal, ast.AugAssign, ast.Attribute, ast.Compare):
        match part:
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                outer.update(names)
            case ast.AugAssign(target=ast.Name(id=name)):
                counted.add(name)
            case ast.Attribute(value=ast.Name(id=name), attr="append" | "add" | "appendleft"):
                filled.add(name)
            case ast.Compare():
                compared.append(part)
    kept = _of_module(filled, place) if compared else set()
    for comparison in compared:
        match comparison.left:
            case ast.Name(id=name) if name in outer & counted:
                pass
            case ast.Attribute(value=ast.Name(id=name)) if name == node.name:
                pass
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]) if name in kept:
                pass
            case _:
                continue
        if all(_is_number_above_one(side, view) for side in comparison.comparators):
            yield found(comparison, "bomb", f"acts on the count of its calls, {ast.unparse(comparison.left)}", SUSPECT)
            return


def _of_module(names: set[str], place: Place) -> set[str]:
    """Those of the names that are bound outside every function."""
    scope = place.scope
    while scope.parent is not None:
        scope = scope.parent
    bound = {name: scope.bindings.get(name, ()) for name in names}
    return {name for name, bindings in bound.items() if bindings and all(each.how == "is" for each in bindings)}


def _is_number_above_one(side: ast.expr, view: View) -> bool:
    known = view.flow.meaning(side)
    return isinstance(known, Known) and isinstance(known.value, (int, float)) and known.value > 1
