"""The verifier: what must hold of the foundation in every cycle, and how far from rest it is.

Source: specification of autonomy, section 1, verifier.
"""

import itertools
from collections.abc import Sequence
from typing import Final

WEIGHTS: Final = (0.357, 0.286, 0.214, 0.143)
"""Of instability, uncertainty, identity drift and incoherence with the charter. *cited*: section 1"""
STEADY: Final = 0.95
"""Share of cycles in which the function must not grow. *cited*: section 1"""
NOISE: Final = 0.01
"""Growth below this is none. *chosen*: what is measured is never free of noise, and 0.01 is a change of a tenth in one
of the four parts"""
UNCERTAINTY: Final = 0.80
"""Uncertainty of the world model must stay below this. *cited*: section 1"""
FEWEST: Final = 10
"""Values of the function before its growth says anything. *chosen*: fifty cycles, as for the spectral radius"""


def lyapunov(stability: float, uncertainty: float, identity: float, coherence: float) -> float:
    """V, 0 at rest: of the stability score, the uncertainty, the identity and the alignment with the charter."""
    parts = (1 - stability, uncertainty, 1 - identity, coherence - 1)
    return sum(weight * part * part for weight, part in zip(WEIGHTS, parts, strict=True))


def settled(values: Sequence[float]) -> float | None:
    """Share of steps in which V did not grow; None with too few values."""
    if len(values) < FEWEST:
        return None
    steps = list(itertools.pairwise(values))
    return sum(after <= before + NOISE for before, after in steps) / len(steps)
