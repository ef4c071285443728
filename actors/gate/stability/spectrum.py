"""The spectral radius of the one-cycle dynamics, with an interval, and what the interval says of stability.

Below 1 the interval is Kilian's bias-corrected residual bootstrap, since least squares errs towards "stable" there;
from 1 on it is the delta method, since a bootstrap of an explosive process does not hold.

Source: Kilian, Small-sample confidence intervals for impulse response functions, 1998; Lütkepohl, section 3.6.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actors.gate.stability.autoregression import Fit, Matrix
from messages.autonomy.stability import Verdict

SAMPLES: Final = 200
"""Bootstrap samples of each of its two rounds. *cited*: specification of autonomy, figures"""
TAIL: Final = 0.025
"""Part of the distribution left out on each side. *chosen*: an interval of 95 %"""
NORMAL: Final = 1.959964
"""Quantile of the standard normal distribution at 1 - TAIL. *derived*"""
BACK_OFF: Final = 0.05
"""Steps in which the correction of the bias is taken back until the corrected process is stationary. *cited*: Kilian
uses 0.01; the coarser step changes the interval by less than its noise"""


class Interval(NamedTuple):
    """An estimate with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def radius(matrices: Matrix) -> NDArray[np.float64]:
    """Largest magnitude of the eigenvalues of each matrix, over the last two axes."""
    found: NDArray[np.float64] = np.abs(np.linalg.eigvals(matrices)).max(axis=-1)
    return found


def interval(fitted: Fit, rng: np.random.Generator, samples: int = SAMPLES, added: Matrix | None = None) -> Interval:
    """The radius of the fitted dynamics plus `added`, with its interval.

    `added` has the shape (D, D), D >= d; its first d components are those of the fit, the others have no dynamics.
    """
    extra = np.zeros_like(fitted.matrix) if added is None else added
    if radius(_widened(fitted.matrix, len(extra)) + extra) < 1:
        return _bootstrap(fitted, rng, samples, extra)
    return _delta(fitted, extra)


def verdict(found: Interval, threshold: float) -> Verdict:
    """Stable below the threshold with the whole interval, unstable above it with the whole, else undetermined."""
    if found.high < threshold:
        return "stable"
    return "unstable" if found.low >= threshold else "undetermined"


def _bootstrap(fitted: Fit, rng: np.random.Generator, samples: int, extra: Matrix) -> Interval:
    """1. Estimate the bias. 2. Correct, but keep the process stationary. 3. Resample from the corrected process."""
    matrix = fitted.matrix
    bias = _resampled(fitted, matrix, rng, samples).mean(axis=0) - matrix
    share = 1.0
    while share > 0 and radius(matrix - share * bias) >= 1:
        share -= BACK_OFF
    share = max(share, 0.0)
    corrected = matrix - share * bias
    radii = radius(_widened(_resampled(fitted, corrected, rng, samples) - share * bias, len(extra)) + extra)
    low, high = np.quantile(radii, (TAIL, 1 - TAIL))
    value = float(radius(_widened(corrected, len(extra)) + extra))
    return Interval(value, min(value, float(low)), max(value, float(high)))


def _widened(matrices: Matrix, size: int) -> Matrix:
    """The matrices with rows and columns of zeros up to the size, over the last two axes."""
    more = size - matrices.shape[-1]
    return np.pad(matrices, [*((0, 0),) * (matrices.ndim - 2), (0, more), (0, more)]) if more else matrices


def _resampled(fitted: Fit, matrix: Matrix, rng: np.random.Generator, samples: int) -> Matrix:
    """Estimates of `matrix` from simulated windows, of shape (samples, d, d); all windows advance side by side."""
    steps, size = fitted.residuals.shape
    scale = np.sqrt(steps / max(steps - size - 1, 1))  # residuals are smaller than the errors by the parameters fitted
    errors = scale * fitted.residuals[rng.integers(0, steps, (steps, samples))]
    path = np.empty((steps + 1, samples, size))  # a cycle a slab, so that each step reads and writes one stretch
    path[0] = fitted.start
    turned = np.ascontiguousarray(matrix.T)
    for step in range(steps):
        np.matmul(path[step], turned, out=path[step + 1])
        path[step + 1] += errors[step]
    windows = np.ascontiguousarray(path.transpose(1, 2, 0))
    before, after = windows[:, :, :-1], windows[:, :, 1:]
    before = before - before.mean(axis=2, keepdims=True)
    rows = before.transpose(0, 2, 1)
    estimates: Matrix = np.linalg.solve(before @ rows, before @ after.transpose(0, 2, 1)).transpose(0, 2, 1)
    return estimates


def _delta(fitted: Fit, extra: Matrix) -> Interval:
    """First-order error of the largest eigenvalue from the covariance of the coefficients."""
    steps, size = fitted.residuals.shape
    covariance = fitted.residuals.T @ fitted.residuals / max(steps - size - 1, 1)
    precision = np.linalg.pinv(fitted.centred.T @ fitted.centred)
    values, right = np.linalg.eig(_widened(fitted.matrix, len(extra)) + extra)
    largest = int(np.abs(values).argmax())
    left = np.linalg.pinv(right)[largest]
    gradient = np.real(np.conj(values[largest]) / abs(values[largest]) * np.outer(left, right[:, largest]))
    gradient = gradient[:size, :size]  # components without dynamics have no coefficients that could err
    variance = float(np.einsum("ij,ik,kl,jl->", gradient, covariance, gradient, precision))
    value = float(abs(values[largest]))
    reach = NORMAL * max(variance, 0.0) ** 0.5
    return Interval(value, max(0.0, value - reach), value + reach)
