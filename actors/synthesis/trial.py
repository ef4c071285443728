"""A program tried by itself: what it is written as, run on what its leaves stand for."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actors.synthesis.bank import PRUNED
from actors.synthesis.bounds import guarded
from actors.synthesis.term import Term, namespace, text
from actors.synthesis.values import Values, plain, same

MISSING: Final = object()
"""Stands where a program gives no answer in JSON types. *derived*"""


def answers(term: Term, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Any]:
    """What the term gives for each row of arguments; `MISSING` where it raises."""
    scope = dict(namespace())
    for need in term.needs:
        exec(need, scope)
    raised = PRUNED + faults(scope)
    run = eval(guarded(f"lambda {', '.join(names)}: {text(term)}"), scope)
    found = []
    for row in rows:
        try:
            found.append(plain(run(*copy.deepcopy(row))))
        except raised:
            found.append(MISSING)
    return found


def agrees(term: Term, leaves: Sequence[Term], results: Values) -> bool:
    """What the term is written as gives the results, run on copies of what the leaves stand for."""
    names = list(map(text, leaves))
    scope = dict(namespace())
    raised: tuple[type[Exception], ...] = PRUNED
    try:
        for need in term.needs:
            exec(need, scope)
        raised += faults(scope)
        run = eval(guarded(f"lambda {', '.join(names)}: {text(term)}"), scope)
        rows = zip(*(leaf.values for leaf in leaves), strict=True)
        return all(same(run(*copy.deepcopy(row)), result) for row, result in zip(rows, results, strict=True))
    except raised:
        return False


def faults(scope: Mapping[str, Any]) -> tuple[type[Exception], ...]:
    """The exceptions that a module defines itself."""
    return tuple(kind for kind in scope.values() if isinstance(kind, type) and issubclass(kind, Exception))
