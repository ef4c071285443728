"""What the code reaches: modules, builtins, attributes that lead to the interpreter, and attributes named by text."""

import ast
from collections.abc import Iterator
from typing import Final

from actors.library.modules import MODULES as LIBRARY
from actors.scan.finding import GRAVE, SUSPECT, Finding
from actors.scan.flow import LONGEST_PATH
from actors.scan.meaning import LITERAL, Begins, Known
from actors.scan.reaching import CLASSED, RUNS, by_use
from actors.scan.scopes import Place
from actors.scan.tables import (
    BUILTINS,
    CLASSES_ONLY,
    FUNCTIONS,
    GETTER_MAKERS,
    GETTERS,
    HARMLESS_DUNDERS,
    HARMLESS_OF_SYS,
    INTROSPECTION,
    KNOWN,
    MODULES,
    PARTS,
    REACHED,
    STANDARD,
    STEPS,
    WALKS,
    denied,
)
from actors.scan.view import View, found

Findings = Iterator[Finding]

HELD: Final = "what computes in the standard library is there"
"""What to use instead. *derived*: actors.sandbox.preload"""


def imports(place: Place, view: View) -> Findings:
    """A module is imported that does what no tool may do, or that nobody knows."""
    node = place.node
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield from _module(node, alias.name, view)
        return
    assert isinstance(node, ast.ImportFrom)
    if node.level or not node.module:
        yield found(node, "unknown", "imports from the package around it", SUSPECT)
        return
    if len(node.module) > LONGEST_PATH:
        yield found(node, "unknown", "imports from a module that can't be there", SUSPECT)
        return
    for alias in node.names:
        path = f"{node.module}.{alias.name}"
        yield from _module(node, path, view)
        if alias.name == "*":
            yield found(node, "star", f"imports everything of {node.module}, so that no name is certain", SUSPECT)
        elif alias.name in REACHED or alias.name in WALKS or alias.name.lstrip("_") in MODULES:
            yield found(node, "walk", f"{alias.name} of {node.module} reaches the interpreter")


def _module(node: ast.AST, path: str, view: View) -> Findings:
    touch = denied(path)
    if touch is not None and not _excused(path, view):
        yield found(node, touch.kind, f"import {path.removesuffix('.*')} {touch.does}", touch.weight)
    elif path in GETTER_MAKERS and not _excused(path, view):
        yield found(node, "walk", f"{path} reaches attributes that are not written out")
    elif path.split(".")[0] not in KNOWN and touch is None:
        yield found(node, "unknown", f"import {path.removesuffix('.*')}: the sandbox does not hold it; {HELD}", SUSPECT)


def _excused(path: str, view: View) -> bool:
    """It is used, and every use is one of those that lead nowhere."""
    if path not in view.excuses:
        view.excuses[path] = _is_harmless(path, view)
    return view.excuses[path]


def _is_harmless(path: str, view: View) -> bool:
    if path in GETTER_MAKERS:
        uses = [place for place in view.places if _is_load(place.node) and _path(place.node, view) == path]
        return bool(uses) and all(_written_getter(place, view) for place in uses)
    if path.startswith("sys."):
        return path[4:] in HARMLESS_OF_SYS
    if path != "sys":
        return False
    uses = [place for place in view.places if _is_load(place.node) and _path(place.node, view) == "sys"]
    return bool(uses) and all(_harmless_of_sys(place, view) for place in uses)


def _is_load(node: ast.AST) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load)


def _path(node: ast.AST, view: View) -> str:
    return view.flow.path(node) if isinstance(node, ast.expr) else ""


def _harmless_of_sys(place: Place, view: View) -> bool:
    parent = view.parent(place)
    return parent is not None and isinstance(parent.node, ast.Attribute) and parent.node.attr in HARMLESS_OF_SYS


def _written_getter(place: Place, view: View) -> bool:
    """The maker of getters is called with texts that are written out and lead nowhere."""
    parent = view.parent(place)
    if parent is None or not isinstance(parent.node, ast.Call) or parent.node.func is not place.node:
        return False
    given = parent.node.args if _path(place.node, view) == "operator.attrgetter" else parent.node.args[:1]
    texts = [argument.value for argument in given if isinstance(argument, ast.Constant)]
    return bool(given) and len(texts) == len(given) and all(isinstance(text, str) and _plain(text) for text in texts)


