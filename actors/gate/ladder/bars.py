"""Patterns of decisions that the same condition vetoes again and again."""

from collections.abc import Mapping
from typing import Final

WINDOW: Final = 1_000
"""In cycles. *cited*: specification of autonomy, section 7"""
MOST: Final = 3
"""So many vetoes in the window are borne; one more bars the pattern. *cited*: as above"""
KEPT: Final = 256
"""Most pairs of pattern and condition that are counted; the one vetoed longest ago is forgotten. *chosen*"""

Counts = dict[str, tuple[int, ...]]
"""Cycles of the last vetoes, by pattern and condition."""


def key(pattern: str, condition: str) -> str:
    """The name under which the pair is counted."""
    return f"{pattern} {condition}"


def counted(counts: Mapping[str, tuple[int, ...]], name: str, cycle: int) -> Counts:
    """The counts with one more veto, without what is out of the window."""
    recent = {known: tuple(at for at in cycles if cycle - at < WINDOW)[-MOST - 1 :] for known, cycles in counts.items()}
    before = recent.pop(name, ())
    kept = {known: cycles for known, cycles in recent.items() if cycles}
    kept[name] = (*before, cycle)[-MOST - 1 :]
    return dict(list(kept.items())[-KEPT:])


def is_barred(counts: Mapping[str, tuple[int, ...]], name: str, cycle: int) -> bool:
    """The pair was vetoed more often in the window than is borne."""
    return sum(cycle - at < WINDOW for at in counts.get(name, ())) > MOST


def cleared(counts: Mapping[str, tuple[int, ...]], pattern: str) -> Counts:
    """The counts without any of the pattern."""
    return {known: cycles for known, cycles in counts.items() if known.partition(" ")[0] != pattern}
