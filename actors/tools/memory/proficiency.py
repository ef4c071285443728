"""How good somebody is at something, how far a capability is, and how near it lies."""

from typing import Final

from actors.tools.memory.capability import Capability, Version
from messages.tools.memory import Proficiency, Status, Tier

LADDER: Final[tuple[tuple[Proficiency, float, int], ...]] = (
    ("master", 0.95, 20),
    ("expert", 0.85, 10),
    ("proficient", 0.75, 5),
    ("competent", 0.5, 1),
)
"""Steps from the top, each with the success and the runs that it takes. *cited*: specification of acquisition, 4"""
MASTERED: Final = 0.85
"""Mastery from which something counts as mastered. *cited*: specification of acquisition, section 1"""
TELLING: Final = 5
"""Runs that tell nothing yet; more of them do. *cited*: specification of acquisition, section 4"""
DEGRADED: Final = 0.7
"""Success lately below which it is degraded. *derived*: what is offered for a task succeeds as often"""


def proficiency(successes: int, runs: int) -> Proficiency:
    """The highest step whose success and runs are reached."""
    for level, rate, fewest in LADDER:
        if runs >= fewest and successes >= rate * runs:
            return level
    return "novice"


def success(version: Version) -> float:
    """The rate of its last fifty runs where they tell something, else the mastery that it was registered with."""
    rate = version.tally.rate_lately
    return rate if rate is not None and version.tally.runs > TELLING else version.mastery


def status(capability: Capability) -> Status:
    """What stands decides; where nothing does, how far the newest task has come."""
    standing = capability.standing
    if standing is not None:
        if is_degraded(standing):
            return "degraded"
        return "mastered" if standing.mastery >= MASTERED else "validated"
    learning = capability.under_way
    if learning is None:
        return "undone"
    verdict = learning.verdicts[-1] if learning.verdicts else None
    practised = max((practice.round for practice in learning.practices), default=0)
    if verdict is not None and verdict.round >= practised and verdict.mastery >= MASTERED and verdict.critical == 0:
        return "validated"
    return "practicing" if learning.practices else "learning"


def is_degraded(version: Version) -> bool:
    """Its last runs tell something, and too few of them succeeded."""
    return version.tally.runs > TELLING and success(version) < DEGRADED


def tier(capability: Capability, now: float, hot_s: float, warm_s: float) -> Tier:
    """Hot if it stands and was used within `hot_s`, warm if it was learnt within `warm_s`, else cold."""
    standing = capability.standing
    if standing is None:
        return "cold"
    used_at = capability.tally.used_at
    if used_at and now - used_at <= hot_s:
        return "hot"
    return "warm" if now - standing.at <= warm_s else "cold"
