"""SEOF, the objective, in [-1, 1]: is the council getting better, and still itself?"""

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from actors.autonomy.mirror.purpose import BASELINE

Term = Literal["performance", "steadiness", "diversity", "identity", "oscillation"]
WEIGHTS: Final[Mapping[Term, float]] = {
    "performance": 0.25,
    "steadiness": 0.25,
    "diversity": 0.20,
    "identity": 0.20,
    "oscillation": 0.10,
}
"""*cited*: specification of autonomy, section 1"""
GAINS: Final[Mapping[Term, tuple[str, ...]]] = {
    "performance": ("growth", "efficiency"),
    "steadiness": ("stability", "safety"),
    "diversity": ("exploration", "agent_cooperation"),
    "identity": ("purpose_fidelity",),
}
"""Which value dimensions move the weight of which term. *chosen*: every dimension moves one"""


def weights(values: Mapping[str, float]) -> dict[Term, float]:
    """The weights under a value vector: each term's in proportion to its dimensions, their sum as it was."""
    raw = {
        term: WEIGHTS[term] * sum(values.get(name, 0.0) for name in names) / sum(BASELINE[name] for name in names)
        for term, names in GAINS.items()
    }
    total, wanted = sum(raw.values()), sum(WEIGHTS[term] for term in GAINS)
    even = {term: wanted * weight / total for term, weight in raw.items()} if total > 0 else dict(WEIGHTS)
    return {**even, "oscillation": WEIGHTS["oscillation"]}


def seof(
    performance: float,
    instability: float,
    diversity: float,
    identity: float,
    oscillation: float,
    values: Mapping[str, float] = BASELINE,
) -> float:
    """The objective: trend of performance in [-1, 1], trend of instability, diversity, identity and oscillation
    in [0, 1]."""
    weight = weights(values)
    return (
        weight["performance"] * performance
        + weight["steadiness"] * (1 - instability)
        + weight["diversity"] * diversity
        + weight["identity"] * identity
        - weight["oscillation"] * oscillation
    )


def trend(series: Sequence[float]) -> float:
    """Mean of the newer half less that of the older, for a series in [0, 1]; it is in [-1, 1]."""
    half = len(series) // 2
    if not half:
        return 0.0
    return sum(series[-half:]) / half - sum(series[:half]) / half


def oscillation(series: Sequence[float]) -> float:
    """How far the series swings from one value to the next: its negative autocorrelation at lag 1, in [0, 1]."""
    if len(series) < 3:
        return 0.0
    mean = sum(series) / len(series)
    off = [value - mean for value in series]
    total = math.fsum(value * value for value in off)
    if total <= 1e-12:
        return 0.0
    return min(1.0, max(0.0, -math.fsum(one * other for one, other in zip(off[1:], off, strict=False)) / total))
