"""Whether values that compete are held at once.

Source: specification of autonomy, section 3. The tension given there is nearly always 0 on the simplex, so the pressure
over the baselines is reported beside it as an early warning.
"""

from collections.abc import Mapping
from typing import Final

from messages.gate.evidence import Dimension

PAIRS: Final[tuple[tuple[Dimension, Dimension], ...]] = (
    ("stability", "exploration"),
    ("efficiency", "exploration"),
    ("growth", "safety"),
)
"""Values that compete. *cited*: specification of autonomy, section 3"""
LEAST: Final = 0.80
"""Least coherence. *cited*: specification of autonomy, section 3"""


def coherence(weights: Mapping[Dimension, float]) -> float:
    """1 less the mean tension of the competing pairs, in [0, 1]."""
    return 1.0 - sum(max(0.0, weights[one] + weights[other] - 1.0) for one, other in PAIRS) / len(PAIRS)


def pressure(
    weights: Mapping[Dimension, float], baseline: Mapping[Dimension, float]
) -> dict[tuple[Dimension, Dimension], float]:
    """By pair: how much of the way from their baseline to 1 the two have gone together, in [0, 1]."""
    found: dict[tuple[Dimension, Dimension], float] = {}
    for one, other in PAIRS:
        rest = baseline[one] + baseline[other]
        found[one, other] = max(0.0, weights[one] + weights[other] - rest) / (1.0 - rest)
    return found
