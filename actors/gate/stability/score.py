"""The stability score: the product of five margins, each 1 at a nominal point and 0 at its threshold.

Source: specification of autonomy, section 6, as mended there.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from messages.autonomy.stability import Band


class Scale(NamedTuple):
    """The two ends of a margin."""

    nominal: float
    """Where the margin is 1."""
    zero: float
    """Where the margin is 0."""


SCALES: Final[Mapping[str, Scale]] = {
    "spectral_radius": Scale(0.80, 0.98),
    "identity": Scale(1.0, 0.88),
    "value_drift": Scale(0.0, 0.25),
    "horizon": Scale(60.0, 30.0),
    "cascade": Scale(0.0, 3.0),
}
"""Of the five conditions. *cited*: specification of autonomy, section 6"""
BANDS: Final[tuple[tuple[float, Band], ...]] = ((0.05, "critical"), (0.20, "marginal"))
"""Scores below each bound, from the worst on. *cited*: specification of autonomy, section 6"""
ADEQUATE_TO: Final = 0.50
"""Up to this score, inclusive, the council is adequate, above it healthy. *cited*: same"""


def margin(name: str, value: float) -> float:
    """What is left between the value of the condition and its threshold, linear and clipped to [0, 1]."""
    scale = SCALES[name]
    if math.isinf(value):
        return 1.0 if (value > 0) == (scale.nominal > scale.zero) else 0.0
    return min(1.0, max(0.0, (value - scale.zero) / (scale.nominal - scale.zero)))


def score(margins: Iterable[float]) -> float:
    """Their product, in [0, 1]."""
    return math.prod(margins)


def band(value: float) -> Band:
    """What a score stands for."""
    for bound, name in BANDS:
        if value < bound:
            return name
    return "adequate" if value <= ADEQUATE_TO else "healthy"