def _plain(text: str) -> bool:
    parts = text.split(".")
    return not any(part.startswith("_") or part in WALKS or part in REACHED for part in parts)


def names(place: Place, view: View) -> Findings:
    """A name stands for what no tool may use."""
    node = place.node
    assert isinstance(node, ast.Name)
    if node.id in WALKS and not (node.id == "mro" or node.id == "environ"):
        yield found(node, "walk", f"{node.id} reaches the interpreter")
    elif node.id == "__debug__" or not isinstance(node.ctx, ast.Load):
        return
    else:
        yield from _reference(place, view)


def attributes(place: Place, view: View) -> Findings:
    """An attribute leads to the interpreter, to a module, or to a function that does what no tool may do."""
    node = place.node
    assert isinstance(node, ast.Attribute)
    attribute = node.attr
    if attribute in WALKS and not (attribute == "mro" and not _is_called(place, view)):
        yield found(node, "walk", f".{attribute} reaches the interpreter")
    elif attribute in REACHED:
        yield found(node, "walk", f".{attribute} {MODULES[attribute].does}")
    elif attribute == "__class__" and not isinstance(node.ctx, ast.Load):
        yield found(node, "walk", "changes the class of an object")
    elif attribute == "__dict__" and not _is_own(node.value):
        yield found(node, "introspection", "reads or changes whatever attributes an object has", SUSPECT)
    elif attribute == "__self__" and view.flow.path(node.value).startswith("builtins."):
        yield found(node, "walk", ".__self__ of a builtin is the module of the builtins")
    elif attribute in INTROSPECTION and not _is_super(node.value):
        yield found(node, "introspection", f".{attribute} tells or changes how objects are made", SUSPECT)
    if isinstance(node.ctx, ast.Load):
        yield from _reference(place, view)
    else:
        yield from _patch(node, node.value, view)


def _is_own(owner: ast.expr) -> bool:
    return isinstance(owner, ast.Name) and owner.id in ("self", "other", "new", "clone")


def _is_super(owner: ast.expr) -> bool:
    return isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super"


def _is_called(place: Place, view: View) -> bool:
    parent = view.parent(place)
    return parent is not None and isinstance(parent.node, ast.Call) and parent.node.func is place.node


def _reference(place: Place, view: View) -> Findings:
    node = place.node
    path = _path(node, view)
    if not path:
        return
    root, _, rest = path.partition(".")
    if root == "builtins":
        yield from _builtin(place, rest, view)
    elif isinstance(node, ast.Attribute) or path in FUNCTIONS or path in GETTER_MAKERS or path in CLASSED:
        yield from _part(place, path, view)


def _builtin(place: Place, name: str, view: View) -> Findings:
    node = place.node
    if (touch := BUILTINS.get(name)) is not None:
        if name == "vars" and _is_called(place, view) and _argument_count(place, view) == 1:
            yield found(node, "introspection", "vars reads whatever attributes an object has", SUSPECT)
        else:
            yield found(node, touch.kind, f"{name} {touch.does}", touch.weight)
    elif name in GETTERS and not _is_called(place, view):
        yield found(node, "walk", f"{name} is passed on, so that any attribute may be reached")


def _argument_count(place: Place, view: View) -> int:
    parent = view.parent(place)
    return len(parent.node.args) if parent is not None and isinstance(parent.node, ast.Call) else 0


