"""Numbers made of two numbers: for one term the other that is missing is computed, and looked up."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from actors.acquisition.synthesis.linear import shown_bits
from actors.acquisition.synthesis.term import Term, composed
from actors.acquisition.synthesis.values import Values

Find: TypeAlias = Callable[[Values], Term | None]
"""Finds the known term that gives these numbers."""

TERMS: Final = 200
"""Numbers that are paired. *chosen*: the cheapest."""

CHANCE_BITS: Final = 18.0
"""Bits that the results have to show. *derived*: log2 of 200 pairs
times 200, and some ways to join them, less what the order by cost rules out."""

FACTORS: Final = (7, 10, 12, 24, 60, 100, 1000, 1024, 3600)
"""Factors between units. *chosen*: those of time, money and sizes."""

JOIN_COST: Final = 3
"""What an operator on two terms costs. *derived*: as in the table of numbers."""

FACTOR_COST: Final = 3
"""What a factor costs: an operator and a literal. *derived*: as in the table of numbers."""


def worth_pairing(term: Term, results: Values) -> bool:
    """The results tell more than two terms would match by chance."""
    return len(set(results)) > 2 and shown_bits(term.values, results) >= CHANCE_BITS


def pairs(term: Term, results: Values, find: Find) -> Iterator[Term]:
    """Programs of this term and another known one that give the results."""
    rows = list(zip(term.values, results, strict=True))
    yield from _with(term, find(tuple(y - x for x, y in rows)), "A + B", results)
    yield from _with(term, find(tuple(x - y for x, y in rows)), "A - B", results)
    yield from _with(term, find(tuple(y + x for x, y in rows)), "B - A", results)
    yield from _with(term, find(tuple(y * x for x, y in rows)), "B / A", results)
    if all(x for x, _ in rows):
        yield from _with(term, find(tuple(y / x for x, y in rows)), "A * B", results)
    if all(y for _, y in rows):
        yield from _with(term, find(tuple(x / y for x, y in rows)), "A / B", results)
    for factor in FACTORS:
        yield from _with(term, find(tuple(y - factor * x for x, y in rows)), f"A * {factor} + B", results, FACTOR_COST)
        yield from _with(
            term, find(tuple((y - x) / factor for x, y in rows)), f"B * {factor} + A", results, FACTOR_COST
        )


def _with(term: Term, other: Term | None, template: str, results: Values, extra: int = 0) -> Iterator[Term]:
    if other is not None:
        kind = "int" if all(isinstance(result, int) for result in results) and "/" not in template else "float"
        yield composed(template, (term, other), kind, results, JOIN_COST + extra)
