"""How many goals the council may set itself.

Source: specification of autonomy, section 2.
"""

from collections.abc import Sequence
from typing import Final

SPAN: Final = 100
"""Cycles in which goals are counted. *cited*: specification of autonomy, section 2"""
MOST: Final = 5
"""Most goals within SPAN. *cited*: specification of autonomy, section 2"""
COOLDOWN: Final = 20
"""Cycles after a rejection in which nothing is judged. *cited*: specification of autonomy, section 2"""
SANDBOXED: Final = 3
"""Most goals that are in the sandbox. *cited*: specification of autonomy, section 2"""


def fault(made: Sequence[int], cycle: int) -> str:
    """Why no further goal may be made now; `made` holds the cycles of those that were."""
    recent = sum(cycle - SPAN < at <= cycle for at in made)
    return f"{recent} goals in {SPAN} cycles, the most allowed" if recent >= MOST else ""


def cools(rejected: int | None, cycle: int) -> bool:
    """Whether the last rejection is so recent that nothing is judged."""
    return rejected is not None and cycle - rejected < COOLDOWN


def crowded(sandboxed: int) -> str:
    """Why no further goal may be sandboxed; empty if one may."""
    return f"{sandboxed} goals are sandboxed, the most allowed" if sandboxed >= SANDBOXED else ""
