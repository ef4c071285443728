"""The level that a success rate gives, with hysteresis: down at the bound, up only beyond it."""

from typing import Final

from messages.tools.deployment import DeploymentLevel

BOUNDS: Final[tuple[tuple[DeploymentLevel, float], ...]] = (("full", 0.95), ("limited", 0.80), ("sandbox_only", 0.50))
"""The least success rate of each level, best first; below the last it is `disabled`. *cited*: specification of
acquisition, section 5"""

HYSTERESIS: Final = 0.02
"""By how much a rate must exceed the bound of a better level to reach it. *cited*: the same"""

ROUNDING: Final = 1e-9
"""What sums of binary fractions are off by, at most. *derived*: 41 of 50 is 0.80 and 0.02"""

ORDER: Final[tuple[DeploymentLevel, ...]] = (*(level for level, _ in BOUNDS), "disabled")
"""From the most to the least trusted. *derived*"""


def level_of(rate: float, standing: DeploymentLevel) -> DeploymentLevel:
    """The level after this rate; within the band above a bound it stays what it was."""
    for level, bound in BOUNDS:
        better = ORDER.index(level) < ORDER.index(standing)
        if rate >= (bound + HYSTERESIS if better else bound) - ROUNDING:
            return level
    return "disabled"
