"""How like two goals are, and how new a candidate is.

Source: specification of autonomy, section 2.
"""

from collections.abc import Iterable
from typing import Final

from messages.autonomy.goal import Intent, Tier

ORDER: Final[tuple[Tier, ...]] = ("tactical", "operational", "strategic")
"""Tiers from near to far. *derived*"""
SKILLS, HORIZON, ORIGIN = 0.50, 0.25, 0.25
"""Weights of the three parts. *cited*: specification of autonomy, section 2"""
LEAST_NOVELTY: Final = 0.30
"""Least novelty of a goal. *cited*: specification of autonomy, section 2"""


def similarity(one: Intent, other: Intent) -> float:
    """In [0, 1]: half for common skills, a quarter each for the tier and the origin."""
    skills, others = set(one.skills), set(other.skills)
    shared = len(skills & others) / len(skills | others) if skills | others else float(one.subject == other.subject)
    apart = abs(ORDER.index(one.tier) - ORDER.index(other.tier))
    return SKILLS * shared + HORIZON * (1.0, 0.5, 0.0)[apart] + ORIGIN * (one.origin == other.origin)


def novelty(candidate: Intent, existing: Iterable[Intent]) -> float:
    """1 less the greatest similarity to a goal that exists; 1 without any."""
    return 1.0 - max((similarity(candidate, one) for one in existing), default=0.0)
