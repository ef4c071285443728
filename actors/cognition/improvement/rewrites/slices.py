"""`sum(values[a:b])` in a loop by running sums, `max(values[:b])` and `min(values[:b])` by running extremes.

Precondition: `values` is a name that nothing in the loop can change; the slice has no step.
Proof obligation: at run time only whole numbers are summed ahead, and only whole numbers or texts are compared ahead:
floats would be summed in another order.
"""

import ast

from actors.cognition.improvement.draft import Draft, assign, call, load, repeated
from actors.cognition.improvement.facts import loops
from actors.cognition.improvement.rewrites.membership import fixed


def rewrite(draft: Draft) -> None:
    """Running totals for slices that loops ask for again and again."""
    for function, local in draft.functions():
        for body, at, region in loops(function):
            slots: dict[tuple[str, str], str] = {}

            def by(node: ast.expr, _parent: ast.AST | None) -> ast.expr | None:
                found = _part(node)
                if found is None or not fixed(local, found[1], body, at, region):  # noqa: B023
                    return None
                chosen, name, cut = found
                if chosen != "sum" and cut.lower is not None:
                    return None
                slot = slots.setdefault((chosen, name), draft.slot("totals"))  # noqa: B023
                high = cut.upper or ast.Constant(value=None)
                if chosen == "sum":
                    return call(_of(slot, "part"), cut.lower or ast.Constant(value=None), high)
                return call(_of(slot, "until"), high)

            repeated(body[at], by)
            for (chosen, name), slot in slots.items():
                made = ("Sums", load(name)) if chosen == "sum" else ("Extremes", load(name), load(chosen))
                body.insert(at, assign(slot, call(draft.needs(str(made[0])), *made[1:])))


def _of(slot: str, method: str) -> ast.Attribute:
    return ast.Attribute(value=load(slot), attr=method, ctx=ast.Load())


def _part(node: ast.expr) -> tuple[str, str, ast.Slice] | None:
    """Which function of which part of which name the expression is."""
    if not (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1 and not node.keywords
    ):
        return None
    part = node.args[0]
    if (
        node.func.id not in ("sum", "max", "min")
        or not isinstance(part, ast.Subscript)
        or not isinstance(part.value, ast.Name)
    ):
        return None
    cut = part.slice
    return (node.func.id, part.value.id, cut) if isinstance(cut, ast.Slice) and cut.step is None else None
