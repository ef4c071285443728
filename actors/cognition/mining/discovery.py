"""From runs of steps to habits: words that occur too often, and the fewest of them that explain the rest."""

from typing import Final, NamedTuple

import numpy as np

from actors.cognition.mining.cover import Cover
from actors.cognition.mining.evidence import TESTS, Evidence, Judged
from actors.cognition.mining.null import Null
from actors.cognition.mining.pieces import whole_habits
from actors.cognition.mining.significance import log_bar, log_tail
from actors.cognition.mining.streams import Streams
from actors.cognition.mining.words import repeated

RATE: Final = 1e-3
"""False discovery rate over all words looked at. *cited*: the design of the reasoning, as measured there"""
SHORTEST: Final = 3
"""Fewest steps of a habit. *derived*: two steps are what the chain of single steps explains"""
LENGTHS: Final = {1: 10, 3: 4}
"""Longest word looked at, by reach: close together, and with up to two other steps between. *chosen*: each length with
others between takes three times the work; longer habits grow from these"""
MOST: Final = 4_000
"""Most words that are judged singly, the most surprising first. *chosen*: some ms each"""


class Explained(NamedTuple):
    """The habits, and how many tests were made to find them."""

    habits: list[Judged]
    tests: int


def explained(streams: Streams, least: int) -> Explained:
    """The habits of the runs with at least so many occurrences."""
    if not len(streams.code):
        return Explained([], 0)
    nulls = {reach: Null(streams, reach) for reach in LENGTHS}
    evidence = Evidence(streams, nulls, least)
    surprise: dict[tuple[int, ...], float] = dict.fromkeys(evidence.rigid.words(), -np.inf)
    tests = len(surprise)
    for reach in LENGTHS:
        tests += _surprising(streams, nulls[reach], reach, least, surprise)
    words = sorted(surprise, key=lambda word: surprise[word])[:MOST]
    best = np.array([one.log_p if (one := evidence.best(word)) is not None else 0.0 for word in words])
    tests *= TESTS * len(nulls)
    bar = log_bar(best, tests, RATE)
    found = [word for word, log_p in zip(words, best, strict=True) if log_p <= bar]
    covered = [habit.judged for habit in Cover(streams, evidence, bar).habits(found)]
    evidence.index.free[:] = True
    return Explained(whole_habits(covered, evidence, bar), tests)


def _surprising(streams: Streams, null: Null, reach: int, least: int, surprise: dict[tuple[int, ...], float]) -> int:
    """Put the words that look too frequent into `surprise`, at the first glance; how many were looked at."""
    tests = 0
    for found in repeated(streams, reach, LENGTHS[reach], least):
        if found.steps.shape[1] < SHORTEST:
            continue
        tests += len(found.steps)
        log_p = np.minimum(log_tail(found.starts.astype(float), null.expected(found.steps)), found.owed)
        likely = log_p <= np.log(RATE)
        for word, value in zip(map(tuple, found.steps[likely].tolist()), log_p[likely].tolist(), strict=True):
            surprise[word] = min(value, surprise.get(word, 0.0))
    return tests
