"""Links between dimensions: does the past of one help to foretell the other, beyond the other's own past?

Each series is whitened by its own law first; the correlation of two whitened series at a lag is then N(0, 1/n) if they
have nothing to do with each other (Haugh 1976). All pairs and lags are one family, judged by Holm's procedure. The
strength is the coefficient of a lagged regression in standard deviations. A link is no proof of a cause: a third
dimension may drive both.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from actors.autonomy.mirror.kalman import Array

LAGS: Final = 5
"""Longest lag in cycles. *chosen*: one cycle of autonomy"""
ERROR: Final = 0.05
"""Chance that any of the links of a world without links is taken for one. *chosen*"""
ALONE: Final = 1.95
"""Standard errors below which no link holds, whatever the others are. *derived*: two-sided `ERROR`, rounded down"""
MOST: Final = 12
"""Most links that are told, strongest first. *chosen*"""


class Link(NamedTuple):
    """The value of `source` moves `target` so many cycles later."""

    source: str
    target: str
    lag: int
    strength: float
    """Standard deviations of the target for one of the source, the target's own past held fast."""


class _Candidate(NamedTuple):
    p: float
    source: int
    target: int
    lag: int


def links(names: list[str], values: Array, innovations: Array) -> list[Link]:
    """The links that hold, one lag for each pair; both arrays are dimensions x cycles without gaps."""
    if len(names) < 2 or innovations.shape[1] <= 2 * LAGS:
        return []
    family = len(names) * (len(names) - 1) * LAGS
    held: dict[tuple[int, int], _Candidate] = {}
    for place, one in enumerate(sorted(_candidates(innovations))):
        if one.p > ERROR / (family - place):
            break
        held.setdefault((one.source, one.target), one)
    found = [
        Link(names[one.source], names[one.target], one.lag, _strength(values[one.source], values[one.target], one.lag))
        for one in held.values()
    ]
    return sorted(found, key=lambda link: -abs(link.strength))[:MOST]


def _candidates(innovations: Array) -> list[_Candidate]:
    """All pairs and lags that could hold if they stood alone."""
    spread = innovations.std(axis=1, keepdims=True)
    white = (innovations - innovations.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)
    found: list[_Candidate] = []
    for lag in range(1, LAGS + 1):
        length = white.shape[1] - lag
        z = np.abs(white[:, :-lag] @ white[:, lag:].T) / math.sqrt(length)
        found += [
            _Candidate(math.erfc(float(z[source, target]) / math.sqrt(2.0)), int(source), int(target), lag)
            for source, target in np.argwhere(z > ALONE)
            if source != target
        ]
    return found


def _strength(source: Array, target: Array, lag: int) -> float:
    """Coefficient of the lagged source in a regression of the target that has the target's own past beside it."""
    x, y = (series - series.mean() for series in (source, target))
    design = np.column_stack((y[lag - 1 : -1], x[:-lag]))
    coefficients, *_ = np.linalg.lstsq(design, y[lag:], rcond=None)
    scale = float(x.std() / y.std()) if y.std() > 0 else 0.0
    return float(coefficients[1]) * scale
