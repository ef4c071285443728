"""How much of what the council was is still there: its SOULs, its values, its purpose, its core capabilities.

Source: specification of autonomy, section 6, condition 2.
"""

import math
from collections.abc import Mapping, Set
from typing import Final

WEIGHTS: Final = (0.4, 0.3, 0.2, 0.1)
"""Of protected sections, values, purpose and capabilities. *cited*: specification of autonomy, section 6"""


def kept(baseline: Mapping[str, str], now: Mapping[str, str]) -> float:
    """Share of the protected sections whose digest is still that of the baseline; 1 without any."""
    if not baseline:
        return 1.0
    return sum(now.get(name) == digest for name, digest in baseline.items()) / len(baseline)


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Of the angle between two vectors, by the names of their components; 0 if either has no length."""
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    if lengths == 0:
        return 0.0
    return max(-1.0, min(1.0, sum(value * other.get(name, 0.0) for name, value in one.items()) / lengths))


def overlap(one: Set[str], other: Set[str]) -> float:
    """The Jaccard index of two sets; 1 if both are empty."""
    return len(one & other) / len(one | other) if one | other else 1.0


def identity(sections: float, values: float, purpose: float, capabilities: float) -> float:
    """The weighted sum of the four parts, each a number up to 1."""
    return sum(weight * part for weight, part in zip(WEIGHTS, (sections, values, purpose, capabilities), strict=True))
