"""AR(1) with measurement noise for one dimension: its law from a window, and the exact posterior of its state.

x[t] = mean + persistence (x[t-1] - mean) + w, w ~ N(0, process); y[t] = x[t] + v, v ~ N(0, noise). All of it is linear
and Gaussian, so the Kalman filter gives the posterior itself. A gap in the window is NaN: nothing is learnt there.
"""

import functools
import math
from typing import Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MOST_PERSISTENT: Final = 0.98
"""Largest persistence, either way. *chosen*: a half-life of 34 cycles, a sixth of the default window"""
STEP: Final = 0.0392
"""Distance of two persistences that are tried. *chosen*: 50 steps; half the standard error at 200 cycles"""
RATIOS: Final = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Measurement noise in units of the process noise that is tried. *chosen*"""
MOST_GAPS: Final = 0.25
"""Largest share of a window that may be missing. *chosen*: more would be filled in than measured"""
LEAST_SPREAD: Final = 1e-9
"""A dimension whose values differ by less, relative to their size, is constant and has no law. *chosen*"""


class Law(NamedTuple):
    """How one dimension moves."""

    mean: float
    persistence: float
    process: float
    """Variance of what each cycle adds."""
    noise: float
    """Variance of the measurement."""

    @property
    def variance(self) -> float:
        """Of the state in the long run."""
        return self.process / (1.0 - self.persistence**2)


class Belief(NamedTuple):
    """Posterior of the state after the last value of a window."""

    mean: float
    variance: float


class _Spectra(NamedTuple):
    """Shapes of the spectral density on the grid of persistences and noise ratios, one row for each pair."""

    pairs: tuple[tuple[float, float], ...]
    inverse: Array
    mean_log: Array
    noisy: Array
    """1 where there is measurement noise, else 0."""


@functools.lru_cache(maxsize=8)
def _spectra(length: int) -> _Spectra:
    frequencies = 2 * np.pi * np.arange(1, (length + 1) // 2) / length
    steps = int(MOST_PERSISTENT / STEP + 0.5)
    pairs = tuple((step * STEP, ratio) for step in range(-steps, steps + 1) for ratio in RATIOS if step or not ratio)
    persistence, ratio = (np.array(column)[:, None] for column in zip(*pairs, strict=True))
    shape = 1.0 / (1.0 - 2.0 * persistence * np.cos(frequencies) + persistence**2) + ratio
    return _Spectra(pairs, 1.0 / shape, np.log(shape).mean(axis=1), (ratio[:, 0] > 0).astype(np.float64))


def estimate(window: Array) -> list[Law | None]:
    """The law of each row of `window` (dimensions x cycles); None for a row that is constant or has too many gaps.

    Whittle's likelihood on a grid (Whittle 1953), the scale profiled out; measurement noise is believed in where it
    gains more than BIC asks for one more parameter. The persistence is corrected for the bias of an estimated mean
    (Kendall 1954). The sums are taken without BLAS, whose threads would wait for each other on a busy machine.
    """
    length = window.shape[1]
    usable = [row for row in range(len(window)) if _usable(window[row])]
    laws: list[Law | None] = [None] * len(window)
    if not usable:
        return laws
    rows = np.array([_filled(window[row]) for row in usable])
    means = rows.mean(axis=1)
    spectrum = np.abs(np.fft.rfft(rows - means[:, None], axis=1))[:, 1 : (length + 1) // 2] ** 2 / length
    spectra = _spectra(length)
    scales = np.einsum("df,pf->dp", spectrum, spectra.inverse) / spectrum.shape[1]
    losses = spectrum.shape[1] * (np.log(scales) + spectra.mean_log) + spectra.noisy * math.log(length) / 2
    for place, best in enumerate(losses.argmin(axis=1)):
        persistence, ratio = spectra.pairs[int(best)]
        process = float(scales[place, best])
        unbiased = persistence + (1 + 3 * persistence) / length
        laws[usable[place]] = Law(float(means[place]), min(MOST_PERSISTENT, unbiased), process, ratio * process)
    return laws


def _usable(values: Array) -> bool:
    known = values[~np.isnan(values)]
    if len(known) < (1 - MOST_GAPS) * len(values):
        return False
    return bool(np.ptp(known) > LEAST_SPREAD * max(1.0, float(np.abs(known).max())))


def _filled(values: Array) -> Array:
    """The values with gaps filled in a straight line, for estimating alone."""
    gaps = np.isnan(values)
    if not gaps.any():
        return values
    places = np.arange(len(values))
    return cast(Array, np.interp(places, places[~gaps], values[~gaps]))


def filtered(law: Law, values: Array) -> tuple[Belief, Array]:
    """The posterior after the last value, and the standardised innovations (NaN at gaps).

    The state before the first value has its long-run distribution.
    """
    if law.noise == 0.0 and not np.isnan(values).any():
        return _seen_exactly(law, values)
    mean, variance = law.mean, law.variance
    innovations = []
    for place, value in enumerate(values.tolist()):
        if place:
            mean = law.mean + law.persistence * (mean - law.mean)
            variance = law.persistence**2 * variance + law.process
        if math.isnan(value):
            innovations.append(math.nan)
            continue
        total = variance + law.noise
        innovations.append((value - mean) / math.sqrt(total))
        gain = variance / total
        mean += gain * (value - mean)
        variance *= 1.0 - gain
    return Belief(mean, variance), np.array(innovations)


def _seen_exactly(law: Law, values: Array) -> tuple[Belief, Array]:
    """The filter without measurement noise and gaps: the state is the value."""
    off = values - law.mean
    innovations = (off[1:] - law.persistence * off[:-1]) / math.sqrt(law.process)
    first = off[0] / math.sqrt(law.variance)
    return Belief(float(values[-1]), 0.0), np.concatenate(([first], innovations))


def foretold(law: Law, belief: Belief, ahead: int, cycles: int) -> tuple[float, float]:
    """Mean and variance of the value that is measured `ahead` cycles on, by a law that `cycles` cycles gave.

    The variance holds how little is known of the long-run mean: variance x (1 + p) / (1 - p) / cycles.
    """
    kept = law.persistence**ahead
    mean = law.mean + kept * (belief.mean - law.mean)
    state = kept**2 * belief.variance + law.variance * (1.0 - kept**2)
    doubt = law.variance * (1.0 + law.persistence) / (1.0 - law.persistence) / cycles
    return mean, state + law.noise + (1.0 - kept) ** 2 * doubt


def uncertainty(laws: list[Law], beliefs: list[Belief]) -> float | None:
    """EU: mean posterior variance in units of each dimension's own variance; None without a dimension."""
    if not laws:
        return None
    return sum(belief.variance / law.variance for law, belief in zip(laws, beliefs, strict=True)) / len(laws)
