"""A scan of rows for those with a key, inside a loop, by a table of the rows by key.

Precondition: the scan does nothing but one `if` whose first condition is `key of the row == something without the row`;
the rows can't change in the outer loop, and the row's name is used in the scan alone.
Proof obligation: the `if` stays, so only rows are left out that it would have refused; `Buckets` leaves none out unless
all keys are plain, and an exception of either side makes it give all rows.
"""

import ast
import copy
from typing import NamedTuple

from actors.cognition.improvement.draft import Draft, assign, call, load, names_in, thunk
from actors.cognition.improvement.facts import Local, loops
from actors.cognition.improvement.rewrites.invariant import pure


class Scan(NamedTuple):
    """Rows, the names of one row, its key and what is sought."""

    rows: ast.expr
    target: ast.expr
    key: ast.expr
    wanted: ast.expr


def rewrite(draft: Draft) -> None:
    """Tables for the scans within loops, and within comprehensions."""
    for function, local in draft.functions():
        for body, at, region in loops(function):
            statement = body[at]
            made: dict[str, tuple[str, Scan]] = {}
            inner = [node for part in _inside(statement) for node in ast.walk(part)]
            for node in inner:
                scan = _scan(local, node)
                if scan is None or not _fixed(local, scan, body, at, region) or not _own(function, node, scan):
                    continue
                text = ast.dump(scan.rows) + ast.dump(scan.key)
                slot, _ = made.setdefault(text, (draft.slot("rows"), scan))
                at_wanted = ast.Attribute(value=load(slot), attr="at", ctx=ast.Load())
                node.iter = call(at_wanted, thunk(scan.wanted))  # type: ignore[attr-defined]
            for slot, scan in made.values():
                body.insert(at, assign(slot, call(draft.needs("Buckets"), scan.rows, _key(scan))))


def _inside(statement: ast.stmt) -> list[ast.AST]:
    """The parts that run repeatedly."""
    if isinstance(statement, ast.For | ast.While):
        return list(statement.body)
    return [statement]


def _scan(local: Local, node: ast.AST) -> Scan | None:
    """The scan, if the node is one: a loop with one `if`, or a later part of a comprehension with a condition."""
    if (
        isinstance(node, ast.For)
        and len(node.body) == 1
        and isinstance(node.body[0], ast.If)
        and not node.body[0].orelse
    ):
        tests = node.body[0].test
        first = tests.values[0] if isinstance(tests, ast.BoolOp) and isinstance(tests.op, ast.And) else tests
    elif isinstance(node, ast.comprehension) and node.ifs:
        tests = node.ifs[0]
        first = tests.values[0] if isinstance(tests, ast.BoolOp) and isinstance(tests.op, ast.And) else tests
    else:
        return None
    if not isinstance(first, ast.Compare) or len(first.ops) != 1 or not isinstance(first.ops[0], ast.Eq):
        return None
    return _sides(local, node.iter, node.target, first)


def _sides(local: Local, rows: ast.expr, target: ast.expr, test: ast.Compare) -> Scan | None:
    names = names_in(target)
    for key, wanted in ((test.left, test.comparators[0]), (test.comparators[0], test.left)):
        if names_in(key) & names and not names_in(wanted) & names and pure(local, key) and pure(local, wanted):
            return Scan(rows, target, key, wanted)
    return None


def _fixed(local: Local, scan: Scan, body: list[ast.stmt], at: int, region: list[ast.stmt]) -> bool:
    """Whether rows and keys are the same in the whole outer loop."""
    row = names_in(scan.target)
    simple = isinstance(scan.rows, ast.Name) or _range_of_all(scan.rows)
    names = (names_in(scan.rows) | names_in(scan.key)) - row
    values = [each for each in names if each in local.bound or local.module.constant(each)]
    if isinstance(scan.rows, ast.Name) and scan.rows.id not in values:
        return False
    return (
        simple
        and _unpacks(scan.target)
        and all(local.bound_before(each, body, at) for each in values)
        and all(local.stable(each, region) for each in names)
        and local.changes(region) is not None
    )


def _range_of_all(rows: ast.expr) -> bool:
    """Whether the expression is `range(len(name))`."""
    if not (
        isinstance(rows, ast.Call)
        and isinstance(rows.func, ast.Name)
        and rows.func.id == "range"
        and len(rows.args) == 1
    ):
        return False
    size = rows.args[0]
    return (
        isinstance(size, ast.Call)
        and isinstance(size.func, ast.Name)
        and size.func.id == "len"
        and isinstance(size.args[0], ast.Name)
    )


def _own(function: ast.FunctionDef, node: ast.AST, scan: Scan) -> bool:
    """Whether the row's names are used within the scan alone, and the scan has no end of its own."""
    names = names_in(scan.target)
    if isinstance(node, ast.For):
        if node.orelse:
            return False
        within = {id(each) for each in ast.walk(node)}
        return not any(
            isinstance(each, ast.Name) and each.id in names and id(each) not in within for each in ast.walk(function)
        )
    return True


def _key(scan: Scan) -> ast.expr:
    """A function of one row."""
    if isinstance(scan.target, ast.Name):
        return thunk(scan.key, scan.target.id)
    assert isinstance(scan.target, ast.Tuple)
    unpacked = thunk(copy.deepcopy(scan.key), *(each.id for each in scan.target.elts if isinstance(each, ast.Name)))
    return thunk(call(unpacked, ast.Starred(value=load("_row"), ctx=ast.Load())), "_row")


def _unpacks(target: ast.expr) -> bool:
    """Whether the row has one name, or is taken apart into names: one of another length then makes the key fail."""
    return isinstance(target, ast.Name) or (
        isinstance(target, ast.Tuple) and all(isinstance(each, ast.Name) for each in target.elts)
    )
