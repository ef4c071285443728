"""Programs that do what the examples show just as the best one does, and are hardly longer."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Final

from actors.synthesis.bank import Bank
from actors.synthesis.term import Term, text
from actors.synthesis.values import key_of

LIKE: Final = 8
"""A program of like cost costs no more than the best one and this part of it, at least 1. *chosen*"""

NOTED: Final = 200
"""Programs noted at a time, the cheapest. *chosen*"""

TRIED: Final = 20
"""Programs of like cost that are tried. *chosen*: a millisecond each"""

BEYOND: Final = 1_000
"""Candidates still looked at behind the best program's cost. *measured*: 0.03 s, at a median of 0.33 s for 11 tasks
of the benchmark"""


class Rivals:
    """The complete programs that a search came upon."""

    def __init__(self) -> None:
        self._noted: list[Term] = []

    def note(self, term: Term) -> None:
        """The term gives the results."""
        self._noted.append(term)
        if len(self._noted) > 2 * NOTED:
            self._noted = sorted(self._noted, key=_cost)[:NOTED]

    def beside(self, best: Term, bank: Bank, dearness: Callable[[Term], int]) -> list[Term]:
        """The cheapest that are of like cost and written in another way; not tried yet."""
        found: dict[str, tuple[int, Term]] = {}
        plain = dataclasses.replace(best, cost=2 * best.cost - dearness(best))  # what was added is added again below
        for term in (*self._noted, *_varied(plain, bank)):
            cost = dearness(term)
            if cost <= like(best.cost):
                found.setdefault(text(term), (cost, term))
        found.pop(text(best), None)
        ranked = sorted(found.values(), key=lambda ranked: ranked[0])
        return [term for _, term in ranked[:TRIED]]


def like(cost: int) -> int:
    """The greatest cost that is like this one."""
    return cost + max(1, cost // LIKE)


def _cost(term: Term) -> int:
    return term.cost


def _varied(term: Term, bank: Bank) -> Iterator[Term]:
    """The term with one of its parts, or itself, made in another way."""
    yield from bank.others(key_of(term.kind, term.values))
    for place, part in enumerate(term.parts):
        for other in _varied(part, bank):
            parts = (*term.parts[:place], other, *term.parts[place + 1 :])
            needs = _needs(term.component.needs, parts)
            uses = term.uses | other.uses
            cost = term.cost + other.cost - part.cost
            yield dataclasses.replace(term, parts=parts, cost=cost, needs=needs, uses=uses)


def _needs(needs: tuple[str, ...], parts: tuple[Term, ...]) -> tuple[str, ...]:
    for part in parts:
        needs += tuple(need for need in part.needs if need not in needs)
    return needs
