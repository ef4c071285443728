"""Occurrences of one word in the runs, each as tight as it can be, none overlapping another."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from actors.cognition.mining.streams import Ints, Streams

Mask = NDArray[np.bool_]


class Index:
    """Where each step stands that no habit has explained yet."""

    def __init__(self, streams: Streams) -> None:
        self._run = streams.run
        order = np.argsort(streams.code, kind="stable")
        bounds = np.searchsorted(streams.code[order], np.arange(streams.alphabet + 1))
        self._places = [order[first:last] for first, last in pairwise(bounds)]
        self.free: Mask = np.ones(len(streams.code), bool)

    def places(self, step: int) -> Ints:
        """Free places of the step, rising."""
        known = self._places[step]
        return known[self.free[known]]

    def cover(self, found: Ints) -> None:
        """These places are explained."""
        self.free[found.ravel()] = False

    def goes_on(self, places: Ints, step: int, reach: int) -> Mask:
        """Which of the places have the step within reach behind them."""
        return self._next(places, step, reach)[1]

    def next_to(self, places: Ints, step: int, reach: int) -> Ints:
        """The next place of the step behind each place that has one within reach, each once."""
        after, fits = self._next(places, step, reach)
        return np.unique(after[fits])

    def occurrences(self, word: Ints, reach: int) -> Ints:
        """Places of each occurrence, shape (occurrences, length); of those that end alike the one that begins last."""
        found = self.places(int(word[0]))[:, None]
        for step in word[1:]:
            after, fits = self._next(found[:, -1], int(step), reach)
            found = np.column_stack((found[fits], after[fits]))
            if len(found):
                found = found[np.r_[found[1:, -1] != found[:-1, -1], True]]
        return _apart(found)

    def _next(self, places: Ints, step: int, reach: int) -> tuple[Ints, Mask]:
        later = self.places(step)
        if not len(later) or not len(places):
            return places, np.zeros(len(places), bool)
        at = np.searchsorted(later, places, side="right")
        after = later[np.minimum(at, len(later) - 1)]
        fits = (at < len(later)) & (after - places <= reach) & (self._run[after] == self._run[places])
        return after, fits


def _apart(found: Ints) -> Ints:
    """Those that begin after the one kept before them ended."""
    kept, last = [], -1
    for place, (first, end) in enumerate(zip(found[:, 0].tolist(), found[:, -1].tolist(), strict=True)):
        if first > last:
            kept.append(place)
            last = end
    return found[kept]
