"""The fewest habits that explain the log: each takes the steps that it explains away from those after it.

A greedy cover by minimum description length. What a habit saves is how much less likely its count is by chance, less
the steps that must be told to name it. A part of a habit that is left over where the habit was broken off is no habit
of its own.
"""

import heapq
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from actors.cognition.mining.evidence import Evidence, Judged
from actors.cognition.mining.streams import Ints, Streams

LONGEST: Final = 16
"""Most steps of a habit. *chosen*"""
BRANCHES: Final = 4
"""Steps that are tried as the next one of a habit, the most frequent first. *chosen*"""


class Habit(NamedTuple):
    """A word that the log holds more often than chance explains."""

    judged: Judged
    gain: float
    """Nats that it saves, less those that name it; it ranks, and that the habit is none of chance is told apart."""

    @property
    def steps(self) -> tuple[int, ...]:
        """Indices of its steps."""
        return self.judged.steps


class Cover:
    """The habits found so far, and what is left to explain."""

    def __init__(self, streams: Streams, evidence: Evidence, bar: float) -> None:
        self._streams = streams
        self._evidence = evidence
        self._bar = bar
        self._widest = max(evidence.nulls)

    def habits(self, candidates: Iterable[tuple[int, ...]]) -> list[Habit]:
        """The habits among the candidates and what they grow into, the one that saves most first."""
        heap: list[tuple[float, int, tuple[int, ...]]] = []
        for word in dict.fromkeys(candidates):
            if (habit := self._judged(word)) is not None:
                heapq.heappush(heap, (-habit.gain, 0, word))
        found: list[Habit] = []
        while heap:
            _, version, word = heapq.heappop(heap)
            habit = self._judged(word)
            if habit is None or any(_part_of(habit, whole) for whole in found):
                continue
            if version < len(found) and heap and habit.gain < -heap[0][0]:
                heapq.heappush(heap, (-habit.gain, len(found), word))
                continue
            habit = self._grown(habit)
            if not any(_part_of(habit, whole) for whole in found):
                self._evidence.index.cover(self._evidence.index.occurrences(np.array(habit.steps), self._widest))
                found.append(habit)
        return found

    def _judged(self, word: tuple[int, ...]) -> Habit | None:
        """What the word saves on what is left, at the reach at which it saves most; None if chance explains it."""
        best: Habit | None = None
        for reach in self._evidence.nulls:
            judged = self._evidence.of(word, reach)
            if judged is None or judged.log_p > self._bar:
                continue
            gain = -judged.log_p - len(word) * float(np.log(self._streams.alphabet))
            if best is None or gain > best.gain:
                best = Habit(judged, gain)
        return best

    def _grown(self, habit: Habit) -> Habit:
        """The habit that this one is a part of: longer as long as that saves more."""
        while len(habit.steps) < LONGEST:
            longer = [self._judged(each) for each in self._longer(habit)]
            best = max((each for each in longer if each is not None), key=lambda each: each.gain, default=None)
            if best is None or best.gain <= habit.gain:
                break
            habit = best
        return habit

    def _longer(self, habit: Habit) -> Iterable[tuple[int, ...]]:
        """The word with one step more, before it or after it."""
        places = habit.judged.places
        for step in self._near(places[:, -1], range(1, self._widest + 1)):
            yield (*habit.steps, step)
        for step in self._near(places[:, 0], range(-self._widest, 0)):
            yield (step, *habit.steps)

    def _near(self, places: Ints, distances: range) -> list[int]:
        """The most frequent free steps at these distances."""
        counts = np.zeros(self._streams.alphabet, np.int64)
        for distance in distances:
            near = places + distance
            inside = (near >= 0) & (near < len(self._streams.code))
            near, here = near[inside], places[inside]
            same = (self._streams.run[near] == self._streams.run[here]) & self._evidence.index.free[near]
            counts += np.bincount(self._streams.code[near[same]], minlength=self._streams.alphabet)
        top = np.argsort(-counts, kind="stable")[:BRANCHES]
        return [int(step) for step in top if counts[step] >= self._evidence.least]


def _part_of(habit: Habit, whole: Habit) -> bool:
    """Whether the habit is what is left of the whole where that was broken off."""
    rest = iter(whole.steps)
    return len(habit.judged.places) < len(whole.judged.places) and all(step in rest for step in habit.steps)
