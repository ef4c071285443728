"""A program while it is rewritten: its tree, the helpers that it will need, names that are not taken."""

import ast
import copy
from collections.abc import Callable, Iterator

from actors.cognition.improvement.facts import Local, Module


class Draft:
    """A copy of a program that rewrites may change in place."""

    def __init__(self, tree: ast.Module, entry: str, helpers: frozenset[str] = frozenset()) -> None:
        self.tree = copy.deepcopy(tree)
        self.entry = entry
        self.helpers = set(helpers)
        self.imports: set[tuple[str, str]] = set()
        self.made: set[str] = set()
        """Names of helpers and of what they keep: calling them changes nothing that a program sees."""
        self.sites = 0
        self._taken = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}

    def functions(self) -> Iterator[tuple[ast.FunctionDef, Local]]:
        """The functions that the entry reaches and that can be reasoned about, nested ones too, with their facts."""
        module = Module(self.tree)
        for function in reached(module, self.entry):
            nested = [node for node in ast.walk(function) if isinstance(node, ast.FunctionDef) and node is not function]
            if not module.certain(function):
                continue
            for each in (function, *nested):
                yield each, Local(module, each, self.made)

    def slot(self, word: str) -> str:
        """A name that nothing has."""
        number = 1
        while f"_{word}_{number}" in self._taken:
            number += 1
        self._taken.add(f"_{word}_{number}")
        self.made.add(f"_{word}_{number}")
        return f"_{word}_{number}"

    def needs(self, helper: str) -> ast.Name:
        """The helper's name in the modified program."""
        self.helpers.add(helper)
        self.made.add(f"_{helper}")
        self.sites += 1
        return ast.Name(id=f"_{helper}", ctx=ast.Load())


class Replacing(ast.NodeTransformer):
    """Replaces each expression for which the function gives another one; not within nested functions or lambdas."""

    def __init__(self, by: Callable[[ast.expr, ast.AST | None], ast.expr | None]) -> None:
        self._by = by
        self._parents: list[ast.AST] = []

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            return node  # what it holds may run after the loop, when more has changed
        if isinstance(node, ast.expr):
            other = self._by(node, self._parents[-1] if self._parents else None)
            if other is not None:
                return ast.copy_location(other, node)
        self._parents.append(node)
        try:
            return self.generic_visit(node)
        finally:
            self._parents.pop()


def repeated(statement: ast.stmt, by: Callable[[ast.expr, ast.AST | None], ast.expr | None]) -> None:
    """Replace expressions in what runs repeatedly in a statement that loops."""
    change = Replacing(by)
    if isinstance(statement, ast.While):
        statement.test = change.visit(statement.test)  # type: ignore[assignment]
    if isinstance(statement, ast.For | ast.While):
        statement.body = [change.visit(each) for each in statement.body]  # type: ignore[misc]
    else:
        change.visit(statement)


def assign(name: str, value: ast.expr) -> ast.stmt:
    """`name = value`."""
    return ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=value)


def call(function: ast.expr, *args: ast.expr) -> ast.Call:
    """`function(*args)`."""
    return ast.Call(func=function, args=list(args), keywords=[])


def thunk(value: ast.expr, *params: str) -> ast.Lambda:
    """`lambda params: value`."""
    given = ast.arguments(
        posonlyargs=[], args=[ast.arg(arg=each) for each in params], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    return ast.Lambda(args=given, body=value)


def load(name: str) -> ast.Name:
    """The name, read."""
    return ast.Name(id=name, ctx=ast.Load())


def names_in(node: ast.AST) -> set[str]:
    """Every name in the node."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def reached(module: Module, entry: str) -> list[ast.FunctionDef]:
    """The functions that the entry may call, itself first."""
    found: list[str] = []
    todo = [entry]
    while todo:
        name = todo.pop()
        if name in module.functions and name not in found:
            found.append(name)
            todo.extend(sorted(names_in(module.functions[name])))
    return [module.functions[name] for name in found]
