"""Habits that several agents carry out together: what each does is owed to what another did before.

Each agent's own steps are turned round against those of the others: that keeps how each acts and takes away what they
do together. A word that is as frequent then as it is in the log is no habit across agents.
"""

from typing import Final

import numpy as np

from actors.cognition.mining.discovery import RATE, Explained
from actors.cognition.mining.evidence import Judged
from actors.cognition.mining.matching import Index
from actors.cognition.mining.significance import log_tail
from actors.cognition.mining.streams import Ints, Streams

TURNS: Final = 19
"""Rounds of turning. *chosen*: their mean is known to a fifth where chance gives one a round"""
STRETCH: Final = 30
"""Places within which several occurrences count as one here. *chosen*: ten steps at the widest reach; agents that
happen to repeat a step at the same time make a dozen occurrences in such a stretch, all of one chance"""
TOGETHER: Final = 0.5
"""Share of the occurrences with more than one agent from which a habit is across agents. *chosen*"""


def across(streams: Streams, who: Ints, found: Explained, dice: np.random.Generator) -> list[Judged]:
    """Those that agents carry out together, with the greater of both expectations.

    `who` tells for each step which agent made it. What several agents do at once is no chain of single steps even where
    each of them acts by one, so the turned log has to deny as many words as were looked at.
    """
    shared = [one for one in found.habits if np.mean((who[one.places] != who[one.places[:, :1]]).any(1)) >= TOGETHER]
    if not shared:
        return []
    expected = np.zeros(len(shared))
    for _ in range(TURNS):
        index = Index(streams._replace(code=_turned(streams.code, who, dice)))
        expected += [_stretches(index.occurrences(np.array(one.steps), one.reach)) / TURNS for one in shared]
    expected = np.maximum(expected, 1 / TURNS)
    log_p = log_tail(np.array([_stretches(one.places) for one in shared], float), expected)
    return [
        one._replace(expected=max(one.expected, float(mean)), log_p=max(one.log_p, float(p)))
        for one, mean, p in zip(shared, expected, log_p, strict=True)
        if p <= np.log(RATE / max(1, found.tests))
    ]


def _stretches(places: Ints) -> int:
    """How many stretches of the log have an occurrence."""
    count, last = 0, -STRETCH
    for start in places[:, 0].tolist():
        if start - last >= STRETCH:
            count, last = count + 1, start
    return count


def _turned(code: Ints, who: Ints, dice: np.random.Generator) -> Ints:
    """Each agent's steps moved on by a share of them, in the places that are its own."""
    turned = code.copy()
    for agent in np.unique(who):
        own = np.flatnonzero(who == agent)
        turned[own] = np.roll(code[own], int(dice.integers(len(own))))
    return turned
