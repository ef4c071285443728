"""How much the results of the examples tell: a dear program has to be held by more than a few small numbers."""

import math
from typing import Any, Final

from actors.synthesis.values import Values

CHARACTER_BITS: Final = 4
"""What one character of a result tells. *chosen*: English text has less, codes have more."""


def evidence(results: Values) -> int:
    """Bits that the results hold, a repeated result counting only for having been chosen again."""
    distinct = {repr(result): result for result in results}
    again = (len(results) - len(distinct)) * math.log2(1 + len(distinct))
    return round(sum(map(_bits, distinct.values())) + again)


def _bits(value: Any) -> float:
    if value is None or isinstance(value, bool):
        return 1.0
    if isinstance(value, (int, float)):
        places = len(str(value).partition(".")[2])
        return 1 + math.log2(1 + abs(value)) + places * math.log2(10)
    if isinstance(value, str):
        return 2.0 + CHARACTER_BITS * len(value)
    if isinstance(value, list):
        return 1 + sum(map(_bits, value))
    return 1 + sum(2 + _bits(item) for item in value.values())
