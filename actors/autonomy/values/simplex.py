"""The seven weights as a point of the simplex: none is negative, and together they are 1.

Source: specification of autonomy, section 3.
"""

import math
from collections.abc import Mapping
from typing import Final, TypeVar, get_args

from messages.gate.evidence import Dimension

DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)
"""The seven value dimensions. *derived*: messages.gate.evidence.Dimension"""
BASELINE: Final[Mapping[Dimension, float]] = {
    "stability": 0.20,
    "growth": 0.20,
    "purpose_fidelity": 0.20,
    "efficiency": 0.15,
    "exploration": 0.10,
    "safety": 0.10,
    "agent_cooperation": 0.05,
}
"""The weights from which drift is counted. *cited*: specification of autonomy, section 3"""
DIGITS: Final = 9
"""Digits that a weight keeps. *chosen*: far below any step, and the same on every machine"""

Key = TypeVar("Key", bound=str)


def normalised(weights: Mapping[Dimension, float]) -> dict[Dimension, float]:
    """The weights divided by their sum, the largest one taking what rounding leaves.

    Raises ValueError if one of the seven is missing, negative or not finite, or all are 0.
    """
    if set(weights) != set(DIMENSIONS):
        raise ValueError(f"the weights must name each of {', '.join(DIMENSIONS)}")
    total = sum(weights.values())
    if not 0 < total < float("inf") or any(weight < 0 for weight in weights.values()):
        raise ValueError("weights are finite numbers from 0 on, and not all 0")
    found = {name: round(weights[name] / total, DIGITS) for name in DIMENSIONS}
    largest = max(DIMENSIONS, key=lambda name: found[name])
    found[largest] = round(found[largest] + 1 - sum(found.values()), DIGITS)
    return found


def moved(weights: Mapping[Dimension, float], dimension: Dimension, step: float) -> dict[Dimension, float]:
    """The weights after `dimension` has moved by `step`; the others give or take in proportion to what they have.

    The step is cut where the weight would leave [0, 1].
    """
    target = min(1.0, max(0.0, weights[dimension] + step))
    rest = 1.0 - weights[dimension]
    if rest <= 0:
        return normalised({**weights})
    scale = (1.0 - target) / rest
    return normalised({name: target if name == dimension else weight * scale for name, weight in weights.items()})


def cosine(one: Mapping[Key, float], other: Mapping[Key, float]) -> float:
    """Of the angle between two directions, by the names of their components; 0 if either has no length."""
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    if lengths == 0:
        return 0.0
    return max(-1.0, min(1.0, sum(part * other.get(name, 0.0) for name, part in one.items()) / lengths))
