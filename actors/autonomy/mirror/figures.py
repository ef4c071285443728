"""Numbers as they are measured and as they are said."""

import math
from typing import Final, overload

EVERY: Final = 5
"""Cycles of the foundation to one of autonomy. *cited*: specification of autonomy, introduction"""
DIGITS: Final = 5
"""Significant digits of what is said. *chosen*: more than any threshold needs, and short on the log"""
ABSURD: Final = 1e9
"""A measure beyond this is no measure. *chosen*: thirty years in seconds, a billion records"""


def possible(value: float) -> bool:
    """The measure may be what it says: finite, not negative, not absurdly large."""
    return math.isfinite(value) and 0 <= value <= ABSURD


@overload
def short(value: float) -> float: ...
@overload
def short(value: None) -> None: ...
@overload
def short(value: float | None) -> float | None: ...
def short(value: float | None) -> float | None:
    """The value with as many digits as are said; None stays None."""
    return None if value is None else float(f"{value:.{DIGITS}g}")
