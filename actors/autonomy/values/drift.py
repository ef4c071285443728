"""How far the weights have come from their baseline, and whether one of them keeps moving one way.

Source: specification of autonomy, section 3.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from messages.autonomy.value import Drift
from messages.gate.evidence import Dimension

CLASSES: Final[tuple[tuple[float, Drift], ...]] = ((0.10, "nominal"), (0.25, "moderate"), (0.40, "elevated"))
"""Drifts below each bound. *cited*: specification of autonomy, section 3"""
FROZEN: Final[frozenset[Drift]] = frozenset(("elevated", "critical"))
"""Classes in which no mutation is begun. *cited*: specification of autonomy, section 3"""
SPAN: Final = 100
"""Cycles over which a velocity is taken. *cited*: specification of autonomy, section 3"""
FAST: Final = 0.001
"""A velocity above this, for LASTING cycles, raises an alert. *cited*: specification of autonomy, section 3"""
LASTING: Final = 200
"""*cited*: specification of autonomy, section 3"""
ROUNDING: Final = 1e-9
"""What the sum of seven rounded weights may be off by. *derived*"""


def drift(weights: Mapping[Dimension, float], baseline: Mapping[Dimension, float]) -> float:
    """Sum of the distances of the weights from the baseline, in [0, 2]."""
    return sum(abs(weights[name] - weight) for name, weight in baseline.items())


def kind_of(value: float) -> Drift:
    """The class of a drift; a bound belongs to the class above it."""
    return next((name for bound, name in CLASSES if value < bound - ROUNDING), "critical")


def velocity(history: Sequence[tuple[int, float]], cycle: int) -> float:
    """Change of a weight over the last SPAN cycles, divided by SPAN.

    `history` holds the cycles at which the weight changed with its value from then on, oldest first, and begins with
    the value before all changes.
    """
    return (_at(history, cycle) - _at(history, cycle - SPAN)) / SPAN


def lasts(history: Sequence[tuple[int, float]], cycle: int) -> bool:
    """Whether the velocity was above FAST, one way or the other, in each of the last LASTING cycles."""
    moments = {cycle, cycle - LASTING + 1}
    for at, _ in history:  # the velocity changes only at a change of the weight and SPAN cycles after one
        moments |= {moment for moment in (at - 1, at, at + SPAN - 1, at + SPAN) if cycle - LASTING < moment <= cycle}
    return cycle >= LASTING and all(abs(velocity(history, moment)) > FAST for moment in moments)


def _at(history: Sequence[tuple[int, float]], cycle: int) -> float:
    return next((value for at, value in reversed(history) if at <= cycle), history[0][1])
