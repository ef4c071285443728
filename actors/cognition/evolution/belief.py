"""What is believed of a measure over all configurations while the world drifts: a Gaussian process, filtered.

The measure of every configuration is one vector f. Before anything is seen, f ~ N(mean, K), where K is a common level,
one effect for each parameter, a part that all parameters share, and a part of each configuration's own. From a cycle to
the next f moves by N(0, drift x K); a verification sees one entry with noise. How much drift and how much noise there
is, is not known: a filter runs for each pair of a small grid, and the likelihood of what was seen chooses.

Source: S. Särkkä, A. Solin, J. Hartikainen, Spatiotemporal learning via infinite-dimensional Bayesian filtering and
smoothing, IEEE Signal Processing Magazine 30 (2013); the grid is a bank of filters as in multiple-model estimation.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from actors.cognition.evolution.space import Matrix

DRIFTS: Final = (0.0, 1e-3, 1e-2, 0.1)
"""Part of the prior variance by which f moves in a cycle. *chosen*: from a world that stands still to one that is new
after ten cycles"""
NOISES: Final = (1e-6, 1e-3, 1e-2, 0.1)
"""Variance of the noise beside that of the measure. *chosen*: from an exact verification to one that is off by a third
of the spread"""
LEVEL, MAIN, JOINT, OWN = 1.0, 1.0, 0.3, 0.03
"""Parts of the prior variance: common level, main effects together, what all parameters share, and what each
configuration has for itself. *chosen*: most of what a configuration does is the sum of what its settings do; without
the last part, what is its own would be taken for noise of the verification"""
FORGET: Final = 0.95
"""What an older cycle's likelihood counts beside the next one's. *chosen*: half of it after 14 cycles"""
JITTER: Final = 1e-9
"""Part of the variance that is added where a matrix is taken apart. *chosen*: keeps rounding from making it singular"""


def prior(likenesses: Sequence[Matrix]) -> Matrix:
    """The covariance of a measure with unit spread, shape (n, n)."""
    n = likenesses[0].shape[0]
    joint = np.ones((n, n))
    for one in likenesses:
        joint = joint * one
    return np.asarray(LEVEL * np.ones((n, n)) + MAIN * np.mean(likenesses, axis=0) + JOINT * joint + OWN * np.eye(n))


class Filter:
    """The belief under one drift and one noise, in units of the measure's spread."""

    def __init__(self, covariance: Matrix, drift: float, noise: float) -> None:
        self._step = drift * covariance
        self._noise = noise
        self.mean = np.zeros(covariance.shape[0])
        self.covariance = covariance.copy()
        self.likelihood = 0.0
        """Logarithm of how likely what was seen was, older cycles counting less."""

    def pass_on(self) -> None:
        """A cycle goes by."""
        self.covariance += self._step
        self.likelihood *= FORGET

    def see(self, places: Sequence[int], values: Matrix) -> None:
        """These entries were verified, shape (k,)."""
        at = np.asarray(places)
        gain = self.covariance[:, at]
        seen = gain[at] + (self._noise + JITTER) * np.eye(len(at))
        lower = np.linalg.cholesky(seen)
        off = np.linalg.solve(lower, values - self.mean[at])
        spread = np.linalg.solve(lower, gain.T)
        self.likelihood -= 0.5 * float(off @ off) + float(np.log(np.diag(lower)).sum())
        self.mean = self.mean + spread.T @ off
        self.covariance = self.covariance - spread.T @ spread


class Belief:
    """The belief of the likeliest pair of drift and noise, in the measure's own unit."""

    def __init__(self, covariance: Matrix) -> None:
        self._filters = [Filter(covariance, drift, noise) for drift in DRIFTS for noise in NOISES]
        self._centre: float | None = None
        self._scale = 1.0

    def pass_on(self) -> None:
        """A cycle goes by."""
        for one in self._filters:
            one.pass_on()

    def see(self, places: Sequence[int], values: Sequence[float]) -> None:
        """These configurations were verified; the first ones fix centre and spread."""
        given = np.asarray(values, dtype=float)
        if self._centre is None:
            self._centre = float(given.mean())
            self._scale = float(given.std()) or max(abs(self._centre), 1.0)
        for one in self._filters:
            one.see(places, (given - self._centre) / self._scale)

    @property
    def likeliest(self) -> Filter:
        """The filter under which what was seen was least of a surprise."""
        return max(self._filters, key=lambda one: one.likelihood)

    def mean(self) -> Matrix:
        """Expected value of each configuration, shape (n,)."""
        return (self._centre or 0.0) + self._scale * self.likeliest.mean

    def sd(self) -> Matrix:
        """Standard deviation of each, shape (n,)."""
        return self._scale * np.sqrt(np.maximum(np.diag(self.likeliest.covariance), 0.0))

    def draws(self, count: int, rng: np.random.Generator) -> Matrix:
        """So many possible worlds, shape (count, n)."""
        found = self.likeliest
        values, vectors = np.linalg.eigh(found.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        return np.asarray(self.mean() + self._scale * rng.standard_normal((count, root.shape[1])) @ root.T)


def chance_within(mean: float, sd: float, most: float | None, least: float | None) -> float:
    """Probability that a normal quantity lies within the bounds; an exact one does or does not."""
    if sd <= 0:
        return float((most is None or mean <= most) and (least is None or mean >= least))
    upper = 1.0 if most is None else _normal((most - mean) / sd)
    lower = 0.0 if least is None else _normal((least - mean) / sd)
    return max(0.0, upper - lower)


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))
