"""The mean under an intervention by standardisation: the mean within each stratum, weighted by how frequent it is.

Source: Robins, "A new approach to causal inference in mortality studies" (1986), the g-formula at one point in time.
A stratum without the asked value borrows the mean over all strata.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from actors.cognition.causal.table import Matrix

BORROWED: Final = 1.0
"""Rows for which the mean over all strata counts in each. *chosen*: one row is the least that fills an empty one"""


class Standardised:
    """Means of a 0/1 or any other outcome by a discrete cause, standardised over strata."""

    def __init__(self, outcome: Matrix, cause: NDArray[np.int64], levels: int, strata: NDArray[np.int64]) -> None:
        _, place = np.unique(strata, return_inverse=True)
        place = place.ravel()
        count = int(place.max()) + 1
        cell = place * levels + cause
        rows = np.bincount(cell, minlength=count * levels).reshape(count, levels)
        sums = np.bincount(cell, weights=outcome, minlength=count * levels).reshape(count, levels)
        squares = np.bincount(cell, weights=outcome**2, minlength=count * levels).reshape(count, levels)
        plain = sums.sum(0) / np.maximum(rows.sum(0), 1)
        spread = np.maximum(squares.sum(0) / np.maximum(rows.sum(0), 1) - plain**2, 0)
        self._weights = rows.sum(1) / rows.sum()
        self._means = (sums + BORROWED * plain) / (rows + BORROWED)
        within = (squares + BORROWED * (spread + plain**2)) / (rows + BORROWED) - self._means**2
        self._variances = np.maximum(within, 0) / (rows + BORROWED)
        self._count = len(outcome)

    def mean(self, level: int) -> tuple[float, float]:
        """Mean under the intervention, and its standard error."""
        return self._told(self._means[:, level], self._variances[:, level])

    def change(self, start: int, stop: int) -> tuple[float, float]:
        """Change of the mean when the cause is set to stop instead of start, and its standard error."""
        apart = self._means[:, stop] - self._means[:, start]
        return self._told(apart, self._variances[:, stop] + self._variances[:, start])

    def _told(self, means: Matrix, variances: Matrix) -> tuple[float, float]:
        mean = float(self._weights @ means)
        between = max(float(self._weights @ means**2) - mean**2, 0.0) / self._count
        return mean, math.sqrt(float(self._weights**2 @ variances) + between)


def joined(codes: Sequence[NDArray[np.int64]], levels: Sequence[int], count: int) -> NDArray[np.int64]:
    """One code for each combination of several."""
    place = np.zeros(count, dtype=np.int64)
    for each, level in zip(codes, levels, strict=True):
        place = place * level + each
        if place.max(initial=0) > np.iinfo(np.int32).max:
            place = np.unique(place, return_inverse=True)[1].ravel()
    return place
