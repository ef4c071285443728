"""A file of tests in the style of pytest: which tests it holds, and the source that runs one of them by its place.

pytest itself stays outside the jail. What such files use of it is there under its name: `raises`, `approx`, `fail`,
`skip` and the marks `parametrize`, `skip`, `skipif`, `critical` and `needs`.
"""

import ast
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from actors.sandbox.preload import SUITES
from actors.tools.spec.interface import READ_ERRORS, no_python

ENTRY: Final = "run_test"
"""The function that runs a test. *chosen*"""

MOST: Final = 200
"""Most tests of a file. *chosen*: as many as a task may have examples"""


class Test(NamedTuple):
    """One test function of the file, once for each row of its parameters."""

    name: str
    function: str
    row: int | None = None
    critical: bool = False
    needs: tuple[str, ...] = ()


class BadSuite(ValueError):
    """The file holds no tests that could be run; with the line where one is wrong."""


def tests_in(suite: str) -> tuple[Test, ...]:
    """The tests of the file in their order; raises BadSuite with the reason."""
    try:
        body = ast.parse(suite).body
    except SyntaxError as error:
        raise BadSuite(no_python("suite", error)) from error
    except READ_ERRORS as error:
        raise BadSuite(f"the suite can't be read: {error}") from error
    functions = [node for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    found = [test for node in functions for test in _tests_of(node)]
    if not found:
        raise BadSuite("the suite has no function whose name begins with test_")
    if len(found) > MOST:
        raise BadSuite(f"the suite has {len(found)} tests; {MOST} are the most")
    return tuple(found)


def runnable(source: str, entry: str, name: str, suite: str) -> str:
    """Source whose `run_test(function, row)` runs one test of the suite against the implementation."""
    return f"from {SUITES} import prepare, run_test\n\nprepare({source!r}, {entry!r}, {name!r}, {suite!r})\n"


def _tests_of(node: ast.FunctionDef) -> Iterator[Test]:
    marks = [mark for mark in map(_mark, node.decorator_list) if mark is not None]
    critical = any(kind == "critical" for kind, _ in marks)
    needs = tuple(str(name) for kind, args in marks if kind == "needs" for name in _literals(node, args))
    rows = [len(_rows(node, args)) for kind, args in marks if kind == "parametrize"]
    if not rows:
        if node.args.args:
            raise BadSuite(f"line {node.lineno}: {node.name} takes arguments; only parametrize can give them")
        yield Test(node.name, node.name, None, critical, needs)
        return
    count = 1
    for number in rows:
        count *= number
    for row in range(count):
        yield Test(f"{node.name}-{row + 1}", node.name, row, critical, needs)


def _mark(decorator: ast.expr) -> tuple[str, list[ast.expr]] | None:
    """The kind of a `pytest.mark` and its arguments."""
    call = decorator if isinstance(decorator, ast.Call) else None
    target = call.func if call is not None else decorator
    if isinstance(target, ast.Attribute) and ast.unparse(target.value) in ("pytest.mark", "mark"):
        return target.attr, list(call.args) if call is not None else []
    return None


def _rows(node: ast.FunctionDef, args: list[ast.expr]) -> list[ast.expr]:
    if len(args) < 2 or not isinstance(args[1], ast.List | ast.Tuple) or not args[1].elts:
        raise BadSuite(f"line {node.lineno}: parametrize of {node.name} needs its values written out in a list")
    return args[1].elts


def _literals(node: ast.FunctionDef, args: list[ast.expr]) -> list[Any]:
    try:
        return [ast.literal_eval(arg) for arg in args]
    except READ_ERRORS as error:
        raise BadSuite(f"line {node.lineno}: the mark of {node.name} needs plain names: {error}") from error
