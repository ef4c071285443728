"""A vector autoregression of order one: what one cycle makes of the state of the cycle before.

x(t+1) = c + A x(t) + e(t), estimated by ordinary least squares with an intercept. Each component is scaled to unit
deviation, which leaves the eigenvalues of A as they are and keeps the problem well conditioned. Ridge regression is not
used: near a radius of 1 it errs further towards "stable" than least squares does (*measured*: methods of reasoning).

Source: Lütkepohl, New Introduction to Multiple Time Series Analysis, section 3.2.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


class Fit(NamedTuple):
    """An estimated autoregression, in scaled units."""

    matrix: Matrix
    """A, of shape (d, d)."""
    residuals: Matrix
    """Of shape (T, d)."""
    centred: Matrix
    """The states of cycles 0 to T - 1 less their mean, of shape (T, d)."""
    start: Matrix
    """The first state less the mean of all, of shape (d,)."""


def varying(rows: Matrix, resolution: Matrix) -> NDArray[np.bool_]:
    """Which components of the rows, of shape (n, d), deviate by more than the resolution, of shape (d,)."""
    found: NDArray[np.bool_] = rows.std(axis=0) > resolution
    return found


def fit(*stretches: Matrix) -> Fit:
    """The autoregression of stretches of consecutive cycles, each of shape (n, d), a cycle a row.

    No step is taken across the gap between two stretches. Raises ValueError if there are fewer steps than the estimate
    has unknowns for each component, or a state is not finite.
    """
    before = np.vstack([part[:-1] for part in stretches])
    after = np.vstack([part[1:] for part in stretches])
    if len(before) < before.shape[1] + 2:
        raise ValueError(f"{len(before)} steps are too few for {before.shape[1]} components")
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        raise ValueError("a state is no finite number")
    scale = np.vstack(stretches).std(axis=0)
    centred = (before - before.mean(axis=0)) / scale
    target = (after - after.mean(axis=0)) / scale
    matrix = np.linalg.lstsq(centred, target, rcond=None)[0].T
    return Fit(matrix, target - centred @ matrix.T, centred, centred[0])
