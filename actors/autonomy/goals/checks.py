"""The five checks of a candidate goal: each passes, is marginal, or fails.

Source: specification of autonomy, section 2.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from messages.autonomy.goal import Check, Result


class Bounds(NamedTuple):
    """From `passes` on a check passes, from `marginal` on it is marginal, below it fails."""

    passes: float
    marginal: float


BOUNDS: Final[Mapping[Check, Bounds]] = {
    "purpose": Bounds(0.60, 0.50),
    "value": Bounds(0.70, 0.60),
    "feasibility": Bounds(0.15, 0.05),
    "viability": Bounds(1.5, 1.0),
}
"""*cited*: specification of autonomy, section 2"""
CALM: Final = 0.95
"""A spectral radius below this is no reason for a trial. *cited*: specification of autonomy, section 2"""
THRESHOLD: Final = 0.98
"""A spectral radius from this on is a violation. *cited*: specification of autonomy, sections 2 and 6"""
FAR: Final = 1_000_000.0
"""The viability of a goal whose resources are not being depleted. *derived*: messages.gate.evidence.Margin"""


def graded(name: Check, value: float) -> Result:
    """The result of one of the four checks that have a lower bound."""
    bounds = BOUNDS[name]
    if value >= bounds.passes:
        return "pass"
    return "marginal" if value >= bounds.marginal else "fail"


def steadiness(radius: float, violated: bool) -> Result:
    """The result of the check of stability, by the radius with the goal added and whether a condition is violated."""
    if violated or radius >= THRESHOLD:
        return "fail"
    return "marginal" if radius >= CALM else "pass"


def kept(values: Mapping[str, float], serves: Mapping[str, float], share: float) -> float:
    """Value alignment: 1 less the relative change of the values once `share` of the effort serves the goal."""
    after = {name: (1 - share) * weight + share * serves.get(name, 0.0) for name, weight in values.items()}
    moved = math.sqrt(sum((after[name] - weight) ** 2 for name, weight in values.items()))
    return 1.0 - moved / math.sqrt(sum(weight * weight for weight in values.values()))


def feasibility(confidences: Iterable[float]) -> float:
    """Product of the confidences of the skills that the goal needs."""
    return math.prod(confidences)


def viability(horizon: float | None, duration: int) -> float:
    """Cycles until the scarcest resource is depleted, for each cycle of the goal; `horizon` None is never."""
    return FAR if horizon is None else min(FAR, horizon / duration)
