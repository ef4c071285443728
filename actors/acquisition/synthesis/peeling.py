"""Numbers with a step taken back: an argument that multiplies them, or a bound that cuts them off."""

from collections.abc import Iterator, Sequence
from typing import Final

from actors.acquisition.synthesis.binding import Solve, restricted
from actors.acquisition.synthesis.prose import numbers_in
from actors.acquisition.synthesis.term import Term, composed
from actors.acquisition.synthesis.values import Values, kind_of_all

TIMES_COST: Final = 3
"""What multiplying by an argument costs. *derived*: as in the table of numbers."""

BOUND_COST: Final = 3
"""What a bound costs. *derived*: as in the table of numbers."""

PLACES: Final = 6
"""Decimals up to which a quotient is taken for a number that was meant. *chosen*: others come of chance."""

BACKED: Final = 2
"""Examples at a bound that the goal does not name. *chosen*: one would be remembering."""

OPEN: Final = 3
"""Examples within the bounds, at least. *chosen*: fewer tell too little."""


def multiplied(leaves: Sequence[Term], results: Values, solve: Solve) -> Iterator[Term]:
    """An argument times what the other arguments give."""
    for term in leaves if len(leaves) > 1 else ():
        if term.kind not in ("int", "float") or 0 in term.values or len(set(term.values)) < len(set(results)) - 1:
            continue
        quotients = tuple(round(y / x, 9) for x, y in zip(term.values, results, strict=True))
        if any(round(value, PLACES) != value for value in quotients) or len(set(quotients)) < 2:
            continue
        wanted = tuple(int(value) if value == int(value) else value for value in quotients)
        body = solve([other for other in leaves if other is not term], wanted)
        if body is not None and body.uses:
            values = tuple(x * y for x, y in zip(term.values, wanted, strict=True))
            yield composed("A * B", (term, body), kind_of_all(values), values, TIMES_COST)


def bounded(leaves: Sequence[Term], results: Values, goal: str, solve: Solve) -> Iterator[Term]:
    """What the examples within the bounds show, and the bound for the others."""
    for name, bound in (("min", max(results)), ("max", min(results))):
        within = [row for row, result in enumerate(results) if result != bound]
        backed = len(results) - len(within) >= BACKED or (bound in numbers_in(goal) and len(within) < len(results))
        if not backed or len(within) < OPEN:
            continue
        body = solve(*restricted(leaves, results, within))
        if body is not None and body.uses:
            yield composed(f"{name}(A, {bound!r})", (body,), kind_of_all(results), results, BOUND_COST)
