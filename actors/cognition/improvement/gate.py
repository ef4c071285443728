"""The gate on measured improvement: the lower bound of the median log ratio of interleaved pairs.

Method: design/reasoning of this project's measurements; with 30 pairs it accepts no candidate that gains 10 %.
"""

import math
import random
import statistics
from collections.abc import Sequence
from typing import Final, NamedTuple

LEAST: Final = 0.15
"""Share of time that must be saved at least, by the lower bound. *cited*: specification of cognition, section 1"""
PAIRS: Final = 30
"""Interleaved pairs. *cited*: the same"""
SAMPLES: Final = 500
"""Bootstrap samples. *measured*: more don't move the bounds by half a per cent"""
TAIL: Final = 0.025
"""On each side of the interval. *chosen*: 95 %"""


class Improvement(NamedTuple):
    """Share of time saved, with its 95 % interval; negative if it takes longer."""

    median: float
    low: float
    high: float

    @property
    def speed_up(self) -> float:
        """How many times as fast."""
        return 1 / max(1e-9, 1 - self.median)


def improvement(pairs: Sequence[tuple[float, float]], rng: random.Random) -> Improvement:
    """The share saved by the second of each pair; raises ValueError without pairs or for a time that isn't positive."""
    if not pairs or min(min(pair) for pair in pairs) <= 0:
        raise ValueError("pairs of positive times are needed")
    ratios = [math.log(after / before) for before, after in pairs]
    medians = sorted(statistics.median(rng.choices(ratios, k=len(ratios))) for _ in range(SAMPLES))
    at = round(TAIL * SAMPLES)
    saved = [1 - math.exp(ratio) for ratio in (statistics.median(ratios), medians[-1 - at], medians[at])]
    return Improvement(*saved)
