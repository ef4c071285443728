"""What of a mutation is looked at before it is tried: its size, and what was changed lately.

Source: specification of autonomy, section 3.
"""

from collections.abc import Sequence
from typing import Final

LARGEST: Final = 0.05
"""Most by which a mutation may move a weight. *cited*: specification of autonomy, section 3"""
FARTHEST: Final = 0.15
"""Most that a dimension may have drifted with the mutation. *cited*: specification of autonomy, section 3"""
LATELY: Final = 200
"""Cycles in which mutations are counted. *cited*: specification of autonomy, section 3"""
MOST: Final = 3
"""So many mutations within LATELY allow no further one. *cited*: specification of autonomy, section 3"""
PENDING: Final = 2
"""Most mutations that are under way. *cited*: specification of autonomy, section 3"""
ROUNDING: Final = 1e-9
"""What rounding may add to a step. *derived* from the digits of a weight"""


def fault(step: float, drifted: float, at: Sequence[int], cycle: int, pending: int) -> str:
    """Why the mutation may not be tried; empty if it may.

    `drifted` is the distance of the dimension from its baseline, `at` the cycles of the mutations in force.
    """
    if abs(step) > LARGEST + ROUNDING:
        return f"a step of {abs(step):.3f} is larger than {LARGEST}"
    if drifted + abs(step) > FARTHEST + ROUNDING:
        return f"the dimension would have drifted by {drifted + abs(step):.3f}, and may by {FARTHEST}"
    recent = sum(cycle - LATELY < one <= cycle for one in at)
    if recent >= MOST:
        return f"{recent} mutations came into force in the last {LATELY} cycles, and fewer than {MOST} may have"
    return f"{pending} mutations are under way, the most allowed" if pending >= PENDING else ""
