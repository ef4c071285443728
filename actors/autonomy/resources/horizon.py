"""How many cycles are left until a resource reaches its critical level, at the rates of a window."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from messages.autonomy.foundation import Resource
from messages.autonomy.survival import Scenario

CONSUMPTION: Final[dict[Scenario, float]] = {"baseline": 1.0, "adverse": 1.3, "optimistic": 0.8, "crisis": 2.0}
"""What each scenario makes of the consumption; replenishment stays. *cited*: specification of autonomy, section 4"""


def rates(flows: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Consumption and replenishment a cycle, as the means over the window; raises ValueError for an empty one."""
    if not flows:
        raise ValueError("a rate needs a window")
    return math.fsum(used for used, _ in flows) / len(flows), math.fsum(gained for _, gained in flows) / len(flows)


def horizon(level: float, critical: float, consumption: float, replenishment: float) -> float:
    """Cycles until the level reaches `critical`; infinite if it is not being depleted, 0 if it is below it already.

    A resource below its critical level is exhausted whichever way it moves: it has no time left that could be infinite.
    """
    if level < critical:
        return 0.0
    net = consumption - replenishment
    return (level - critical) / net if net > 0 else math.inf


def horizons(level: float, critical: float, consumption: float, replenishment: float) -> dict[Scenario, float]:
    """The horizon in each scenario, of which each scales what is consumed."""
    return {
        scenario: horizon(level, critical, consumption * factor, replenishment)
        for scenario, factor in CONSUMPTION.items()
    }


def shortest(found: Mapping[Resource, float]) -> tuple[float, Resource | None]:
    """The shortest horizon and whose it is; nobody's if none is being depleted."""
    name = min(found, key=lambda each: found[each], default=None)
    return (math.inf, None) if name is None or math.isinf(found[name]) else (found[name], name)
