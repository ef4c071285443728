"""The modified program as text: what was not changed stays as it was written, comments and all."""

import ast
import inspect

from actors.cognition.improvement import fallbacks
from actors.cognition.improvement.draft import Draft

USES = {
    "Members": ("all_plain", "is_plain"),
    "Seen": ("is_plain",),
    "Buckets": ("is_plain",),
    "remembered": ("is_plain", "key_of"),
    "keyable": ("is_plain",),
}
"""Which helpers each helper calls. *derived*: fallbacks.py"""
CONSTANTS = ("PLAIN", "WHOLE")
"""What helpers read. *derived*: fallbacks.py"""
FROM = {"Counter": "collections", "accumulate": "itertools"}
"""What helpers import. *derived*: fallbacks.py"""


def spliced(source: str, before: ast.Module, draft: Draft) -> str:
    """The source with the changed functions in their places, and what they need below the imports."""
    ast.fix_missing_locations(draft.tree)
    lines = source.splitlines()
    for old, new in reversed(list(zip(before.body, draft.tree.body, strict=True))):
        if ast.dump(old) == ast.dump(new):
            continue
        first = min([old.lineno, *(each.lineno for each in getattr(old, "decorator_list", ()))])
        lines[first - 1 : old.end_lineno] = ast.unparse(new).splitlines()
    needed = _needed(draft)
    at = _below_imports(before)
    return "\n".join([*lines[:at], *needed, *lines[at:]]) + "\n"


def _below_imports(tree: ast.Module) -> int:
    """The number of lines up to the end of the imports at the top."""
    at = 0
    for place, node in enumerate(tree.body):
        text = place == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not text and not isinstance(node, ast.Import | ast.ImportFrom):
            break
        at = node.end_lineno or at
    return at


def _needed(draft: Draft) -> list[str]:
    """The imports and the helpers, each under its name with an underscore."""
    helpers = set(draft.helpers)
    for helper in draft.helpers:
        helpers.update(USES.get(helper, ()))
    names = [*helpers, *CONSTANTS, *FROM]
    bodies = [_renamed(helper, names) for helper in sorted(helpers, key=str.lower)]
    text = "\n".join(bodies)
    imports = {(module, name) for name, module in FROM.items() if f"_{name}" in text} | draft.imports
    wanted = [f"from {module} import {name} as _{name}" for module, name in sorted(imports)]
    constants = [f"_{name} = {_constant(name)}" for name in CONSTANTS if f"_{name}" in text]
    return [*wanted, *constants, *([""] if bodies else []), *text.splitlines(), *([""] if bodies else [])]


def _constant(name: str) -> str:
    for node in ast.parse(inspect.getsource(fallbacks)).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return ast.unparse(node.value)
    raise ValueError(f"no constant {name}")


class _Bare(ast.NodeTransformer):
    """Without annotations, and with the names of the modified program."""

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(id=f"_{node.id}" if node.id in self._names else node.id, ctx=node.ctx)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        assert node.value is not None
        return ast.Assign(targets=[self.visit(node.target)], value=self.visit(node.value), lineno=0)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(arg=node.arg)


def _renamed(helper: str, names: list[str]) -> str:
    node = ast.parse(inspect.getsource(getattr(fallbacks, helper))).body[0]
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    for each in ast.walk(node):
        if isinstance(each, ast.FunctionDef):
            each.returns = None
    node.name = f"_{helper}"
    return ast.unparse(ast.fix_missing_locations(_Bare(names).visit(node))) + "\n"
