"""When a signal is worth saying: when it appears, and when it changes materially; never in every cycle."""

from collections.abc import Container, Mapping
from typing import Final, NamedTuple

import msgspec

PROBABLE: Final = 0.30
"""An opportunity must be more probable. *cited*: specification of autonomy, section 2"""
WORTHWHILE: Final = 0.05
"""And gain more over the baseline. *cited*: the same section"""
MATERIAL: Final = 0.15
"""A change of probability or gain by more is said again. *chosen*: half of the least probability that counts"""
QUIET: Final = 50
"""Cycles for which a signal must have been away before it appears anew. *chosen*: noise around a threshold is silent"""


class Signal(NamedTuple):
    """One signal with its figures."""

    probability: float
    gain: float
    told: str
    needed_in: float | None = None


class Told(msgspec.Struct, array_like=True):
    """What was last said of a subject, and when its signal was last there."""

    probability: float
    gain: float
    seen: int


def is_opportunity(kind: str, probability: float, gain: float) -> bool:
    """The scenario is a signal of the environmental stream."""
    return kind == "opportunistic" and probability > PROBABLE and gain > WORTHWHILE


def fresh(present: Mapping[str, Signal], told: Mapping[str, Told]) -> list[str]:
    """The signals that are to be said now."""
    return [name for name, signal in present.items() if name not in told or _differs(signal, told[name])]


def _differs(signal: Signal, told: Told) -> bool:
    return abs(signal.probability - told.probability) > MATERIAL or abs(signal.gain - told.gain) > MATERIAL


def remembered(told: Mapping[str, Told], present: Container[str], cycle: int) -> dict[str, Told]:
    """What is known of the signals after this cycle; those that were away for long are forgotten."""
    found: dict[str, Told] = {}
    for name, known in told.items():
        if name in present:
            found[name] = Told(known.probability, known.gain, cycle)
        elif cycle - known.seen < QUIET:
            found[name] = known
    return found
