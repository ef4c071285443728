"""How probable it is that an effect exceeds its criterion, from the experiments' own data."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

DRAWS: Final = 4_000
"""Draws from the posterior. *chosen*: its probability is known to about .007"""
QUANTILES: Final = (2.5, 50.0, 97.5)
"""Of a 95 % interval, with its middle. *derived*"""
FEWEST: Final = 8
"""Pairs below which nothing is said. *chosen*: a median of fewer is known to no use"""


class Posterior(NamedTuple):
    """The effect, its 95 % interval, and the probability that it exceeds the criterion."""

    effect: float
    low: float
    high: float
    exceeds: float


def posterior(effects: NDArray[np.float64], criterion: float, rng: np.random.Generator) -> Posterior:
    """Of the median of the pairs' effects, shape (pairs,); raises ValueError for too few.

    Source: Rubin (1981), the Bayesian bootstrap: each draw weighs the pairs by a flat Dirichlet law. The median, since
    single measurements of time are far too long now and then.
    """
    if len(effects) < FEWEST:
        raise ValueError(f"{len(effects)} pairs are too few; there must be {FEWEST}")
    ordered = np.sort(effects)
    weights = rng.dirichlet(np.ones(len(ordered)), DRAWS)
    drawn = ordered[(weights.cumsum(axis=1) >= 1 / 2).argmax(axis=1)]
    low, middle, high = np.percentile(drawn, QUANTILES)
    return Posterior(float(middle), float(low), float(high), float(np.mean(drawn > criterion)))
