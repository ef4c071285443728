"""Forecasts against what came: which part of a value lies within the central interval of what was foretold.

Counts are judged by the non-randomised probability integral transform (Czado, Gneiting and Held 2009): a count stands
for the numbers half a step around it, and the part of their probability that lies within the interval is the hit.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

LEVELS: Final = (0.50, 0.80, 0.95)
"""Central intervals that are checked against how often they hold. *chosen*"""
ACCURATE: Final = 0.80
"""It is right if the value lies in this central interval. *chosen*: a true model gets .80, the target is .70"""
COVERED: Final = 0.90
"""What happened was foreseen if it lies in this central interval of the mixture of scenarios. *chosen*: a true
mixture gets .90, the target is .85"""


class Component(NamedTuple):
    """One Gaussian of a mixture."""

    weight: float
    mean: float
    sd: float


class Value(NamedTuple):
    """What came, and the distance between two possible values; 0 for what is continuous."""

    value: float
    step: float = 0.0


def below(bound: float, mixture: Sequence[Component]) -> float:
    """Probability that the mixture gives to values up to the bound."""
    return sum(
        weight * 0.5 * math.erfc((mean - bound) / (sd * math.sqrt(2.0))) if sd > 0 else weight * (bound >= mean)
        for weight, mean, sd in mixture
    )


def hit(value: Value, mixture: Sequence[Component], level: float) -> float:
    """The part of the value that lies in the mixture's central interval of this level, in [0, 1]."""
    low, high = (1.0 - level) / 2.0, (1.0 + level) / 2.0
    first, last = (below(value.value + side * value.step / 2.0, mixture) for side in (-1, 1))
    if last - first < 1e-12:
        return float(low <= first <= high)
    return max(0.0, min(high, last) - max(low, first)) / (last - first)


class Score(NamedTuple):
    """How one round of forecasts came out, as means over the dimensions."""

    levels: tuple[float, ...]
    """Hits at each of `LEVELS`."""
    covered: float


def scored(rounds: Sequence[tuple[Value, Component, Sequence[Component]]]) -> Score | None:
    """The score of all dimensions that were foretold for the cycle: value, forecast, mixture of the scenarios."""
    if not rounds:
        return None
    levels = tuple(sum(hit(value, (one,), level) for value, one, _ in rounds) / len(rounds) for level in LEVELS)
    return Score(levels, sum(hit(value, many, COVERED) for value, _, many in rounds) / len(rounds))


class Foresight(NamedTuple):
    """What the scores of a window come to."""

    accuracy: float
    calibration: float
    """Mean distance between how often an interval should hold and how often it did."""
    coverage: float


def foresight(levels: Sequence[Sequence[float]], covered: Sequence[float], least: int) -> Foresight | None:
    """Accuracy, calibration error and coverage; None while there are fewer than `least` rounds."""
    if len(levels) < max(1, least):
        return None
    means = [sum(row[place] for row in levels) / len(levels) for place in range(len(LEVELS))]
    errors = [abs(mean - level) for mean, level in zip(means, LEVELS, strict=True)]
    return Foresight(means[LEVELS.index(ACCURATE)], sum(errors) / len(errors), sum(covered) / len(covered))
