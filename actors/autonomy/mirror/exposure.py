"""RES, the risk exposure: how thin the resources are, and how little the model of the world holds."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from actors.autonomy.mirror.kalman import Array

INFRASTRUCTURE, ASSUMPTIONS, STALENESS, SHOCKS = 0.35, 0.25, 0.20, 0.20
"""Weights of the four parts. *cited*: specification of autonomy, section 1"""
TOO_FAR: Final = 3.0
"""Standard errors beyond which an assumption counts as violated, and an innovation as a shock. *chosen*"""
RECENT: Final = 50
"""Cycles in which the mean of the innovations must be zero. *chosen*: a quarter of the default window"""
LATEST: Final = 20
"""Cycles that are searched for shocks. *chosen*"""
MANY_SHOCKS: Final = 0.10
"""Share of shocks among the latest innovations that counts as whole exposure. *chosen*: 40 times the expected"""
STALE: Final = 20
"""Cycles without a value after which a dimension is wholly stale. *chosen*"""


def exposure(infrastructure: float, assumptions: float, staleness: float, shocks: float) -> float:
    """RES of its four parts, each in [0, 1]."""
    return INFRASTRUCTURE * infrastructure + ASSUMPTIONS * assumptions + STALENESS * staleness + SHOCKS * shocks


def infrastructure(levels: Iterable[float]) -> float:
    """What is used up of the scarcest resource."""
    return 1.0 - min(levels, default=1.0)


def violated(innovations: Mapping[str, Array]) -> list[str]:
    """Dimensions whose innovations are not white, or have drifted off zero of late."""
    return [name for name, series in innovations.items() if _is_violated(series[~np.isnan(series)])]


def _is_violated(known: Array) -> bool:
    if len(known) < 2:
        return False
    bound = TOO_FAR / math.sqrt(len(known))
    off = known - known.mean()
    total = float(off @ off)
    echo = abs(float(off[1:] @ off[:-1])) / total if total > 0 else 0.0
    recent = known[-RECENT:]
    return echo > bound or abs(float(recent.mean())) > TOO_FAR / math.sqrt(len(recent))


def staleness(ages: Sequence[float]) -> float:
    """Mean age of the dimensions' last values, in parts of `STALE` cycles."""
    return sum(min(1.0, age / STALE) for age in ages) / len(ages) if ages else 1.0


def shocks(innovations: Mapping[str, Array]) -> float:
    """Share of shocks among the latest innovations, in parts of `MANY_SHOCKS`."""
    if not innovations:
        return 0.0
    latest = np.concatenate([series[-LATEST:] for series in innovations.values()])
    known = latest[~np.isnan(latest)]
    return min(1.0, float((np.abs(known) > TOO_FAR).mean()) / MANY_SHOCKS) if len(known) else 0.0
