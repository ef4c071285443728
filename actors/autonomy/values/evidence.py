"""Which value dimension the measurements speak for: does the council fare better after it worked more for that value?

The share of effort that a dimension got in one cycle of autonomy is held against how performance changed from that
cycle to the next. Nothing is suggested unless the correlation is beyond what the number of dimensions makes likely by
chance.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from messages.gate.evidence import Dimension

FEWEST: Final = 30
"""Fewest pairs of cycles that a correlation rests on. *chosen*: three quarters of a window of 200 cycles"""
SURE: Final = 3.0
"""Least t statistic of a correlation. *derived*: two-sided 5 % with 38 degrees of freedom, divided among the seven
dimensions, is 2.8; rounded up"""
STEP: Final = 0.02
"""How far a suggestion moves a weight. *chosen*: less than half of the most that is allowed"""


class Row(NamedTuple):
    """One cycle of autonomy."""

    performance: float
    """Share of tasks and calls that came out well, in [0, 1]."""
    shares: Mapping[str, float]
    """Share of the effort, by value dimension."""


class Suggestion(NamedTuple):
    """A dimension and how far its weight should move, with the statistic that speaks for it."""

    dimension: Dimension
    step: float
    statistic: float


def statistics(rows: Sequence[Row], dimensions: Sequence[Dimension]) -> dict[Dimension, float]:
    """The t statistic of each dimension whose share of effort varied; empty with fewer than FEWEST pairs."""
    pairs = list(itertools.pairwise(rows))
    if len(pairs) < FEWEST:
        return {}
    gains = [after.performance - before.performance for before, after in pairs]
    found: dict[Dimension, float] = {}
    for name in dimensions:
        r = _correlation([before.shares.get(name, 0.0) for before, _ in pairs], gains)
        if r is not None:
            found[name] = r * math.sqrt((len(pairs) - 2) / max(1e-12, 1.0 - r * r))
    return found


def suggestion(rows: Sequence[Row], dimensions: Sequence[Dimension]) -> Suggestion | None:
    """The dimension with the largest statistic beyond SURE, either way; None if there is none."""
    found = statistics(rows, dimensions)
    name = max(found, key=lambda one: abs(found[one]), default=None)
    if name is None or abs(found[name]) < SURE:
        return None
    return Suggestion(name, math.copysign(STEP, found[name]), found[name])


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's coefficient; None if either does not vary."""
    off = [value - sum(one) / len(one) for value in one]
    away = [value - sum(other) / len(other) for value in other]
    size = math.sqrt(math.fsum(x * x for x in off) * math.fsum(y * y for y in away))
    if size <= 1e-12:
        return None
    return max(-1.0, min(1.0, math.fsum(x * y for x, y in zip(off, away, strict=True)) / size))
