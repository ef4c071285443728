"""Components are expressions with slots; terms are components applied to terms, with what each example gets."""

import ast
import functools
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from actors.library.modules import MODULES
from actors.synthesis.bounds import GUARD, GUARDS, afford, guarded, held_against
from actors.synthesis.values import Values, kind_of, same

SLOTS: Final = ("A", "B", "C")
"""Names that stand for the arguments in a component's template, in order. *chosen*"""

CONSTANT_COST: Final = 2
"""What a constant costs. *derived*: as much as a literal that one example shows"""

LETTERS: Final = 4
"""Letters or digits of a constant text that cost one more. *chosen*"""

BACKED: Final = 2
"""Examples that a constant has to stand in. *chosen*: one would be remembering"""

NAMESPACE: Final = {module.split(".")[0]: module for module in MODULES}
"""What each name that a template may use is imported as. *derived*"""


@functools.cache
def namespace() -> dict[str, Any]:
    """Every module that a template may name, by its name, and the guards of what is run."""
    for module in MODULES:
        importlib.import_module(module)
    return {GUARD: GUARDS, **{name: importlib.import_module(name) for name in NAMESPACE}}


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """One way to make a value: what fills its slots, what it costs, how it is written and run."""

    template: str
    """An expression in which A, B and C stand for the arguments."""
    slots: tuple[str, ...]
    """The kind of value, or with `#` the pool of literals, for each of A, B and C."""
    cost: int
    run: Callable[..., Any]
    needs: tuple[str, ...] = ()
    """Definitions that have to stand above the program."""
    all_rows: Callable[..., Values] | None = None
    """The same for whole columns, if there is a quicker way than row by row."""
    inner: tuple[int, ...] = ()
    """The slots that are gone through for each item of another."""

    def over(self, *columns: Values) -> Values:
        """What it gives for each row; TooLarge if that would take more than a step may."""
        for row in zip(*columns, strict=True) if self.inner else ():
            afford(row, self.inner)
        if self.all_rows is not None:
            return self.all_rows(*columns)
        return tuple([self.run(*row) for row in zip(*columns, strict=True)])


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A program over the arguments, with its value for each example."""

    component: Component
    parts: tuple["Term", ...]
    kind: str
    values: Values
    cost: int
    uses: int
    """Bit i is set if the program reads argument i."""
    needs: tuple[str, ...] = field(default=())


def component(slots: str, template: str, cost: int, needs: Mapping[str, str] | None = None) -> Component:
    """A component whose function is its template, so that what runs and what is written can't differ."""
    names = tuple(slots.split())
    scope = dict(namespace())
    sources = tuple((needs or {}).values())
    for source in sources:
        exec(source, scope)
    inner = held_against(template, SLOTS[: len(names)], names)
    slots = ", ".join(SLOTS[: len(names)])
    columns = ", ".join(f"_{slot}" for slot in SLOTS[: len(names)])
    run = eval(guarded(f"lambda {slots}: {template}", names), scope)
    rows = columns if len(names) == 1 else f"zip({columns})"
    all_rows = eval(guarded(f"lambda {columns}: tuple([{template} for {slots} in {rows}])", names), scope)
    return Component(template, names, cost, run, sources, all_rows, inner)


def leaf(text: str, kind: str, values: Values, cost: int, uses: int) -> Term:
    """An argument, a bound name or a literal."""
    return Term(Component(text, (), cost, lambda: None), (), kind, values, cost, uses)


def constant_cost(value: Any) -> int:
    """What it costs to write a constant into a program: the letters and digits of a text may be remembered."""
    return CONSTANT_COST + (sum(map(str.isalnum, value)) // LETTERS if isinstance(value, str) else 0)


def constant(values: Values) -> Term | None:
    """The one value that all of several examples have, written out; None if there is no such, or it is no scalar."""
    first = values[0]
    if len(values) < BACKED or isinstance(first, list | dict) or not all(same(value, first) for value in values):
        return None
    return leaf(repr(first), kind_of(first), values, constant_cost(first), 0)


def composed(template: str, parts: tuple[Term, ...], kind: str, values: Values, extra: int, uses: int = 0) -> Term:
    """A term written by hand: its values are known already, so nothing is run."""
    made = Component(template, (), extra, lambda: None)
    return joined(made, parts, kind, values, extra + sum(part.cost for part in parts), uses)


def joined(made: Component, parts: tuple[Term, ...], kind: str, values: Values, cost: int, uses: int = 0) -> Term:
    """A term of this component over these parts, which reads what they read and needs what they need."""
    needs = made.needs
    for part in parts:
        uses |= part.uses
        needs += tuple(need for need in part.needs if need not in needs)
    return Term(made, parts, kind, values, cost, uses, needs)


def _parsed(template: str) -> ast.expr:
    """A tree of its own: parsing again is quicker than copying a tree."""
    return ast.parse(template, mode="eval").body


class _Filled(ast.NodeTransformer):
    """Puts the parts' trees in the slots; comparing trees lets `unparse` set the brackets."""

    def __init__(self, parts: Mapping[str, ast.expr]) -> None:
        self.parts = parts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.parts.get(node.id, node)


def renamed(template: str, names: Mapping[str, str]) -> str:
    """The template with these names replaced by expressions."""
    filled = _Filled({old: _parsed(new) for old, new in names.items()}).visit(_parsed(template))
    return ast.unparse(filled)


def tree(term: Term) -> ast.expr:
    """The expression of a term."""
    template = _parsed(term.component.template)
    if not term.parts:
        return template
    filled = _Filled({name: tree(part) for name, part in zip(SLOTS, term.parts, strict=False)}).visit(template)
    assert isinstance(filled, ast.expr)
    return filled


def text(term: Term) -> str:
    """The expression of a term, as it would be typed."""
    return ast.unparse(tree(term))


def templates(term: Term) -> str:
    """The templates that the term is made of, a line each."""
    return "\n".join((term.component.template, *map(templates, term.parts)))


def patterns_in(term: Term) -> list[str]:
    """The patterns of regular expressions that are written out in the term."""
    return [
        node.args[0].value
        for node in ast.walk(tree(term))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr != "escape") == ("re", True)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def depth(term: Term) -> int:
    """How deeply calls and operators are nested."""
    return _nested(tree(term))


def _nested(node: ast.AST) -> int:
    below = max((_nested(child) for child in ast.iter_child_nodes(node)), default=0)
    return below + isinstance(node, (ast.Call, ast.BinOp, ast.Subscript, ast.Compare, ast.IfExp, ast.ListComp))
