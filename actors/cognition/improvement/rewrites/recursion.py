"""A pure function that calls itself more than once, with a table of what it gave.

Precondition: pure, at least two calls of itself, a fixed number of arguments. The table lives for one call
from outside.
Proof obligation: only plain results of plain arguments are kept, by value and type, so nothing that could be changed is
shared; the table is in the same frame, so that the deepest recursion stays as it was.
"""

import ast

from actors.cognition.improvement.draft import Draft, call, load, names_in
from actors.cognition.improvement.facts import LOOPS, Local, Module

LEAST_CALLS = 2


def rewrite(draft: Draft) -> None:
    """Tables in functions that call themselves more than once."""
    module = Module(draft.tree)
    for function, local in list(draft.functions()):
        top = module.functions.get(function.name) is function
        if not _calls_itself(function) or not _simple(function):
            continue
        if top and module.pure(function.name):
            _at_top(draft, function)
        elif not top and _pure_nested(local, function):
            _nested(draft, function)


def _calls_itself(function: ast.FunctionDef) -> bool:
    calls = [node for node in ast.walk(function) if _calls(node, function.name)]
    in_loop = any(
        _calls(node, function.name)
        for loop in ast.walk(function)
        if isinstance(loop, (*LOOPS, ast.ListComp, ast.GeneratorExp))
        for node in ast.walk(loop)
    )
    return len(calls) >= LEAST_CALLS or in_loop


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _simple(function: ast.FunctionDef) -> bool:
    """Whether its arguments and ways out are of the kinds that a table can be put around."""
    given = function.args
    if given.vararg or given.kwarg or given.kwonlyargs or function.decorator_list or not given.args + given.posonlyargs:
        return False
    return not any(isinstance(node, ast.Try | ast.Yield) for node in ast.walk(function))


def _pure_nested(local: Local, function: ast.FunctionDef) -> bool:
    """Whether a nested function reads only its arguments and what the outer function never changes after it."""
    module = local.module
    if any(isinstance(node, ast.FunctionDef | ast.Lambda) and node is not function for node in ast.walk(function)):
        return False
    outer = _outer(module, function)
    if outer is None or function.name in Module(module.tree).functions:
        return False
    around = Local(module, outer)
    around.harmless = {function.name, *local.harmless}
    free = {each for each in names_in(function) - set(local.bound) if each in around.bound and each != function.name}
    at = next((place for place, each in enumerate(outer.body) if each is function), None)
    if at is None or not module.certain(outer) or around.bound[function.name] != 1:
        return False
    if not all(_settled(around, each, outer, at) for each in free):
        return False
    constants = [ast.parse(f"{each} = 0").body[0] for each in sorted(free)]
    inner = ast.parse("")
    inner.body = [*(each for each in module.tree.body if not (set(_bound(each)) & free)), *constants, function]
    alone = Module(inner)
    return alone.pure(function.name)


def _bound(statement: ast.stmt) -> list[str]:
    return [statement.name] if isinstance(statement, ast.FunctionDef) else []


def _settled(around: Local, name: str, outer: ast.FunctionDef, at: int) -> bool:
    """Whether the outer function's name is bound before the nested function, and not changed from there on."""
    before = name in around.params or any(name in _assigned(each) for each in outer.body[:at])
    return before and around.stable(name, outer.body[at + 1 :])


def _assigned(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _outer(module: Module, function: ast.FunctionDef) -> ast.FunctionDef | None:
    for top in module.functions.values():
        for node in ast.walk(top):
            if isinstance(node, ast.FunctionDef) and any(each is function for each in node.body):
                return node
    return None


def _tabled(draft: Draft, function: ast.FunctionDef, cache: str, handed_on: frozenset[str]) -> list[ast.stmt]:
    """The function's body, that looks into the table first and notes what it returns."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    names = [each for each in names if each not in handed_on] or names
    key, found = draft.slot("key"), draft.slot("found")
    helper_plain, helper_key = draft.needs("is_plain").id, draft.needs("key_of").id
    helper_keyable = draft.needs("keyable").id
    given = ", ".join(names)
    head = ast.parse(
        f"{key} = {helper_key}(({given},)) if {' and '.join(f'{helper_keyable}({each})' for each in names)} else None\n"
        f"if {key} is not None and {key} in {cache}:\n    return {cache}[{key}]\n"
    ).body
    body = [_Noting(key, found, cache, helper_plain).visit(each) for each in function.body]
    flat: list[ast.stmt] = []
    for each in body:
        flat.extend(each if isinstance(each, list) else [each])
    return [*head, *flat]


class _Noting(ast.NodeTransformer):
    """`return value` notes the value in the table."""

    def __init__(self, key: str, found: str, cache: str, plain: str) -> None:
        self._words = (key, found, cache, plain)

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        key, found, cache, plain = self._words
        if node.value is None or isinstance(node.value, ast.Constant):
            return [node]
        noted = ast.parse(
            f"{found} = 0\nif {key} is not None and {plain}({found}):\n    {cache}[{key}] = {found}\n"
        ).body
        assert isinstance(noted[0], ast.Assign)
        noted[0].value = node.value
        return [*noted, ast.Return(value=load(found))]


def _nested(draft: Draft, function: ast.FunctionDef) -> None:
    cache = draft.slot("table")
    outer = _outer(Module(draft.tree), function)
    assert outer is not None
    function.body = _tabled(draft, function, cache, frozenset())
    outer.body.insert(
        next(at for at, each in enumerate(outer.body) if each is function), ast.parse(f"{cache} = {{}}").body[0]
    )


def _at_top(draft: Draft, function: ast.FunctionDef) -> None:
    """The function becomes the inner one of a function of its name, which begins with an empty table."""
    handed_on = _handed_on(function)
    name, inner_name, cache = function.name, draft.slot("inner"), draft.slot("table")
    inner = ast.parse(f"def {inner_name}():\n    pass").body[0]
    assert isinstance(inner, ast.FunctionDef)
    inner.args = _without_defaults_changed(function.args)

    class Renaming(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            return ast.Name(id=inner_name, ctx=node.ctx) if node.id == name else node

    documentation = function.body[:1] if ast.get_docstring(function) is not None else []
    inner.body = function.body[len(documentation) :]
    inner.body = [Renaming().visit(each) for each in _tabled(draft, inner, cache, handed_on)]
    names = [load(each.arg) for each in (*function.args.posonlyargs, *function.args.args)]
    start = ast.parse(f"{cache} = {{}}").body
    function.body = [*documentation, *start, inner, ast.Return(value=call(load(inner_name), *names))]


def _without_defaults_changed(args: ast.arguments) -> ast.arguments:
    """The same parameters and constant defaults, without annotations."""
    bare = [ast.arg(arg=each.arg) for each in (*args.posonlyargs, *args.args)]
    return ast.arguments(posonlyargs=[], args=bare, kwonlyargs=[], kw_defaults=[], defaults=args.defaults)


def _handed_on(function: ast.FunctionDef) -> frozenset[str]:
    """Parameters that each call of itself hands on as they are: they are the same in the whole recursion."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    found = [node for node in ast.walk(function) if _calls(node, function.name)]
    calls = [node for node in found if isinstance(node, ast.Call)]
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}

    def same(at: int, name: str) -> bool:
        given = [node.args[at] if len(node.args) > at and not node.keywords else None for node in calls]
        return all(isinstance(each, ast.Name) and each.id == name for each in given)

    return frozenset(name for at, name in enumerate(names) if name not in stored and same(at, name))
