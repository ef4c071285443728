"""`sorted(values)[0]` and `sorted(values)[-1]` by `min` and `max`.

Precondition: one argument, no key.
Proof obligation: at run time only for whole numbers or texts, where equal values can't be told apart and none is NaN.
"""

import ast

from actors.cognition.improvement.draft import Draft, Replacing, call


def rewrite(draft: Draft) -> None:
    """Extremes without sorting."""

    def by(node: ast.expr, _parent: ast.AST | None) -> ast.expr | None:
        if (
            not isinstance(node, ast.Subscript)
            or not isinstance(node.value, ast.Call)
            or not isinstance(node.ctx, ast.Load)
        ):
            return None
        made = node.value
        if not isinstance(made.func, ast.Name) or made.func.id != "sorted" or len(made.args) != 1 or made.keywords:
            return None
        place = ast.unparse(node.slice)
        helper = {"0": "least", "-1": "greatest"}.get(place)
        return None if helper is None else call(draft.needs(helper), made.args[0])

    for function, _local in list(draft.functions()):
        function.body = [Replacing(by).visit(each) for each in function.body]  # type: ignore[misc]
