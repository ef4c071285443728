"""The fourteen criteria that qualify the foundation, and SMS, the score of how well it knows and keeps itself.

A criterion about what must follow an event (a risk foretold, over-confidence corrected, a gap that came, a change taken
back) holds in a full window without such an event. All others need a value: without one they do not hold.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

Part = Literal["awareness", "self_modelling", "strategy", "stability", "uncertainty"]


class Criterion(NamedTuple):
    """What a figure must reach, and what it is worth."""

    target: float
    above: bool
    """The figure must be above the target; otherwise below it."""
    worst: float
    """The figure at which it is worth nothing."""
    best: float
    part: Part
    eventful: bool = False
    """It holds where nothing has happened that it could be judged by."""
    reached: bool = True
    """The target itself is enough."""


CRITERIA: Final[Mapping[str, Criterion]] = {
    "accuracy": Criterion(0.70, True, 0.0, 1.0, "awareness"),
    "calibration": Criterion(0.15, False, 0.5, 0.0, "awareness", reached=False),
    "coverage": Criterion(0.85, True, 0.0, 1.0, "awareness"),
    "foretold": Criterion(20.0, True, 0.0, 100.0, "awareness", eventful=True),
    "mce": Criterion(0.10, False, 0.5, 0.0, "self_modelling", reached=False),
    "unknown_recall": Criterion(0.90, True, 0.0, 1.0, "self_modelling"),
    "corrected_in": Criterion(20.0, False, 100.0, 0.0, "self_modelling", eventful=True),
    "gap_prediction": Criterion(0.75, True, 0.0, 1.0, "self_modelling", eventful=True),
    "completion": Criterion(0.60, True, 0.0, 1.0, "strategy"),
    "robustness": Criterion(0.70, True, 0.0, 1.0, "strategy"),
    "lyapunov": Criterion(0.95, True, 0.0, 1.0, "stability"),
    "rho": Criterion(1.0, False, 2.0, 0.0, "stability", reached=False),
    "cluster": Criterion(15.0, False, 100.0, 0.0, "stability", eventful=True),
    "reverts": Criterion(0.10, False, 1.0, 0.0, "stability", eventful=True, reached=False),
}
"""Targets: *cited*, specification of autonomy, section 1. Worst and best: *derived*, the ends of each figure's range,
or *chosen* where it has none"""
REPORTED: Final[Mapping[str, Criterion]] = {
    "eu": Criterion(0.15, False, 1.0, 0.0, "uncertainty", reached=False),
    "res": Criterion(0.40, False, 1.0, 0.0, "uncertainty", reached=False),
    "rdf": Criterion(100.0, True, 0.0, 1000.0, "uncertainty", reached=False),
}
"""Figures that are no criteria; they make the part `uncertainty` of the score. *cited*: the same section"""
PARTS: Final[Mapping[Part, float]] = {
    "awareness": 0.25,
    "self_modelling": 0.25,
    "strategy": 0.20,
    "stability": 0.20,
    "uncertainty": 0.10,
}
"""Weights of SMS. *cited*: the same section"""
SCORE: Final = Criterion(0.80, True, 0.0, 1.0, "awareness")
"""SMS that qualifies the foundation; autonomy starts from .85 on. *cited*: the same section"""
PARTED: Final = 2
"""Stable cycles that do not end a cluster of instability yet. *chosen*"""
AT_TARGET: Final = 0.80
"""What a figure at its target is worth, so that SMS is at its target when all are. *derived*"""


def holds(criterion: Criterion, value: float | None, full: bool) -> bool:
    """The criterion is met; `full` says that the window is."""
    if value is None:
        return criterion.eventful and full
    if value == criterion.target:
        return criterion.reached
    return (value > criterion.target) is criterion.above


def worth(criterion: Criterion, value: float) -> float:
    """What the value is worth, in [0, 1]: nothing at the worst, `AT_TARGET` at the target, 1 at the best; linear."""
    span, rest = criterion.target - criterion.worst, criterion.best - criterion.target
    reached = (value - criterion.worst) / span
    if reached <= 1.0:
        return AT_TARGET * max(0.0, reached)
    beyond = (value - criterion.target) / rest if rest else 0.0
    return AT_TARGET + (1.0 - AT_TARGET) * min(1.0, beyond)


def score(figures: Mapping[str, float | None]) -> float | None:
    """SMS over the figures; None while one of its parts has none that can be judged, or one that needs data has not."""
    total = 0.0
    everything = {**CRITERIA, **REPORTED}
    for part, weight in PARTS.items():
        worths = []
        for name, criterion in everything.items():
            if criterion.part != part:
                continue
            value = figures.get(name)
            if value is not None:
                worths.append(worth(criterion, value))
            elif not criterion.eventful:
                return None
        total += weight * sum(worths) / len(worths)
    return total


def qualified(figures: Mapping[str, float | None], full: bool) -> bool:
    """All fourteen criteria hold, and the score is high enough."""
    sms = score(figures)
    return sms is not None and sms >= SCORE.target and all(holds(CRITERIA[n], figures.get(n), full) for n in CRITERIA)


def longest_run(unstable: str, gap: int = PARTED) -> int:
    """Cycles of the longest cluster of instability in a row of `1` (unstable) and `0`; short gaps do not part it."""
    longest, start, end = 0, 0, -1
    for place, one in enumerate(unstable):
        if one == "1":
            start = start if end >= 0 and place - end <= gap + 1 else place
            end = place
            longest = max(longest, end - start + 1)
    return longest