def _part(place: Place, path: str, view: View) -> Findings:
    """What reaching this part of a module does."""
    node = place.node
    yield from by_use(place, path, view)
    touch = FUNCTIONS.get(path) or FUNCTIONS.get(".".join(path.split(".")[-2:]))
    if touch is not None and (path not in CLASSES_ONLY or _is_called(place, view)):
        yield found(node, touch.kind, f"{path} {touch.does}", touch.weight)
    elif path in GETTER_MAKERS and not _written_getter(place, view):
        yield found(node, "walk", f"{path} reaches attributes that are not written out")
    last = path.rpartition(".")[2]
    touch = denied(path)
    if touch is not None:
        if not _excused(path, view):
            yield found(node, touch.kind, f"{path} {touch.does}", touch.weight)
    elif last not in REACHED and last.lstrip("_") in MODULES and last != "code":
        yield found(node, "walk", f"{path} {MODULES[last.lstrip('_')].does}")
    elif last in ("eval", "exec", "__import__"):
        yield found(node, "execution", f"{path} runs text as code")
    elif last in STANDARD and not path.startswith(f"{last}.") and not _is_own_part(path) and path not in CLASSED:
        yield found(node, "introspection", f"{path} is another module, reached through this one", SUSPECT)
    elif last.startswith("_") and not last.startswith("__") and path.split(".")[0] in KNOWN:
        yield found(node, "introspection", f"{path} is private to its module", SUSPECT)


def _is_own_part(path: str) -> bool:
    """The module is a package, and this a module of it, or it only has the name of one; strangers have their own."""
    root = path.split(".")[0]
    return (
        root not in KNOWN
        or path in PARTS
        or path in LIBRARY
        or root in ("xml", "email", "json", "urllib", "html", "concurrent")
    )


def patterns_of_classes(place: Place, view: View) -> Findings:
    """A pattern takes an attribute as an expression would."""
    node = place.node
    assert isinstance(node, ast.MatchClass)
    for attribute in node.kwd_attrs:
        if attribute in WALKS or attribute in STEPS or attribute in REACHED:
            yield found(node, "walk", f"a pattern takes {attribute}, which reaches the interpreter")


def changed_parts(place: Place, view: View) -> Findings:
    """An element of a module's own table is changed."""
    node = place.node
    assert isinstance(node, ast.Subscript)
    if not isinstance(node.ctx, ast.Load):
        yield from _patch(node, node.value, view)


def _patch(node: ast.expr, owner: ast.expr, view: View) -> Findings:
    path = view.flow.path(owner)
    if path and not path.startswith("builtins.Not"):
        yield found(node, "patch", f"changes {path.removeprefix('builtins.')}, which is not its own")


def getters(place: Place, view: View) -> Findings:
    """An attribute is reached by a text: one that leads to the interpreter, or that nobody can tell."""
    node = place.node
    assert isinstance(node, ast.Call)
    path = view.flow.path(node.func)
    name = path.removeprefix("builtins.")
    if not path.startswith("builtins.") or name not in GETTERS:
        return
    if isinstance(node.func, ast.Name) and node.func.id != name:
        yield found(node, "introspection", f"{name} is called by another name", SUSPECT)
    if len(node.args) < 2:
        yield found(node, "introspection", f"{name} reaches an attribute that is not written out", SUSPECT)
        return
    if name in ("setattr", "delattr"):
        yield from _patch(node, node.args[0], view)
    yield from _named(node, name, view)


def _named(node: ast.Call, name: str, view: View) -> Findings:
    known = view.flow.meaning(node.args[1])
    match known:
        case Known(value=str(text), hidden=hidden):
            yield from _by_text(node, name, text, hidden, view)
        case Begins(text=text) if not text.startswith("_"):
            return
        case _ if name != "hasattr":
            yield found(node, "introspection", f"{name} reaches an attribute that is not written out", SUSPECT)


def _by_text(node: ast.Call, name: str, text: str, hidden: int, view: View) -> Findings:
    if text in WALKS or text in STEPS or text in REACHED:
        yield found(node, "walk", f"{name} reaches {text}")
    elif text.startswith("__") and text not in HARMLESS_DUNDERS and name != "hasattr":
        yield found(node, "introspection", f"{name} reaches {text}", SUSPECT)
    elif hidden > LITERAL:
        yield found(node, "introspection", f"{name} reaches {text!r}, whose name is put together", SUSPECT)
    if path := view.flow.path(node.args[0]):
        touch = (
            FUNCTIONS.get(f"{path}.{text}")
            or RUNS.get(f"{path}.{text}")
            or denied(f"{path}.{text}")
            or BUILTINS.get(text)
        )
        if touch is not None:
            yield found(node, touch.kind, f"{path}.{text} {touch.does}", GRAVE)
