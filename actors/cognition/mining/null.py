"""What would be seen without habits: each step depends on the one before it, and on who acts, and on nothing else.

A first-order Markov chain per agent, drawn towards the one of all agents as far as they act alike. How often a word is
expected follows from it exactly, also with other steps between its own, since the chance of a step at a distance is
counted at that distance.
"""

from itertools import pairwise
from typing import Final

import numpy as np

from actors.cognition.mining.streams import Floats, Ints, Streams

WEIGHTS: Final = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1_000.0, 1e9)
"""Steps that the chain of all agents counts for beside an agent's own; the last is that of agents who act alike.
*chosen*: a grid by factors of three"""
SMOOTH: Final = 0.5
"""Of a step that was never seen after another, spread over the alphabet. *cited*: Jeffreys"""


class Null:
    """Chances of a step within `reach` places after another, by agent; sparse, since few pairs occur."""

    def __init__(self, streams: Streams, reach: int) -> None:
        self._size = streams.alphabet
        self._reach = reach
        self._agents = len(streams.agents)
        self.first = np.zeros((self._agents, self._size))
        """How often each agent does each step, shape (agents, alphabet)."""
        np.add.at(self.first, (streams.who, streams.code), 1.0)
        self._keys, self._counts = _pairs(streams, reach)
        pair = self._keys % (self._size * self._size)
        self._all_keys, inverse = np.unique(pair, return_inverse=True)
        self._all_counts: Floats = np.bincount(inverse, self._counts, len(self._all_keys)).astype(float)
        self.weight = self._fitted()

    def chance(self, agent: int, before: Ints, after: Ints) -> Floats:
        """How often `after` is expected within reach of a `before` of the agent; above 1 where it may come twice."""
        own = _looked_up(self._keys, self._counts, (agent * self._size + before) * self._size + after)
        shared = _looked_up(self._all_keys, self._all_counts, before * self._size + after)
        mean = (shared + SMOOTH * self._reach / self._size) / (self.first.sum(0)[before] + SMOOTH)
        return np.asarray((own + self.weight * mean) / (self.first[agent][before] + self.weight), float)

    @property
    def alike(self) -> bool:
        """Whether all agents act by one chain."""
        return self.weight >= WEIGHTS[-1]

    def share(self, before: int, after: int) -> float:
        """How often the later step is expected within reach of the earlier one, over all agents; at most 1."""
        one, other = np.array([before]), np.array([after])
        agents = range(self._agents)
        often = float(self.first[:, before].sum())
        met = sum(float(self.first[agent, before] * self.chance(agent, one, other)[0]) for agent in agents)
        return min(1.0, met / often) if often else 0.0

    def expected(self, words: Ints) -> Floats:
        """How many starts of each word are expected, for words of shape (words, length)."""
        if self.alike:
            return self._of_agents(words, self.first.sum(0)[words[:, 0]], 0)
        total = np.zeros(len(words))
        for agent in range(self._agents):
            first = self.first[agent][words[:, 0]]
            acts = first > 0
            total[acts] += self._of_agents(words[acts], first[acts], agent)
        return total

    def without(self, word: tuple[int, ...], count: int) -> float:
        """Starts of the word that are expected of all agents if `count` occurrences of it had not been."""
        often = self.first.sum(0)
        starts = max(0.0, float(often[word[0]]) - count)
        for before, after in pairwise(word):
            met = float(_looked_up(self._all_keys, self._all_counts, np.array([before * self._size + after]))[0])
            spread = SMOOTH * self._reach / self._size
            starts *= (max(0.0, met - count) + spread) / (max(0.0, float(often[before]) - count) + SMOOTH)
        return starts

    def _of_agents(self, words: Ints, starts: Floats, agent: int) -> Floats:
        """Expected words from so many starts, by the chances of the agent."""
        found = starts
        for place in range(words.shape[1] - 1):
            found = found * self.chance(agent, words[:, place], words[:, place + 1])
        return found

    def pairs(self) -> tuple[Ints, Ints, Floats]:
        """Steps, later steps, and how often the one has the other within reach, over all agents."""
        return self._all_keys // self._size, self._all_keys % self._size, self._all_counts

    def _fitted(self) -> float:
        """The weight under which each transition is best foretold by all others (leave one out)."""
        if self._agents == 1:
            return WEIGHTS[-1]
        square = self._size * self._size
        agent, pair = self._keys // square, self._keys % square
        own = self.first[agent, pair // self._size]
        everyone = self.first.sum(0)[pair // self._size]
        shared = _looked_up(self._all_keys, self._all_counts, pair)
        mean = (shared - 1 + SMOOTH * self._reach / self._size) / (everyone - 1 + SMOOTH)
        scores = []
        for weight in WEIGHTS:
            foretold = (self._counts - 1 + weight * mean) / (own - 1 + weight)
            scores.append(float((self._counts * np.log(np.maximum(foretold, 1e-300))).sum()))
        return WEIGHTS[int(np.argmax(scores))]


def foretold(streams: Streams) -> float:
    """Mean log chance of a step after the one before it, each foretold by all others; higher is better explained."""
    keys, counts = _pairs(streams, 1)
    if not len(keys):
        return -np.inf
    size = streams.alphabet
    starts, inverse = np.unique(keys // size, return_inverse=True)
    often = np.bincount(inverse, counts, len(starts))[inverse]
    chance = (counts - 1 + SMOOTH / size) / (often - 1 + SMOOTH)
    return float((counts * np.log(chance)).sum() / counts.sum())


def _pairs(streams: Streams, reach: int) -> tuple[Ints, Floats]:
    """Keys of (agent, step, later step), and how often the later one stands within reach."""
    size = streams.alphabet
    parts = []
    for distance in range(1, reach + 1):
        same = streams.run[distance:] == streams.run[:-distance]
        before, after = streams.code[:-distance][same], streams.code[distance:][same]
        parts.append((streams.who[:-distance][same] * size + before) * size + after)
    keys, counts = np.unique(np.concatenate(parts), return_counts=True)
    return keys, counts.astype(float)


def _looked_up(keys: Ints, values: Floats, wanted: Ints) -> Floats:
    """The value of each wanted key, 0 where there is none."""
    if not len(keys):
        return np.zeros(len(wanted))
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0.0)
