"""BOSS: best order score search (Andrews et al. 2023). An order of the variables is improved one variable at a time.

Given an order, each variable's parents are grown and shrunk among those before it; the order with the best sum of
scores wins. Several starts.
"""

from typing import Final

import numpy as np

from actors.cognition.causal.graph import order as causes_first
from actors.cognition.causal.knowledge import Knowledge
from actors.cognition.causal.scores import Score
from actors.cognition.causal.table import Edges

LEAST: Final = 1e-9
"""Least gain that counts. *derived*: rounding of sums of scores"""
BROKEN: Final = -1e15
"""Score of a variable that stands before one of its required causes. *chosen*: below every score"""


class Boss:
    """One search over one score; what it found out about a variable and those before it is kept."""

    def __init__(self, score: Score, known: Knowledge) -> None:
        self._score = score
        self._size = score.size
        self._required = [frozenset(np.flatnonzero(known.required[:, at]).tolist()) for at in range(self._size)]
        self._barred = [frozenset(np.flatnonzero(known.forbidden[:, at]).tolist()) for at in range(self._size)]
        self._kept: dict[tuple[int, frozenset[int]], tuple[float, frozenset[int]]] = {}

    def search(self, start: list[int]) -> tuple[float, list[int]]:
        """The score and the order to which the start is improved."""
        order, best = list(start), self._total(start)
        improved = True
        while improved:
            improved = False
            for node in list(order):
                total, moved = self._moved(order, node)
                if total > best + LEAST:
                    order, best, improved = moved, total, True
        return best, order

    def graph(self, order: list[int]) -> Edges:
        """The directed graph of an order."""
        edges = np.zeros((self._size, self._size), dtype=bool)
        for place, node in enumerate(order):
            edges[list(self._parents(node, frozenset(order[:place]))[1]), node] = True
        return edges

    def _total(self, order: list[int]) -> float:
        return sum(self._parents(node, frozenset(order[:place]))[0] for place, node in enumerate(order))

    def _moved(self, order: list[int], node: int) -> tuple[float, list[int]]:
        """The best place for one node while the others keep their order."""
        rest = [each for each in order if each != node]
        before, after, own = [0.0], [], []
        ahead: frozenset[int] = frozenset()
        for each in rest:
            own.append(self._parents(node, ahead)[0])
            before.append(before[-1] + self._parents(each, ahead)[0])
            after.append(self._parents(each, ahead | {node})[0])
            ahead |= {each}
        own.append(self._parents(node, ahead)[0])
        behind = np.concatenate([np.cumsum(after[::-1])[::-1], [0.0]])
        totals = np.array(before) + np.array(own) + behind
        place = int(np.argmax(totals))
        return float(totals[place]), [*rest[:place], node, *rest[place:]]

    def _parents(self, node: int, ahead: frozenset[int]) -> tuple[float, frozenset[int]]:
        """The parents of a node among those ahead of it, grown and then shrunk, and their score."""
        if not self._required[node] <= ahead:
            return BROKEN, self._required[node]
        ahead = ahead - self._barred[node]
        key = (node, ahead)
        if key not in self._kept:
            self._kept[key] = self._score.parents(node, self._required[node], ahead)
        return self._kept[key]


def boss(score: Score, known: Knowledge, starts: int, rng: np.random.Generator) -> Edges:
    """The directed graph of the best order from several starts."""
    search = Boss(score, known)
    first = causes_first(known.required)
    orders = [first, *(_permitted(known, rng) for _ in range(starts - 1))]
    return search.graph(max(search.search(each) for each in orders)[1])


def _permitted(known: Knowledge, rng: np.random.Generator) -> list[int]:
    """A random order in which required causes come first."""
    shuffled = rng.permutation(len(known.required))
    return [int(shuffled[at]) for at in causes_first(known.required[np.ix_(shuffled, shuffled)])]
