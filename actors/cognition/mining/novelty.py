"""How unlike everything known a pattern is, by an embedding that sees the order of steps.

A pattern is the bag of its ordered pairs, nearer pairs counting more, so the same steps in another order are another
point. The nearest by cosine are ranked again by their longest common subsequence.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from actors.cognition.mining.order import likeness

NOVEL: Final = 0.75
"""Least novelty of what is kept as new. *cited*: specification of cognition, section 3"""
NEAREST: Final = 10
"""Known patterns that are ranked again. *chosen*"""

Vector = dict[tuple[str, str], float]


class Novelty(NamedTuple):
    """One minus the greatest cosine, and what it is most like."""

    value: float
    nearest: tuple[str, ...]
    """Empty if nothing is known."""
    likeness: float


def embedded(steps: Sequence[str]) -> Vector:
    """Skip-grams of the steps, each weighted by one over its distance, at unit length."""
    weights: Counter[tuple[str, str]] = Counter()
    for place, step in enumerate(steps):
        for later in range(place + 1, len(steps)):
            weights[step, steps[later]] += 1 / (later - place)  # type: ignore[assignment]
    size = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {pair: weight / size for pair, weight in weights.items()}


def cosine(first: Vector, second: Vector) -> float:
    """Of two vectors at unit length; 0 to 1."""
    return min(1.0, sum(weight * second.get(pair, 0.0) for pair, weight in first.items()))


def novelty(steps: Sequence[str], known: Sequence[tuple[str, ...]]) -> Novelty:
    """How new the pattern is beside those known."""
    own = embedded(steps)
    near = sorted(((cosine(own, embedded(one)), one) for one in known), reverse=True)[:NEAREST]
    if not near:
        return Novelty(1.0, (), 0.0)
    alike, nearest = max((likeness(steps, one), one) for _, one in near)
    return Novelty(1.0 - near[0][0], nearest, alike)
