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


def fit(rows: Matrix) -> Fit:
    """The autoregression of the rows, of shape (T + 1, d), a cycle a row.

    Raises ValueError if there are fewer rows than the estimate has unknowns for each component, or a row is not finite.
    """
    if rows.ndim != 2 or len(rows) < rows.shape[1] + 3:
        raise ValueError(f"{rows.shape} holds too few cycles for an autoregression")
    if not np.isfinite(rows).all():
        raise ValueError("a state is no finite number")
    scaled = rows / rows.std(axis=0)
    before = scaled[:-1] - scaled[:-1].mean(axis=0)
    after = scaled[1:] - scaled[1:].mean(axis=0)
    matrix = np.linalg.lstsq(before, after, rcond=None)[0].T
    return Fit(matrix, after - before @ matrix.T, before, scaled[0] - scaled.mean(axis=0))


def segments_fit(segments: tuple[Matrix, ...]) -> Fit:
    """The autoregression of several stretches of consecutive cycles: no step is taken across a gap between them."""
    if len(segments) == 1:
        return fit(segments[0])
    before, after = np.vstack([part[:-1] for part in segments]), np.vstack([part[1:] for part in segments])
    scale = np.vstack(segments).std(axis=0)
    if len(before) < before.shape[1] + 2 or not (np.isfinite(before).all() and np.isfinite(after).all()):
        raise ValueError("the stretches hold too few cycles for an autoregression")
    centred = (before - before.mean(axis=0)) / scale
    target = (after - after.mean(axis=0)) / scale
    matrix = np.linalg.lstsq(centred, target, rcond=None)[0].T
    return Fit(matrix, target - centred @ matrix.T, centred, centred[0])
