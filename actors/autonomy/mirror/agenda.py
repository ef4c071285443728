"""The council's own goals in force, as the goal stack judges them: what is known of each comes from the log."""

import math
from collections.abc import Mapping
from typing import Final

import msgspec

from actors.autonomy.mirror import goalstack
from actors.autonomy.mirror.figures import EVERY
from actors.autonomy.mirror.gaps import feasibility
from messages.autonomy.goal import Tier
from messages.gate.evidence import Origin

SERVES: Final[Mapping[Origin, str]] = {
    "purpose_derived": "purpose_fidelity",
    "opportunity_driven": "efficiency",
    "gap_filling": "growth",
    "value_aligned": "purpose_fidelity",
    "exploratory": "exploration",
    "survival_driven": "stability",
}
"""The dimension that a goal of this origin serves, unless its subject is a dimension itself. *chosen*"""
MOST: Final = sum(goalstack.CAPACITY.values())
"""Most goals that are remembered. *derived*: the tiers together hold no more"""


class Pursuit(msgspec.Struct):
    """One goal in force."""

    origin: Origin
    subject: str
    skills: list[str]
    tier: Tier
    begun: int
    duration: int
    progressed: int
    gain: float = 0.0
    """What its signal promised; 0 if none was said of its subject."""

    def concerns(self, skill: str) -> bool:
        """The goal is about the skill or uses it."""
        return skill == self.subject or skill in self.skills


def progress(pursuits: Mapping[str, Pursuit], skill: str, cycle: int) -> None:
    """Something came of the skill: whatever goals concern it have progressed."""
    for pursuit in pursuits.values():
        if pursuit.concerns(skill):
            pursuit.progressed = cycle


def stack(
    pursuits: Mapping[str, Pursuit],
    confidence: Mapping[str, float],
    charter: Mapping[str, float],
    threat: tuple[float, int],
    cycle: int,
) -> dict[str, goalstack.Goal]:
    """The goals as the stack sees them; `threat` is the probability of scenarios that threaten, and their duration."""
    size = math.hypot(*charter.values()) or 1.0
    found: dict[str, goalstack.Goal] = {}
    for name, one in pursuits.items():
        probability, lasts = threat
        dimension = one.subject if one.subject in charter else SERVES[one.origin]
        waits = [0.0] * (math.ceil(one.duration / EVERY) - 1)
        found[name] = goalstack.Goal(
            feasibility(confidence.get(skill, 0.0) for skill in one.skills),
            1.0 - probability * min(1.0, lasts / one.duration),
            goalstack.expected_reward(0.0, [*waits, one.gain]),
            min(1.0, max(0.0, (cycle - one.begun) / one.duration)),
            charter.get(dimension, 0.0) / size,
            one.tier,
            frozenset((one.subject,)),
            frozenset(other for other, its in pursuits.items() if other != name and its.subject in one.skills),
            one.progressed,
        )
    return found
