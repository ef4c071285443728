"""Shapes that honest tools do without: classes that act when made or dying, import hooks, answers equal to all."""

import ast
from collections.abc import Iterator
from typing import Final

from actors.scan.finding import SUSPECT, Finding
from actors.scan.scopes import Place
from actors.scan.tables import KNOWN
from actors.scan.view import View, found

Findings = Iterator[Finding]

METACLASSES: Final = frozenset(("abc.ABCMeta", "enum.EnumMeta", "enum.EnumType", "builtins.type"))
"""Metaclasses whose doing is known. *derived*: the standard library"""

HOOKS: Final = frozenset(
    ("find_spec", "find_module", "load_module", "exec_module", "create_module", "invalidate_caches", "module_repr")
)
"""Methods by which a class takes part in imports. *cited*: the language reference, the import system"""

ACTS: Final = {
    "__del__": "acts when an object dies",
    "__init_subclass__": "acts when a class is made",
    "__prepare__": "acts when a class is made",
    "__instancecheck__": "lies about its instances",
    "__subclasscheck__": "lies about its subclasses",
    "__getattribute__": "stands before every attribute",
    "__import__": "takes the place of imports",
    "__build_class__": "takes the place of classes",
}
"""Methods that act where nobody calls them. *cited*: the language reference, the data model"""


COMPARES: Final = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__sub__", "__rsub__")
"""Methods by which a test compares. *cited*: the language reference, the data model"""

LEAVES: Final = frozenset(("builtins.SystemExit", "builtins.KeyboardInterrupt", "builtins.GeneratorExit"))
"""Exceptions that end more than the call. *derived*: those that are no `Exception`"""

RESTORES: Final = frozenset(("__reduce__", "__reduce_ex__", "__setstate__"))
"""Methods that act when an object is restored. *cited*: the library reference, pickle"""


def classes(place: Place, view: View) -> Findings:
    """A class that hides what it does: a metaclass of its own, an import hook, methods that nobody calls."""
    node = place.node
    assert isinstance(node, ast.ClassDef)
    for keyword in node.keywords:
        if keyword.arg == "metaclass" and view.flow.path(keyword.value) not in METACLASSES:
            yield found(node, "class", "a metaclass of its own acts when a class is made", SUSPECT)
    if any(view.flow.path(parent) == "builtins.type" for parent in node.bases):
        yield found(node, "class", "a metaclass of its own acts when a class is made", SUSPECT)
    methods = [part for part in node.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))]
    named = {method.name for method in methods} | _assigned(node)
    for name in sorted(named & ACTS.keys()):
        yield found(node, "class", f"{name} {ACTS[name]}", SUSPECT)
    for name in sorted(named & RESTORES):
        yield found(node, "introspection", f"{name} acts when an object is restored", SUSPECT)
    if hooks := sorted(named & HOOKS):
        yield found(node, "import", f"{', '.join(hooks)}: a class that takes part in imports", SUSPECT)
    for method in methods:
        if method.name in COMPARES and _looks_at_nothing(method.args, method.body):
            yield found(method, "class", f"{method.name} is always the same, so that any test passes", SUSPECT)
    for part in node.body:
        match part:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=taken, body=body)) if name in COMPARES:
                if _looks_at_nothing(taken, [ast.Return(body)]):
                    yield found(part, "class", f"{name} is always the same, so that any test passes", SUSPECT)


def _assigned(node: ast.ClassDef) -> set[str]:
    targets = [target for part in node.body if isinstance(part, ast.Assign) for target in part.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _looks_at_nothing(taken: ast.arguments, body: list[ast.stmt]) -> bool:
    """What is returned at once depends on nothing that is given."""
    told = [part for part in body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
    if len(told) != 1 or not isinstance(told[0], ast.Return) or told[0].value is None:
        return False
    value = told[0].value
    if isinstance(value, ast.Constant):
        return value.value is True or type(value.value) in (int, float)
    names = {each.arg for each in (*taken.posonlyargs, *taken.args)}
    simple = isinstance(value, (ast.Compare, ast.UnaryOp, ast.BinOp))
    return simple and not any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(value))


def ways_out(place: Place, view: View) -> Findings:
    """The run is left as if it were at its end, before anybody judged it."""
    node = place.node
    assert isinstance(node, ast.Raise)
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if raised is not None and (path := view.flow.path(raised)) in LEAVES:
        yield found(
            node, "tamper", f"raises {path.removeprefix('builtins.')}, which ends the run and its tests", SUSPECT
        )


def made_classes(place: Place, view: View) -> Findings:
    """A class is made by a call, out of data."""
    node = place.node
    assert isinstance(node, ast.Call)
    if view.flow.path(node.func) != "builtins.type":
        return
    if len(node.args) == 3:
        yield found(node, "class", "type makes a class while it runs", SUSPECT)
    elif len(node.args) == 1 and view.flow.path(node.args[0]) in KNOWN:
        yield found(node, "class", "takes the type of modules, which makes modules", SUSPECT)
