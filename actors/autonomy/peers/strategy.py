"""How an agent stands to the council, by how often it does well and how far its goals agree."""

from typing import Final

from messages.autonomy.peer import Kind

COOPERATIVE, NEUTRAL, COMPETITIVE = 0.70, 0.50, 0.30
"""Rates of interactions that went well: above the first two, below the third. *cited*: specification of autonomy, 5"""
ALIGNED: Final = 0.30
"""Goals beyond this agree, below its negative they oppose. *cited*: the same"""
FEWEST: Final = 10
"""Below so many observations the class is unknown. *cited*: the same"""


def classify(rate: float, alignment: float, seen: int) -> Kind:
    """The class; unknown where rate and alignment fit none."""
    if seen < FEWEST:
        return "unknown"
    if rate > COOPERATIVE and alignment > ALIGNED:
        return "cooperative"
    if rate > NEUTRAL and -ALIGNED <= alignment <= ALIGNED:
        return "neutral"
    if rate < COMPETITIVE and alignment < -ALIGNED:
        return "competitive"
    return "unknown"
