"""RDF, the depletion forecast: cycles until the first resource is used up, and whether that was foretold in time."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

NEVER: Final = 1_000_000.0
"""Cycles that stand for never, where a figure is wanted. *chosen*: two months at the default interval"""
RECENT: Final = 50
"""Cycles that the rate is taken from. *chosen*: long enough to see a slope through noise, short enough to be in time"""
LEAST: Final = 10
"""Fewest cycles that give a rate. *chosen*"""
HEED: Final = 100.0
"""A forecast below this is a risk that was foretold. *cited*: specification of autonomy, section 1"""


class Reading(NamedTuple):
    """One resource in one cycle."""

    level: float
    net: float
    """Consumption less replenishment."""


def rate(readings: Sequence[Reading]) -> float | None:
    """Loss of level a cycle over the latest readings; None with too few.

    From the measured flows where there are any, else from the slope of the level.
    """
    latest = readings[-RECENT:]
    if len(latest) < LEAST:
        return None
    if any(one.net for one in latest):
        return sum(one.net for one in latest) / len(latest)
    middle = (len(latest) - 1) / 2
    square = sum((place - middle) ** 2 for place in range(len(latest)))
    return -sum((place - middle) * one.level for place, one in enumerate(latest)) / square


def horizon(level: float, floor: float, loss: float) -> float:
    """Cycles until the level is at the floor; `NEVER` if it is not being used up."""
    if level <= floor:
        return 0.0
    return min(NEVER, (level - floor) / loss) if loss > 0 else NEVER


def horizons(resources: Mapping[str, Sequence[Reading]], floor: float) -> dict[str, float]:
    """The horizon of each resource that has a rate."""
    found: dict[str, float] = {}
    for name, readings in resources.items():
        loss = rate(readings)
        if loss is not None:
            found[name] = horizon(readings[-1].level, floor, loss)
    return found
