"""Which configurations to verify in a cycle, and which of them to use, in a world that drifts.

Verified are those that are most often the best of a possible world (probability matching over draws from the belief):
that is where there is something to gain or to learn. Used is, of those that were verified in this cycle, the one with
the best expected aim among those that are within the limits in all likelihood.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from actors.cognition.evolution.belief import Belief, chance_within, prior
from actors.cognition.evolution.space import Matrix, Space, likeness

WORLDS: Final = 256
"""Possible worlds that are drawn in a cycle. *chosen*: a configuration that is best in one of a hundred is seen"""
SURE: Final = 0.97
"""Chance of being within all limits from which a configuration may be used. *chosen*: where a verification is exact it
is 0 or 1"""


class Tuner:
    """`places()` to verify, `see` what came of it, `chosen` to use: once a cycle, in this order."""

    def __init__(self, space: Space, seed: int = 0) -> None:
        self.space = space
        self._rng = np.random.default_rng(seed)
        covariance = prior(likeness(space))
        self._beliefs = {name: Belief(covariance) for name in space.measures}
        self._seen: dict[int, Mapping[str, float]] = {}
        """Verified in this cycle."""
        self._first = True

    def places(self, count: int) -> list[int]:
        """Numbers of the configurations to verify, at most `count`, the most promising first."""
        n = len(self.space.configurations)
        count = min(count, n)
        if self._first:
            return _spread(prior(likeness(self.space)), count)
        for belief in self._beliefs.values():
            belief.pass_on()
        wins = self._wins()
        promising = [int(place) for place in np.argsort(-wins, kind="stable") if wins[place] > 0][:count]
        rest = np.argsort(self._hopeful(), kind="stable")
        return [*promising, *(int(place) for place in rest if place not in set(promising))][:count]

    def see(self, verified: Mapping[int, Mapping[str, float]]) -> None:
        """What was measured of the configurations in this cycle; those that could not be verified are left out."""
        if not verified:
            raise ValueError("nothing was verified")
        self._first = False
        self._seen = dict(verified)
        for name, belief in self._beliefs.items():
            belief.see(list(verified), [measured[name] for measured in verified.values()])

    @property
    def chosen(self) -> int:
        """The configuration to use until the next cycle."""
        places = list(self._seen)
        sure = [place for place in places if self.chance(place) >= SURE]
        if sure:
            aim = self.space.sign * self._beliefs[self.space.aim].mean()
            return min(sure, key=lambda place: float(aim[place]))
        return max(places, key=lambda place: (self.chance(place), -self.space.excess(self._seen[place])))

    def chance(self, place: int) -> float:
        """Probability that the configuration is within all limits."""
        chance = 1.0
        for name, limit in self.space.limits.items():
            belief = self._beliefs[name]
            mean, sd = float(belief.mean()[place]), float(belief.sd()[place])
            chance *= chance_within(mean, sd, limit.most, limit.least)
        return chance

    def expected(self, place: int) -> dict[str, float]:
        """What is believed of the configuration."""
        return {name: float(belief.mean()[place]) for name, belief in self._beliefs.items()}

    def _wins(self) -> Matrix:
        """In how many possible worlds each configuration is the best, shape (n,)."""
        drawn = {name: belief.draws(WORLDS, self._rng) for name, belief in self._beliefs.items()}
        excess = self._excess(drawn)
        aim = self.space.sign * drawn[self.space.aim]
        within = np.where(excess <= 0, aim, np.inf)
        best = np.where(np.isfinite(within.min(axis=1)), within.argmin(axis=1), excess.argmin(axis=1))
        return np.bincount(best, minlength=aim.shape[1]).astype(float)

    def _excess(self, measured: Mapping[str, Matrix]) -> Matrix:
        shape = measured[self.space.aim].shape
        worst = np.full(shape, -np.inf)
        for name, limit in self.space.limits.items():
            if limit.most is not None:
                worst = np.maximum(worst, measured[name] - limit.most)
            if limit.least is not None:
                worst = np.maximum(worst, limit.least - measured[name])
        return np.zeros(shape) if not self.space.limits else worst

    def _hopeful(self) -> Matrix:
        """The aim at its most hopeful where the limits may hold, and beyond all others where they hardly can."""
        aim = self._beliefs[self.space.aim]
        hope = self.space.sign * aim.mean() - 2 * aim.sd()
        hopeful = {}
        for name, limit in self.space.limits.items():
            mean, sd = self._beliefs[name].mean(), 2 * self._beliefs[name].sd()
            low = mean - sd if limit.most is not None else mean
            hopeful[name] = low if limit.least is None else np.maximum(low, np.minimum(mean + sd, limit.least))
        hopeful.setdefault(self.space.aim, aim.mean())
        return hope + 1e12 * np.maximum(0.0, self._excess(hopeful))


def _spread(covariance: Matrix, count: int) -> list[int]:
    """Configurations that tell most of all others: each the one of which least is known after those before it."""
    left = covariance.copy()
    chosen: list[int] = []
    for _ in range(count):
        place = int(np.argmax(np.where(np.isin(np.arange(len(left)), chosen), -np.inf, np.diag(left))))
        chosen.append(place)
        column = left[:, place] / np.sqrt(left[place, place] + 1e-9)
        left = left - np.outer(column, column)
    return chosen
