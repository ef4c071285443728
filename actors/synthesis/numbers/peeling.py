"""Numbers with a step taken back: an argument that multiplies them, or a bound that cuts them off."""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from actors.synthesis.prose import numbers_in, shares_in
from actors.synthesis.structures.binding import Solve, restricted
from actors.synthesis.term import Term, composed
from actors.synthesis.values import Values, kind_of_all

TIMES_COST: Final = 3
"""What multiplying by an argument costs. *derived*: as in the table of numbers."""

BOUND_COST: Final = 3
"""What a bound costs. *derived*: as in the table of numbers."""

PLACES: Final = 6
"""Decimals up to which a quotient is taken for a number that was meant. *chosen*: others come of chance."""

FLAG_COST: Final = 4
"""What a number costs that an argument adds. *derived*: an operator, the number and the choice"""

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


def added(leaves: Sequence[Term], results: Values, goal: str, solve: Solve) -> Iterator[Term]:
    """A number of the goal added or taken off where an argument is true, or a share of it, and the rest beside it."""
    for flag in leaves:
        if flag.kind != "bool" or len(set(flag.values)) < 2:
            continue
        rest = [other for other in leaves if other is not flag]
        for template, undone in _steps(goal):
            wanted = tuple(undone(y) if on else y for on, y in zip(flag.values, results, strict=True))
            body = (
                solve(rest, tuple(int(value) if value == int(value) else value for value in wanted)) if rest else None
            )
            if body is not None and body.uses:
                yield composed(template, (body, flag), kind_of_all(results), results, FLAG_COST)


def _steps(goal: str) -> Iterator[tuple[str, Callable[[float], float]]]:
    """What a true argument may do to a number, and how it is undone."""
    for number in dict.fromkeys(numbers_in(goal)):
        yield f"A + ({number!r} if B else 0)", functools.partial(_less, number)
        yield f"A - ({number!r} if B else 0)", functools.partial(_less, -number)
    for share in shares_in(goal):
        if share:
            yield f"A * ({share!r} if B else 1)", functools.partial(_over, share)


def _less(number: float, value: float) -> float:
    return round(value - number, 9)


def _over(share: float, value: float) -> float:
    return round(value / share, 9)


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
