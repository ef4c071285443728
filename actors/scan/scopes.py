"""Which name is bound where and to what: the program's scopes, as Python resolves them, without running anything."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from actors.scan.effort import Effort, Tangled

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ComprehensionNode = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
"""Nodes whose bodies are scopes of functions. *derived*: grammar"""

COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""Nodes with a scope for their loop's names. *derived*: grammar"""

PLAIN: Final = frozenset(
    (
        *("ctx", "op", "ops", "type_comment", "type_ignores", "id", "attr", "name", "arg", "asname", "module", "level"),
        *("kind", "conversion", "simple", "is_async", "rest", "kwd_attrs"),
    )
)
"""Fields that hold no node, or one that holds nothing of its own: names, signs and contexts. *derived*: grammar"""

PARTS: Final[dict[type[ast.AST], tuple[str, ...]]] = {
    kind: tuple(name for name in kind._fields if name not in PLAIN)
    for kind in vars(ast).values()
    if isinstance(kind, type)
    and issubclass(kind, ast.AST)
    and kind not in (ast.Name, ast.Constant, ast.Global, ast.Nonlocal, ast.alias, ast.MatchSingleton)
}
"""The fields of each node that hold others. *derived*: grammar"""

SCOPED: Final = frozenset((*FUNCTIONS, *COMPREHENSIONS, ast.ClassDef))
"""Nodes that open a scope. *derived*: grammar"""

BINDERS: Final = frozenset(
    (
        *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign),
        *(ast.NamedExpr, ast.AugAssign, ast.For, ast.AsyncFor, ast.comprehension, ast.withitem, ast.ExceptHandler),
        *(ast.MatchAs, ast.MatchStar, ast.Global, ast.Nonlocal),
    )
)
"""Nodes that give names their meaning; a name that is deleted does too. *derived*: grammar"""

MOST_SCOPES: Final = 24
"""Scopes around a scope; a name may have to be sought through all of them. *chosen*: code that people write has five"""

STEPS_PER_NODE: Final = 2
"""Steps for finding a node and asking the rules about it. *measured*"""


class Binding(NamedTuple):
    """One way in which a name comes to mean something."""

    how: str
    """`is`, `adds`, `each` (an element of), `imports`, `takes` (a parameter, with its default), `other`."""
    line: int
    value: ast.expr | None = None
    path: str = ""
    certain: bool = False
    """It stands at the scope's own level, under no condition."""


@dataclass(slots=True, eq=False)
class Scope:
    """The names that one module, class, function or comprehension binds."""

    kind: str
    parent: "Scope | None"
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)
    """Names declared global or nonlocal, and names that are deleted."""
    surely: dict[str, int] = field(default_factory=dict)
    """The first line in which a name is bound under no condition."""
    depth: int = 0

    def inner(self, kind: str) -> "Scope":
        """A scope within this one; `Tangled` if it is too deep within others."""
        if self.depth >= MOST_SCOPES:
            raise Tangled(f"too tangled to judge: functions stand in one another more than {MOST_SCOPES} deep")
        return Scope(kind, self, depth=self.depth + 1)

    def bind(self, name: str, binding: Binding) -> None:
        """The name has one more meaning, here or where it is declared to be from."""
        if name not in self.outer or self.parent is None:
            self.bindings.setdefault(name, []).append(binding)
            if binding.certain:
                self.surely[name] = min(binding.line, self.surely.get(name, binding.line))
            return
        at: Scope | None = self.parent
        while at is not None:
            if at.parent is None or (at.kind == "function" and name in at.bindings):
                at.bindings.setdefault(name, []).append(binding._replace(certain=False))
            at = at.parent


class Place(NamedTuple):
    """A node with its surroundings."""

    node: ast.AST
    scope: Scope
    parent: int
    """Place of the parent in the list; -1 for the module."""
    number: int
    """Its own place in the list."""


def places(tree: ast.Module, effort: Effort) -> list[Place]:
    """Every node in the order of the source, with its scope; the scopes are filled."""
    module = Scope("module", None)
    found: list[Place] = []
    waiting: list[tuple[ast.AST, Scope, int]] = [(tree, module, -1)]
    while waiting:
        node, scope, parent = waiting.pop()
        here = len(found)
        found.append(Place(node, scope, parent, here))
        kind = type(node)
        if kind in BINDERS:
            _bind(node, scope, found, parent)
        if kind in SCOPED:
            inside = list(_children(node, scope))
        elif kind in PARTS:
            inside = [(child, scope) for child in _parts(node)]
        else:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del):
                scope.outer.add(node.id)
            continue
        effort.spend(STEPS_PER_NODE * len(inside))
        waiting += [(child, inner, here) for child, inner in reversed(inside)]
    return found


def _parts(node: ast.AST) -> list[ast.AST]:
    """The nodes below this one, in the order of the source."""
    parts: list[ast.AST] = []
    for name in PARTS[type(node)]:
        value = getattr(node, name)
        if type(value) is list:
            parts += value if None not in value else [each for each in value if each is not None]
        elif value is not None:
            parts.append(value)
    return parts


