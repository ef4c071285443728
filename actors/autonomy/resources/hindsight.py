"""How right past projections were: the error of foretold levels, exhaustions that nobody foretold, losses foreseen."""

from collections.abc import Sequence
from typing import Final

FEWEST: Final = 10
"""Below so many projections that have come due their error says nothing. *chosen*"""
LATE: Final = 2.0
"""An exhaustion counts as foretold if it came at worst in half the time foretold. *chosen*"""
SMALLEST_ROOM: Final = 0.05
"""Least room to the critical level that an error is measured against. *chosen*: closer than this, any error is large"""


def foretold(level: float, consumption: float, replenishment: float, cycles: int) -> float:
    """The level in so many cycles at these rates, within its bounds."""
    return min(1.0, max(0.0, level - (consumption - replenishment) * cycles))


def error(projected: float, actual: float, critical: float) -> float:
    """How far off a projection was, relative to the room that there was to the critical level."""
    return abs(projected - actual) / max(SMALLEST_ROOM, abs(actual - critical))


def mean_error(errors: Sequence[float]) -> float | None:
    """The mean relative error; None until there are enough."""
    return sum(errors) / len(errors) if len(errors) >= FEWEST else None


def is_surprise(projections: Sequence[tuple[int, float]], now: int) -> bool:
    """A resource is exhausted in the cycle `now`, and no projection before had it last at most twice as long.

    Each projection is its cycle and the resource's horizon in the crisis scenario. Without any nothing was foretold,
    and nothing could have been.
    """
    return bool(projections) and not any(found <= LATE * (now - cycle) for cycle, found in projections)


def recall(foreseen: int, happened: int) -> float | None:
    """Part of the losses downstream that were foreseen; None while none happened."""
    return foreseen / happened if happened else None
