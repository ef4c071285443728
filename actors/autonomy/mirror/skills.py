"""The skills as they live through the cycles: executions come in, confidence follows them, over-confidence is timed."""

from typing import Final

import msgspec

from actors.autonomy.mirror import capability
from actors.autonomy.mirror.capability import Skill

MOST: Final = 500
"""Most skills that are remembered; the one that was used least lately is forgotten. *chosen*"""
CORRECTIONS: Final = 20
"""Latest corrections whose length is remembered. *chosen*"""


class Skills(msgspec.Struct):
    """All skills by the names of their tools."""

    known: dict[str, Skill] = {}
    halted: dict[str, Skill] = {}
    """Skills whose tools were disabled, and may be enabled again."""
    corrected: list[int] = []
    """Cycles that the latest corrections of over-confidence took."""

    def register(self, name: str, confidence: float, domain: str, requires: list[str], cycle: int) -> str | None:
        """A version of the tool is new, and so are its figures; returns the skill that is forgotten for it."""
        self.lose(name)
        self.known[name] = Skill(confidence, domain, requires, used=cycle)
        if len(self.known) <= MOST:
            return None
        oldest = min(self.known, key=lambda one: self.known[one].used)
        del self.known[oldest]
        return oldest

    def lose(self, name: str) -> None:
        """The tool is no more."""
        self.known.pop(name, None)
        self.halted.pop(name, None)

    def halt(self, name: str) -> None:
        """The tool can't be called until it is enabled again."""
        if (skill := self.known.pop(name, None)) is not None:
            self.halted[name] = skill
            if len(self.halted) > MOST:
                del self.halted[next(iter(self.halted))]

    def resume(self, name: str, cycle: int) -> None:
        """The tool can be called again; what is known of it starts anew, as in the registry."""
        if (skill := self.halted.pop(name, None)) is not None:
            self.known[name] = Skill(skill.confidence, skill.domain, skill.requires, used=cycle)

    def execute(self, name: str, status: str | None, busy: bool, cycle: int) -> None:
        """One execution of the skill; `status` is how it failed, None for a success."""
        skill = self.known.get(name)
        if skill is not None:
            skill.outcomes = (skill.outcomes + capability.outcome(status, busy))[-capability.WINDOW :]
            skill.used = cycle

    def calibrate(self, cycle: int) -> None:
        """One cycle passes: confidence follows the success rate of every skill that counts."""
        for skill in self.known.values():
            rate = capability.rate(skill.outcomes)
            if rate is None:
                continue
            if skill.confidence - rate > capability.OVER and not skill.over_since:
                skill.over_since = cycle
            skill.confidence = round(capability.calibrated(skill.confidence, rate), 6)
            if skill.over_since and skill.confidence - rate <= capability.OVER:
                self.corrected = [*self.corrected, cycle - skill.over_since + 1][-CORRECTIONS:]
                skill.over_since = 0

    def corrected_in(self, cycle: int) -> float | None:
        """The longest correction of the latest ones, those under way among them; None if there was none."""
        under_way = [cycle - skill.over_since + 1 for skill in self.known.values() if skill.over_since]
        return float(max([*self.corrected, *under_way])) if self.corrected or under_way else None

    def confidences(self) -> dict[str, float]:
        """What is believed of each skill."""
        return {name: skill.confidence for name, skill in self.known.items()}

    def diversity(self) -> float | None:
        """How evenly the skills are spread over domains."""
        return capability.diversity([skill.domain for skill in self.known.values()])
