"""Is a task of a domain that nobody here knows? Any two of four signs say so.

A domain is known by how often the words of its tools fall into each of `BUCKETS` buckets; a task by its own words. The
detector is tried on planted domains, whose words are drawn anew, so that its recall is measured and not believed.
"""

import math
import random
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

BUCKETS: Final = 1024
"""Buckets that words fall into. *chosen*: the hundreds of words of a domain seldom share one"""
ALIKE: Final = 0.3
"""A task that is less similar to every known domain has this sign. *cited*: specification of autonomy, section 1"""
PROMISING: Final = 0.3
"""The five best strategies are all worth less: the third sign. *cited*: the same section"""
STRATEGIES: Final = 5
"""How many of them are looked at. *cited*: the same section"""
DEVIATIONS: Final = 2.0
"""A prediction error so many standard deviations above its mean is the second sign. *cited*: the same section"""
SIGNS: Final = 2
"""How many of the four signs make a domain unknown. *cited*: the same section"""
EQUAL: Final = 1e-9
"""Past values that differ by less are all the same. *chosen*: what rounding leaves"""
FEWEST: Final = 10
"""Values before a mean and deviation are believed. *chosen*"""
FAR: Final = 3.0
"""Bound of the divergence in nats until known tasks gave one of their own. *chosen*: 20 times less likely a word"""
SMOOTHING: Final = 0.1
"""What every bucket holds before a word has fallen into it. *chosen*: all together as much as a domain of 100 words"""
PLANTED_WORDS: Final = 12
"""Words of a planted task. *chosen*: a goal in two sentences"""
WORD: Final = re.compile(r"[a-z][a-z0-9]+")
COMMON: Final = frozenset(
    (
        *("the", "and", "for", "from", "with", "that", "this", "into", "its", "are", "all", "one", "text", "value"),
        *("values", "return", "returns", "given", "each", "list", "a", "an", "of", "to", "in", "is", "it", "as"),
        *("by", "or", "on", "be"),
    )
)
"""Words that every goal has. *chosen*"""

Features = Mapping[int, int]
"""Bucket -> how many words have fallen into it."""


def features(text: str) -> dict[int, int]:
    """How many of the text's words fall into each bucket."""
    words = WORD.findall(text.lower().replace("_", " "))
    return dict(Counter(zlib.crc32(word.encode()) % BUCKETS for word in words if word not in COMMON))


def similarity(one: Features, other: Features) -> float:
    """Cosine of the two; 0 if one of them is empty."""
    shared = one.keys() & other.keys()
    if not shared:
        return 0.0
    size = math.sqrt(sum(x * x for x in one.values()) * sum(x * x for x in other.values()))
    return sum(one[bucket] * other[bucket] for bucket in shared) / size


def divergence(task: Features, known: Features) -> float:
    """Kullback-Leibler divergence of the task's words from the known ones, in nats; 0 for a task without words."""
    total, size = sum(task.values()), sum(known.values()) + SMOOTHING * BUCKETS
    return sum(
        count / total * math.log(count / total * size / (known.get(bucket, 0) + SMOOTHING))
        for bucket, count in task.items()
    )


def promise(task: Features, skills: Iterable[tuple[Features, float]]) -> list[float]:
    """What the best strategies are worth, best first: each skill by its similarity times its confidence."""
    worth = sorted((similarity(task, known) * confidence for known, confidence in skills), reverse=True)
    return worth[:STRATEGIES]


class Sight(NamedTuple):
    """What is seen of a task; a sign that can't be told is None."""

    similar: float | None
    """To the most similar known domain."""
    error: float | None
    """Of the prediction, in standard deviations above the mean of past errors."""
    promise: float | None
    """Of the best strategy."""
    divergence: float | None
    bound: float = FAR


def signs(sight: Sight) -> int:
    """How many of the four signs the task has."""
    return sum(
        (
            sight.similar is not None and sight.similar < ALIKE,
            sight.error is not None and sight.error > DEVIATIONS,
            sight.promise is not None and sight.promise < PROMISING,
            sight.divergence is not None and sight.divergence > sight.bound,
        )
    )


def is_unknown(sight: Sight) -> bool:
    """Any two of the four signs."""
    return signs(sight) >= SIGNS


def look(
    task: Features,
    domains: Mapping[str, Features],
    skills: Iterable[tuple[Features, float]],
    bound: float,
    error: float | None = None,
) -> Sight:
    """What is seen of a task beside the known domains and skills; there must be a domain."""
    nearest = max(domains, key=lambda name: similarity(task, domains[name]))
    worth = promise(task, skills)
    return Sight(
        similarity(task, domains[nearest]),
        error,
        worth[0] if worth else None,
        divergence(task, domains[nearest]),
        bound,
    )


def standardised(value: float, past: Sequence[float]) -> float | None:
    """How many standard deviations the value is above the mean of those before; None with too few of them."""
    if len(past) < FEWEST:
        return None
    mean, deviation = _moments(past)
    if deviation > EQUAL:
        return (value - mean) / deviation
    return math.inf if value > mean + EQUAL else 0.0


def bound_of(past: Sequence[float]) -> float:
    """Mean and two deviations of the divergences of known tasks; `FAR` while there are too few."""
    if len(past) < FEWEST:
        return FAR
    mean, deviation = _moments(past)
    return mean + DEVIATIONS * deviation


def _moments(values: Sequence[float]) -> tuple[float, float]:
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))


def planted(rng: random.Random) -> dict[int, int]:
    """The features of a task of a domain that does not exist: words drawn anew."""
    return dict(Counter(rng.randrange(BUCKETS) for _ in range(PLANTED_WORDS)))
