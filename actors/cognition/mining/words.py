"""Words that occur again and again: sequences of steps, with up to some other steps between each two."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from actors.cognition.mining.significance import Tables
from actors.cognition.mining.streams import Floats, Ints, Streams

MOST_INSTANCES: Final = 24_000_000
"""Most occurrences that are held at a time. *chosen*: 600 MB"""


class Words(NamedTuple):
    """Words of one length, shape (words, length), and how many starts each has, shape (words,)."""

    steps: Ints
    starts: Ints
    owed: Floats
    """Log p, at a glance, that each step depends on the last one alone, shape (words,)."""


def repeated(streams: Streams, reach: int, longest: int, least: int) -> Iterator[Words]:
    """All words of two steps and more with at least so many starts, by length.

    Each step stands at most `reach` places after the one before it, in the same run. A word that is rarer than `least`
    has no longer word that is not, so each length is built from what the one before has left.
    """
    count = len(streams.code)
    start = end = np.arange(count)
    word = streams.code
    often = np.bincount(streams.code, minlength=streams.alphabet)
    tables = Tables(count)
    known = Words(np.arange(streams.alphabet)[:, None], often, np.zeros(streams.alphabet))
    pairs = known
    for _ in range(2, longest + 1):
        if len(start) * reach > MOST_INSTANCES:
            return
        start, end, key = _longer(streams, reach, start, end, word)
        if not len(key):
            return
        keys, found = np.unique(key, return_inverse=True)
        starts = np.bincount(np.unique(found * count + start) // count, minlength=len(keys))
        kept = starts >= least
        if not kept.any():
            return
        number = np.cumsum(kept) - 1
        stays = kept[found]
        start, end, word = start[stays], end[stays], number[found[stays]]
        parent, last = np.divmod(keys[kept], streams.alphabet)
        steps = np.column_stack((known.steps[parent], last))
        owed = known.owed[parent]
        if steps.shape[1] > 2:
            both, led = starts[kept], known.starts[parent]
            goes_on = _of_pairs(pairs, steps[:, -2:], streams.alphabet)
            both = np.minimum(both, goes_on)
            owed = owed + tables.log_tail(both, led, goes_on, np.maximum(often[steps[:, -2]], led + goes_on - both))
        known = Words(steps, starts[kept], owed)
        if steps.shape[1] == 2:
            pairs = known
        yield known


def _of_pairs(pairs: Words, wanted: Ints, alphabet: int) -> Ints:
    """How many starts each pair has, in the order of their keys; 0 for one that is too rare itself."""
    keys = pairs.steps[:, 0] * alphabet + pairs.steps[:, 1]
    key = wanted[:, 0] * alphabet + wanted[:, 1]
    place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
    return np.where(keys[place] == key, pairs.starts[place], 0)


def _longer(streams: Streams, reach: int, start: Ints, end: Ints, word: Ints) -> tuple[Ints, Ints, Ints]:
    """Each occurrence with each step that may follow: start, new end, and key of the longer word."""
    starts, ends, keys = [], [], []
    for distance in range(1, reach + 1):
        inside = end + distance < len(streams.code)
        later = end[inside] + distance
        same = streams.run[later] == streams.run[end[inside]]
        later = later[same]
        starts.append(start[inside][same])
        ends.append(later)
        keys.append(word[inside][same] * streams.alphabet + streams.code[later])
    return np.concatenate(starts), np.concatenate(ends), np.concatenate(keys)
