"""How much of what the council was is still there: its SOULs, its values, its purpose, its core capabilities.

Source: specification of autonomy, section 6, condition 2.
"""

from collections.abc import Mapping
from typing import Final

SECTIONS, VALUES, PURPOSE, CAPABILITIES = 0.4, 0.3, 0.2, 0.1
"""Weights of the four parts. *cited*: specification of autonomy, section 6"""
ALL: Final = SECTIONS + VALUES + PURPOSE + CAPABILITIES
"""*derived*"""


def kept(baseline: Mapping[str, str], now: Mapping[str, str]) -> float:
    """Share of the protected sections whose digest is still that of the baseline; 1 without any."""
    if not baseline:
        return 1.0
    return sum(now.get(name) == digest for name, digest in baseline.items()) / len(baseline)


def identity(sections: float, values: float, capabilities: float, purpose: float | None) -> float:
    """The weighted mean of the parts, each a number up to 1; a purpose that was never measured is left out of it."""
    known = SECTIONS * sections + VALUES * values + CAPABILITIES * capabilities
    return min(1.0, known / (ALL - PURPOSE) if purpose is None else (known + PURPOSE * purpose) / ALL)
