"""What a veto says of the council: which conditions it rests on, and whether autonomy has to answer for it."""

from collections.abc import Sequence
from typing import Final

from messages.gate.change import Condition, Vetoed
from messages.kernel.control import Level

MARGINAL: Final = 0.20
"""A decision of autonomy that leaves a lower score is vetoed. *cited*: specification of autonomy, section 6"""
CRITICAL: Final = 0.05
"""A violation with a lower score freezes autonomy and takes back what it did. *cited*: as above"""
HEALTH: Final = frozenset(("crashes", "dead_letters", "broken_calls"))
"""Conditions that speak of the foundation's health. *derived* from the stability checker's"""
AT_LEAST: Final = frozenset(("identity", "horizon"))
"""Conditions that want a figure above their bound. *cited*: as above"""


def blamed(violated: Sequence[Condition]) -> Condition | None:
    """The first violated condition that speaks of the council's stability and not of the foundation's health."""
    return next((known for known in violated if known.name not in HEALTH), None)


def destabilises(m: Vetoed) -> bool:
    """A decision of autonomy was vetoed because of what it would have done to the council."""
    if m.level is not Level.AUTONOMY or m.score is None:
        return False
    violated = [known for known in m.conditions if known.verdict == "violated"]
    return blamed(violated) is not None or m.score < MARGINAL


def passing(known: Condition) -> str:
    """A violated condition in words: its figure, and what would have passed."""
    if known.value == known.bound:
        wanted = "above" if known.name in AT_LEAST else "below"
    else:
        wanted = "above" if known.value < known.bound else "below"
    return f"{known.name} is {known.value:g}, allowed {wanted} {known.bound:g}"
