"""Purpose: how far the effort that was spent points where the charter does."""

import math
from collections.abc import Mapping
from typing import Final

from actors.autonomy.values import simplex

ALIGNED: Final = 0.80
"""Alignment below this is a drift, of the whole and of a dimension. *cited*: specification of autonomy, section 2"""
BASELINE: Final[Mapping[str, float]] = {str(name): weight for name, weight in simplex.BASELINE.items()}
"""The value vector before any mutation, by names. *derived*: actors.autonomy.values.simplex"""
CHARTER: Final[Mapping[str, float]] = BASELINE
"""The direction of a council whose operator has set none. *chosen*: what it values is what it is for"""


def alignment(charter: Mapping[str, float], effort: Mapping[str, float]) -> float | None:
    """Cosine of charter and effort over the dimensions; None if nothing was spent."""
    size = math.hypot(*charter.values()) * math.hypot(*effort.values())
    if not size:
        return None
    return min(1.0, sum(weight * effort.get(name, 0.0) for name, weight in charter.items()) / size)


def shares(effort: Mapping[str, float]) -> dict[str, float]:
    """Each dimension's share of the effort."""
    total = sum(effort.values())
    return {name: spent / total for name, spent in effort.items()} if total > 0 else {}


def dimensional(charter: Mapping[str, float], effort: Mapping[str, float]) -> dict[str, float]:
    """Alignment of each dimension that the charter names: what it got of its due, at most 1."""
    due, got = shares(charter), shares(effort)
    return {name: min(1.0, got.get(name, 0.0) / part) for name, part in due.items() if part > 0} if got else {}


def misaligned(charter: Mapping[str, float], effort: Mapping[str, float]) -> dict[str, float]:
    """The dimensions that are neglected, with their alignment; none while the whole is aligned."""
    whole = alignment(charter, effort)
    if whole is None or whole >= ALIGNED:
        return {}
    return {name: got for name, got in dimensional(charter, effort).items() if got < ALIGNED}
