"""The same done to two arguments, and the two compared: equal, unequal, apart."""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from actors.synthesis.term import Term, composed
from actors.synthesis.values import Values

COMPARED: Final = (
    ("A == B", 2),
    ("A != B", 3),
    ("A < B", 3),
    ("A > B", 3),
    ("A <= B", 4),
    ("A >= B", 4),
    ("A in B", 4),
)
"""How twins are compared where truth values are wanted, and what it costs beyond one of the two. *chosen*"""

WRITTEN: Final = frozenset({"str(A)", "hex(A)", "bin(A)", "oct(A)"})
"""Written forms of numbers. *derived*: from the table"""

COUNTED: Final = (("A - B", 3), ("A + B", 3), ("abs(A - B)", 4), ("A * B", 4))
"""How twins of numbers become one number. *chosen*"""

DEAREST: Final = 9
"""Dearest term that is looked at. *chosen*: dearer ones are seldom meant twice."""


class Twins:
    """What has been done to one argument alone, by what it is when the argument's name is left out."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._seen: dict[str, Term] = {}
        self._shapes: dict[Term, str] = {}

    def of(self, term: Term) -> Term | None:
        """The term that does the same to another argument, if it came before."""
        if term.uses.bit_count() != 1 or term.cost > DEAREST or not term.parts:
            return None
        first = self._seen.setdefault(self._shape(term), term)
        return first if first.uses != term.uses else None

    def _shape(self, term: Term) -> str:
        """The term with a blank for every argument."""
        if term not in self._shapes:
            template = term.component.template
            inner = ",".join(map(self._shape, term.parts))
            self._shapes[term] = f"{template}({inner})" if term.parts else "_" if template in self._names else template
        return self._shapes[term]


def compared(left: Term, right: Term) -> Iterator[Term]:
    """Questions that compare the two; the written forms of numbers are not compared as texts."""
    if left.component.template in WRITTEN:
        return
    for template, extra in COMPARED:
        values = _over(template, left, right)
        if values is not None:
            made = composed(template, (left, right), "bool", values, 0)
            yield _at(made, left.cost + extra)


def counted(left: Term, right: Term) -> Iterator[Term]:
    """Numbers made of the two."""
    for template, extra in COUNTED if left.kind in ("int", "float") and right.kind in ("int", "float") else ():
        for one, other in ((left, right), (right, left)):
            values = _over(template, one, other)
            if values is not None:
                kind = "int" if all(isinstance(value, int) for value in values) else "float"
                yield _at(composed(template, (one, other), kind, values, 0), left.cost + extra)


@functools.cache
def _compiled(template: str) -> Callable[[Any, Any], Any]:
    made: Callable[[Any, Any], Any] = eval(f"lambda A, B: {template}")
    return made


def _over(template: str, left: Term, right: Term) -> Values | None:
    run = _compiled(template)
    try:
        return tuple(run(one, other) for one, other in zip(left.values, right.values, strict=True))
    except (TypeError, ArithmeticError):
        return None


def _at(term: Term, cost: int) -> Term:
    return Term(term.component, term.parts, term.kind, term.values, cost, term.uses, term.needs)
