"""The six criteria that let autonomy begin, each with the window for which it must have held."""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from messages.autonomy import mirror, stability

Criterion = Literal["qualified", "score", "pathologies", "calibration", "uncertainty", "stability"]

SCORE: Final = 0.85
"""SMS, at least. *cited*: specification of autonomy, section 7"""
CALIBRATION: Final = 0.08
"""MCE, below. *cited*: as above"""
UNCERTAINTY: Final = 0.20
"""EU, below. *cited*: as above"""
WINDOWS: Final[Mapping[Criterion, int]] = {
    "qualified": 0,
    "score": 0,
    "pathologies": 500,
    "calibration": 0,
    "uncertainty": 500,
    "stability": 1_000,
}
"""Cycles for which each must have held. *cited*: as above"""
STALE: Final = 15
"""Figures of so many cycles ago still count: three cycles of autonomy. *chosen*: as long as a guard may be silent"""


class Figures(msgspec.Struct, frozen=True):
    """What the criteria rest on; None where there is not enough data."""

    qualified: bool = False
    score: float | None = None
    pathologies: bool | None = None
    calibration: float | None = None
    uncertainty: float | None = None


def figures_of(m: mirror.Reflected) -> Figures:
    """What the message says of them."""
    return Figures(m.qualified, m.score, bool(m.pathologies), m.calibration, m.uncertainty)


def met(figures: Figures) -> dict[Criterion, bool]:
    """Each criterion of the foundation's figures, as they stand; what is missing is not met."""
    return {
        "qualified": figures.qualified,
        "score": figures.score is not None and figures.score >= SCORE,
        "pathologies": figures.pathologies is False,
        "calibration": figures.calibration is not None and figures.calibration < CALIBRATION,
        "uncertainty": figures.uncertainty is not None and figures.uncertainty < UNCERTAINTY,
    }


def unstable(m: stability.Reported) -> bool:
    """The council is unstable by itself: a condition is violated, its dynamics grow, or no margin is left."""
    violated = any(known.verdict == "violated" for known in m.conditions)
    return violated or m.verdict == "unstable" or m.band == "critical"


def steady(m: stability.Reported) -> bool:
    """There are figures, and nothing is violated."""
    return m.score is not None and m.verdict != "not enough data" and not unstable(m)


def continued(streaks: Mapping[Criterion, int], now: Mapping[Criterion, bool], cycle: int) -> dict[Criterion, int]:
    """Since which cycle each criterion has held; those that do not hold are left out, others stay as they were."""
    kept = {name: since for name, since in streaks.items() if now.get(name, True)}
    return kept | {name: kept.get(name, cycle) for name, holds in now.items() if holds}


def lacking(
    streaks: Mapping[Criterion, int], cycle: int, windows: Mapping[Criterion, int] = WINDOWS
) -> tuple[Criterion, ...]:
    """The criteria that have not held for as long as they must."""
    return tuple(name for name, window in windows.items() if name not in streaks or cycle - streaks[name] < window)
