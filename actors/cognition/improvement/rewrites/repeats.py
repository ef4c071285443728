"""A pure function of the module that is called in a loop, with a table of what it gave.

Precondition: the function is pure, has loops or calls, and takes positional arguments.
Proof obligation: only plain results of plain arguments are kept, by value and type; the table lives for one call of the
function around it, so that nothing is kept for ever.
"""

import ast

from actors.cognition.improvement.draft import Draft, Replacing, call, load
from actors.cognition.improvement.facts import COMPREHENSIONS, LOOPS, loops


def rewrite(draft: Draft) -> None:
    """Tables for calls of pure functions that loops make."""
    for function, local in list(draft.functions()):
        tables: dict[str, str] = {}

        def by(node: ast.expr, _parent: ast.AST | None) -> ast.expr | None:
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)) or node.keywords or not node.args:
                return None
            name = node.func.id
            known = local.module.functions.get(name)  # noqa: B023
            costly = known is not None and any(
                isinstance(each, (*LOOPS, *COMPREHENSIONS, ast.Call)) for each in ast.walk(known)
            )
            if not costly or name == function.name or not local.module.pure(name) or name in local.bound:  # noqa: B023
                return None
            if any(isinstance(each, ast.Starred) for each in node.args):
                return None
            table = tables.setdefault(name, draft.slot("table"))  # noqa: B023
            return call(draft.needs("remembered"), load(name), load(table), *node.args)

        for body, at, _region in list(loops(function)):
            statement = body[at]
            if isinstance(statement, ast.For | ast.While):
                statement.body = [Replacing(by).visit(each) for each in statement.body]  # type: ignore[misc]
            else:
                Replacing(by).visit(statement)
        for table in tables.values():
            start = 1 if ast.get_docstring(function) is not None else 0
            function.body.insert(start, ast.parse(f"{table} = {{}}").body[0])
