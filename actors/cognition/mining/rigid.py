"""Steps that occur in a habit only: each follows from the one before, so that a chain of single steps explains them.

Where steps of a log depend sharply on the one before anyway, such a path is nothing special, and none is told.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np

from actors.cognition.mining.null import Null
from actors.cognition.mining.streams import Floats, Ints, Streams

BOTH: Final = 0.8
"""Share of two steps that come together, of either, from which they are bound to each other. *chosen*"""
ONE: Final = 0.9
"""Share of one step that comes with another, from which it is bound to it. *chosen*"""
SHARP: Final = 0.35
"""Median chance of the likeliest next step, over steps that are not bound, from which a log is sharp. *measured*: logs
of Markov noise with few successors a step lie above .5, others below .3"""


class Rigid:
    """Pairs of steps that are bound to each other, or one to the other."""

    def __init__(self, streams: Streams, nulls: Mapping[int, Null], least: int) -> None:
        self._count = len(streams.code)
        self._often = np.bincount(streams.code, minlength=streams.alphabet).astype(float)
        reach = max(nulls)
        before, after, together = nulls[reach].pairs()
        forward, backward = together / self._often[before], together / self._often[after]
        enough = (together >= least) & (before != after)
        both = enough & (np.minimum(forward, backward) >= BOTH)
        either = enough & (np.maximum(forward, backward) >= ONE)
        if self._sharp(nulls[min(nulls)], np.union1d(before[both], after[both])):
            both, either = np.zeros_like(both), np.zeros_like(either)
        self._both = set(zip(before[both].tolist(), after[both].tolist(), strict=True))
        self._either = self._both | set(zip(before[either].tolist(), after[either].tolist(), strict=True))

    def holds(self, word: tuple[int, ...]) -> bool:
        """Whether all pairs are bound, and one of them both ways."""
        pairs = list(pairwise(word))
        return all(pair in self._either for pair in pairs) and any(pair in self._both for pair in pairs)

    def expected(self, word: tuple[int, ...], reach: int) -> float:
        """Occurrences if the steps were independent of each other."""
        share: Floats = self._often[list(word)] / self._count
        return float(self._count * np.prod(share) * reach ** (len(word) - 1))

    def words(self) -> list[tuple[int, ...]]:
        """The paths of three steps."""
        follow: dict[int, list[int]] = {}
        for before, after in sorted(self._either):
            follow.setdefault(before, []).append(after)
        paths = [(first, second, third) for first, second in self._either for third in follow.get(second, ())]
        return [path for path in sorted(paths) if len(set(path)) == len(path) and self.holds(path)]

    def _sharp(self, null: Null, bound: Ints) -> bool:
        before, _, together = null.pairs()
        likeliest = np.zeros(len(self._often))
        np.maximum.at(likeliest, before, together / self._often[before])
        rest = np.setdiff1d(np.flatnonzero(self._often), bound)
        return bool(len(rest)) and float(np.median(likeliest[rest])) >= SHARP
