"""What speaks for a word being a habit: its occurrences, those that chance would give, and how sure that is.

Two tests, of which the better counts: the number of occurrences against the expected one (Poisson), and whether each
step is owed to those before the last one (Fisher's exact test within each agent). The first sees rare words of frequent
steps, the second frequent words of rare steps.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from actors.cognition.mining.matching import Index
from actors.cognition.mining.null import Null
from actors.cognition.mining.rigid import Rigid
from actors.cognition.mining.significance import Tables, combined, log_tail
from actors.cognition.mining.streams import Floats, Ints, Streams

TESTS: Final = 2
"""Tests of which the better counts. *derived*"""


class Judged(NamedTuple):
    """A word on what is left of the log."""

    steps: tuple[int, ...]
    places: Ints
    """Of its occurrences, shape (occurrences, steps)."""
    expected: float
    """Occurrences that chance alone would give."""
    reach: int
    log_p: float


class Evidence:
    """Judges words on the free places of an index."""

    def __init__(self, streams: Streams, nulls: Mapping[int, Null], least: int, rigid: Rigid | None = None) -> None:
        self.index = Index(streams)
        self.nulls = nulls
        self.least = least
        self._streams = streams
        self.rigid = rigid or Rigid(streams, nulls, least)
        self._tables = Tables(len(streams.code))

    def of(self, word: tuple[int, ...], reach: int) -> Judged | None:
        """The word with up to `reach` places from step to step; None if it is too rare."""
        steps = np.array(word)
        places = self.index.occurrences(steps, reach)
        if len(places) < self.least:
            return None
        expected = float(self.nulls[reach].expected(steps[None])[0])
        if self.rigid.holds(word):
            expected = min(expected, self.rigid.expected(word, reach))
        log_p = float(log_tail(np.array([len(places)]), np.array([expected]))[0])
        owed = self._owed(word, reach, places)
        return Judged(word, places, min(expected, float(len(places))), reach, min(log_p, owed))

    def best(self, word: tuple[int, ...]) -> Judged | None:
        """The word at the reach at which chance explains it least; None if it is too rare."""
        found = [one for reach in self.nulls if (one := self.of(word, reach)) is not None]
        return min(found, key=lambda one: one.log_p, default=None)

    def _owed(self, word: tuple[int, ...], reach: int, places: Ints) -> float:
        """Log p that each step depends on the last one alone and not on those before it.

        Only the occurrences of the whole word count, so that a step that follows a habit by chance does not live on
        what speaks for the habit. A step that occurs twice is tested where it comes last: the two tests would rest on
        the same places.
        """
        index, who, agents = self.index, self._streams.who, len(self._streams.agents)
        if self.nulls[reach].alike:
            who, agents = np.zeros_like(who), 1
        whole = np.bincount(who[places[:, 0]], minlength=agents)
        ends = index.next_to(index.places(word[0]), word[1], reach)
        found: dict[int, Floats] = {}
        for before, after in pairwise(word[1:]):
            all_of = _thinned(index.places(before), reach)
            led = np.isin(all_of, ends)
            goes_on = index.goes_on(all_of, after, reach)
            total, first, second, both = (
                np.bincount(who[all_of[mask]], minlength=agents)
                for mask in (np.ones(len(all_of), bool), led, goes_on, led & goes_on)
            )
            both = np.minimum(both, whole)
            told = (first > 0) & (second > 0)
            found[before] = self._tables.log_tail(both[told], first[told], second[told], total[told])
            ends = index.next_to(ends, after, reach)
        return combined(np.concatenate(list(found.values())))


def _thinned(places: Ints, reach: int) -> Ints:
    """Places further apart than the reach, since what follows closer ones is in part the same."""
    if reach == 1 or not len(places):
        return places
    kept, last = [], -reach - 1
    for place in places.tolist():
        if place - last > reach:
            kept.append(place)
            last = place
    return np.array(kept)
