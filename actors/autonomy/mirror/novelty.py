"""Which tasks are of a domain that nobody knows, and how often the detector finds planted ones."""

import random
from collections.abc import Mapping
from typing import Final

import msgspec

from actors.autonomy.mirror import unknown
from actors.autonomy.mirror.capability import Skill

DOMAINS: Final = 64
"""Most domains that are known. *chosen*"""
PAST: Final = 50
"""Latest prediction errors and divergences that set the bounds. *chosen*"""
PLANTS: Final = 40
"""Latest planted tasks. *derived*: one in each cycle of autonomy of the default window"""
FEWEST: Final = 20
"""Plants before their recall is believed. *chosen*: one miss is 5 %"""
PENDING: Final = 100
"""Most tasks of learning whose end is waited for. *chosen*"""


class Glimpse(msgspec.Struct, array_like=True):
    """What was seen of a task when it came; its end tells how far off the promise was."""

    similar: float
    promise: float | None
    divergence: float
    bound: float


class Novelty(msgspec.Struct):
    """What is known of domains by their words."""

    domains: dict[str, dict[int, int]] = {}
    words: dict[str, dict[int, int]] = {}
    """Of each skill."""
    pending: dict[str, Glimpse] = {}
    errors: list[float] = []
    divergences: list[float] = []
    plants: list[bool] = []

    def know(self, skill: str, domain: str, text: str) -> None:
        """The words of a skill are the words of its domain; those of a skill that is known already are not repeated."""
        found = unknown.features(text)
        if skill not in self.words and (domain in self.domains or len(self.domains) < DOMAINS):
            known = self.domains.setdefault(domain, {})
            for bucket, count in found.items():
                known[bucket] = known.get(bucket, 0) + count
        self.words[skill] = found

    def meet(self, task: str, text: str, skills: Mapping[str, Skill]) -> bool:
        """Whether a new task is of an unknown domain, as far as its words tell."""
        sight = self._look(unknown.features(text), skills)
        if sight is None or sight.similar is None or sight.divergence is None:
            return False
        self.pending[task] = Glimpse(sight.similar, sight.promise, sight.divergence, sight.bound)
        if len(self.pending) > PENDING:
            del self.pending[next(iter(self.pending))]
        is_unknown = unknown.is_unknown(sight)
        if not is_unknown:
            self.divergences = [*self.divergences, round(sight.divergence, 4)][-PAST:]
        return is_unknown

    def end(self, task: str, learnt: bool) -> bool:
        """Whether a task that has ended was of an unknown domain after all: its end was not what was promised."""
        glimpse = self.pending.pop(task, None)
        if glimpse is None:
            return False
        error = abs(float(learnt) - (glimpse.promise or 0.0))
        off = unknown.standardised(error, self.errors)
        self.errors = [*self.errors, round(error, 4)][-PAST:]
        sight = unknown.Sight(glimpse.similar, off, glimpse.promise, glimpse.divergence, glimpse.bound)
        return unknown.is_unknown(sight)

    def plant(self, cycle: int, skills: Mapping[str, Skill]) -> None:
        """The detector is tried on a domain that does not exist."""
        sight = self._look(unknown.planted(random.Random(cycle)), skills)
        if sight is not None:
            self.plants = [*self.plants, unknown.is_unknown(sight)][-PLANTS:]

    def recall(self) -> float | None:
        """Share of planted domains that were found; None with too few."""
        return sum(self.plants) / len(self.plants) if len(self.plants) >= FEWEST else None

    def forget(self, skill: str) -> None:
        """The skill is remembered no longer; its domain is."""
        self.words.pop(skill, None)

    def _look(self, task: unknown.Features, skills: Mapping[str, Skill]) -> unknown.Sight | None:
        if not self.domains or not task:
            return None
        able = [(words, skills[name].confidence) for name, words in self.words.items() if name in skills]
        return unknown.look(task, self.domains, able, unknown.bound_of(self.divergences))
