"""Numbers made of two numbers: for one term the other that is missing is computed, and looked up."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from actors.synthesis.numbers.linear import shown_bits
from actors.synthesis.term import Term, composed
from actors.synthesis.values import Values

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


def worth_pairing(shown: Values, results: Values) -> bool:
    """The results tell more than two terms would match by chance, where so many different numbers are shown."""
    return len(set(results)) > 2 and shown_bits(shown, results) >= CHANCE_BITS


def needs(term: Term, results: Values) -> Iterator[tuple[Values, str, int]]:
    """The numbers that another term would have to give, how the two are written, and what that costs more."""
    rows = list(zip(term.values, results, strict=True))
    yield tuple(y - x for x, y in rows), "A + B", 0
    yield tuple(x - y for x, y in rows), "A - B", 0
    yield tuple(y + x for x, y in rows), "B - A", 0
    yield tuple(y * x for x, y in rows), "B / A", 0
    if all(x for x, _ in rows):
        yield tuple(y / x for x, y in rows), "A * B", 0
    if all(y for _, y in rows):
        yield tuple(x / y for x, y in rows), "A / B", 0
    for factor in FACTORS:
        yield tuple(y - factor * x for x, y in rows), f"A * {factor} + B", FACTOR_COST
        yield tuple((y - x) / factor for x, y in rows), f"B * {factor} + A", FACTOR_COST


def paired(term: Term, other: Term, template: str, results: Values, extra: int) -> Term:
    """The two terms as one number."""
    kind = "int" if all(isinstance(result, int) for result in results) and "/" not in template else "float"
    return composed(template, (term, other), kind, results, JOIN_COST + extra)


class Pairing:
    """What the terms so far still need to make the results, so that a later one is known when it comes."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._needed: dict[Values, tuple[Term, str, int]] = {}

    def of(self, term: Term, results: Values, opens: bool) -> Iterator[Term]:
        """The pairs that this term makes with earlier ones; what it needs itself is remembered, if it opens a pair."""
        if term.values in self._needed:
            other, template, extra = self._needed[term.values]
            # what takes two values is a choice by another name, and beside what was computed it fits by chance
            if worth_pairing(term.values, results) or (not other.parts and len(set(term.values)) > 2):
                yield paired(other, term, template, results, extra)
        for values, template, extra in needs(term, results) if opens and worth_pairing(term.values, results) else ():
            found = self._find(values)
            if found is not None:
                yield paired(term, found, template, results, extra)
            else:
                self._needed.setdefault(values, (term, template, extra))
