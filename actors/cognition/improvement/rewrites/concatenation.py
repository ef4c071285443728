"""A list built with `out = out + [x]`, or a text built at its front, without copying it at each step.

Precondition: a fresh local that nothing else holds, and that the loop does nothing else with but build it.
Proof obligation: a list is appended to in place, which nobody can see; the pieces of a text are checked by `"" + piece`
where they stood, so that what is no text raises what it did.
"""

import ast

from actors.cognition.improvement.draft import Draft, assign, call, load, names_in
from actors.cognition.improvement.facts import LOOPS, Local, bodies


def rewrite(draft: Draft) -> None:
    """Growing in place instead of copying."""
    for function, local in draft.functions():
        for name in sorted(local.own):
            if all(isinstance(each, ast.List | ast.ListComp) or _plus(each, name) for each in local.values[name]):
                _lists(draft, function, name)
            elif all(_text(each) or _plus(each, name) or _front(each, name) for each in local.values[name]):
                _texts(draft, function, local, name)


def _plus(value: ast.expr, name: str) -> bool:
    """Whether the value is `name + something without the name`."""
    return (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, ast.Add)
        and isinstance(_leftmost(value), ast.Name)
        and _leftmost(value).id == name  # type: ignore[attr-defined]
        and sum(isinstance(each, ast.Name) and each.id == name for each in ast.walk(value)) == 1
    )


def _leftmost(value: ast.expr) -> ast.expr:
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        value = value.left
    return value


def _front(value: ast.expr, name: str) -> bool:
    """Whether the value is `something + name`."""
    return (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, ast.Add)
        and isinstance(value.right, ast.Name)
        and value.right.id == name
        and name not in names_in(value.left)
    )


def _text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and type(value.value) is str


def _lists(draft: Draft, function: ast.FunctionDef, name: str) -> None:
    """`name = name + [a]` becomes `name.append(a)`."""
    for body in bodies(function):
        for at, statement in enumerate(body):
            if not isinstance(statement, ast.Assign) or not _plus(statement.value, name):
                continue
            target = statement.targets[0]
            added = statement.value.right if isinstance(statement.value, ast.BinOp) else None
            if (
                not isinstance(target, ast.Name)
                or target.id != name
                or not isinstance(added, ast.List)
                or len(added.elts) != 1
            ):
                continue
            if not isinstance(statement.value.left, ast.Name) or isinstance(added.elts[0], ast.Starred):  # type: ignore[attr-defined]
                continue
            append = ast.Attribute(value=load(name), attr="append", ctx=ast.Load())
            body[at] = ast.copy_location(ast.Expr(value=call(append, added.elts[0])), statement)
            draft.sites += 1


def _texts(draft: Draft, function: ast.FunctionDef, local: Local, name: str) -> None:
    """A loop that only puts pieces before the text collects them, and joins them once at its end."""
    for body in bodies(function):
        for statement in list(body):
            if not isinstance(statement, LOOPS) or not _only_fronts(statement, name):
                continue
            if any(
                isinstance(each, ast.Return | ast.Try | ast.FunctionDef | ast.Lambda) for each in ast.walk(statement)
            ):
                continue
            pieces = draft.slot("pieces")
            _collect(statement, name, pieces)
            at = body.index(statement)
            joined = ast.parse(f'{name} = "".join(reversed({pieces})) + {name}').body[0]
            body.insert(at + 1, joined)
            body.insert(at, assign(pieces, ast.List(elts=[], ctx=ast.Load())))
            draft.sites += 1


def _only_fronts(loop: ast.stmt, name: str) -> bool:
    """Whether every use of the name in the loop is in `name = piece + name`."""
    fronts = [
        node
        for node in ast.walk(loop)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == name
        and _front(node.value, name)
    ]
    uses = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(loop))
    return bool(fronts) and uses == 2 * len(fronts)


def _collect(loop: ast.stmt, name: str, pieces: str) -> None:
    for body in bodies(loop):
        for at, statement in enumerate(body):
            if isinstance(statement, ast.Assign) and _front(statement.value, name):
                assert isinstance(statement.value, ast.BinOp)
                checked = ast.BinOp(left=statement.value.left, op=ast.Add(), right=ast.Constant(value=""))
                append = ast.Attribute(value=load(pieces), attr="append", ctx=ast.Load())
                body[at] = ast.copy_location(ast.Expr(value=call(append, checked)), statement)