def _children(node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
    if isinstance(node, FUNCTIONS):
        inner = scope.inner("function")
        _parameters(node.args, inner)
        yield from ((child, scope) for child in _outside(node))
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        yield from ((child, inner) for child in body)
    elif isinstance(node, ast.ClassDef):
        bounds = getattr(node, "type_params", ())
        yield from ((child, scope) for child in (*node.decorator_list, *node.bases, *node.keywords, *bounds))
        inner = scope.inner("class")
        yield from ((child, inner) for child in node.body)
    else:
        inner = scope.inner("function")
        yield from ((child, inner) for child in _parts(node))


def _outside(node: FunctionNode) -> Iterator[ast.expr]:
    """What a function's definition evaluates where it stands: decorators, defaults and annotations."""
    taken = node.args
    if not isinstance(node, ast.Lambda):
        yield from node.decorator_list
    yield from getattr(node, "type_params", ())
    yield from taken.defaults
    yield from (default for default in taken.kw_defaults if default is not None)
    for argument in (*taken.posonlyargs, *taken.args, taken.vararg, *taken.kwonlyargs, taken.kwarg):
        if argument is not None and argument.annotation is not None:
            yield argument.annotation
    if not isinstance(node, ast.Lambda) and node.returns is not None:
        yield node.returns


def _parameters(arguments: ast.arguments, scope: Scope) -> None:
    placed = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(placed) - len(arguments.defaults))
    for argument, default in zip(placed, [*missing, *arguments.defaults], strict=True):
        scope.bind(argument.arg, Binding("takes", argument.lineno, default))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        scope.bind(argument.arg, Binding("takes", argument.lineno, default))
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            scope.bind(rest.arg, Binding("takes", rest.lineno))


def _bind(node: ast.AST, scope: Scope, found: list[Place], parent: int) -> None:
    certain = parent >= 0 and isinstance(found[parent].node, (ast.Module, ast.ClassDef))
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            scope.bind(node.name, Binding("other", node.lineno, certain=certain))
        case ast.Import(names=names):
            for alias in names:
                path = alias.name if alias.asname else alias.name.split(".")[0]
                scope.bind(alias.asname or path, Binding("imports", node.lineno, path=path, certain=certain))
        case ast.ImportFrom(module=str(module), names=names, level=0):
            for alias in names:
                path = f"{module}.{alias.name}"
                scope.bind(alias.asname or alias.name, Binding("imports", node.lineno, path=path, certain=certain))
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                _bind_target(target, value, "is", scope, certain)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            _bind_target(target, value, "is", scope, certain)
        case ast.AugAssign(target=target, op=ast.Add(), value=value):
            _bind_target(target, value, "adds", scope, False)
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            _bind_target(target, value, "each", scope, False)
        case ast.comprehension(target=target, iter=value):
            _bind_target(target, value, "each", scope, False)
        case ast.withitem(optional_vars=ast.expr() as target) | ast.AugAssign(target=target):
            _bind_target(target, None, "other", scope, False)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            scope.bind(name, Binding("other", node.lineno))
        case ast.Global(names=declared) | ast.Nonlocal(names=declared):
            scope.outer.update(declared)


def _bind_target(target: ast.expr, value: ast.expr | None, how: str, scope: Scope, certain: bool) -> None:
    waiting: list[tuple[ast.expr, ast.expr | None, str]] = [(target, value, how)]
    while waiting:
        one, meaning, by = waiting.pop()
        if isinstance(one, ast.Name):
            scope.bind(one.id, Binding(by if meaning is not None else "other", one.lineno, meaning, certain=certain))
        elif isinstance(one, ast.Starred):
            waiting.append((one.value, None, "other"))
        elif isinstance(one, (ast.Tuple, ast.List)):
            parts = meaning.elts if isinstance(meaning, (ast.Tuple, ast.List)) and by == "is" else []
            fits = len(parts) == len(one.elts) and not any(
                isinstance(part, ast.Starred) for part in (*parts, *one.elts)
            )
            waiting.extend((each, parts[i] if fits else None, by) for i, each in enumerate(one.elts))


def lookup(name: str, scope: Scope, line: int, doubtful: bool) -> tuple[Scope, list[Binding]] | None:
    """The scope that gives the name its meaning, and its bindings; None if the builtin may be meant.

    With `doubtful`, a binding of a module or class counts only if it surely stands before this line.
    """
    at: Scope | None = scope
    first = True
    while at is not None:
        known = at.bindings.get(name)
        visible = first or at.kind != "class"
        if known and visible and (at.kind != "function" or name not in at.outer):
            surely = at.kind == "function" or (name not in at.outer and at.surely.get(name, line) < line)
            if surely or not doubtful:
                return at, known
        first = False
        at = at.parent
    return None
