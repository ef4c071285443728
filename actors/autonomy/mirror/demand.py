"""What is asked for: who waits for which skill, what was asked for in vain, and whether gaps were foretold rightly."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from actors.autonomy.mirror import gaps
from actors.autonomy.mirror.capability import Skill, matrix

MOST: Final = 200
"""Most skills whose demand is remembered; the one that was asked for least lately is forgotten. *chosen*"""
ASKED: Final = 50
"""Latest requests that are remembered of a skill. *chosen*"""
OUTCOMES: Final = 40
"""Latest predictions whose outcome is remembered. *chosen*"""
FEWEST: Final = 3
"""Predictions that must have come due before their share says anything. *chosen*: the standard errands of a council
leave few"""
REPEATED: Final = 2
"""Requests in the window from which another one is foretold. *chosen*: one may have been a whim"""
SLACKENING: Final = -0.10
"""A trend below this takes the dependants along. *chosen*: as far as over-confidence may reach"""


class Demand(msgspec.Struct):
    """Who asked for one skill."""

    asked: list[int] = []
    """Cycles of the latest requests."""
    queued: dict[str, None] = {}
    """Tasks that wait for it."""
    vain: int = 0
    """Requests that nothing could be done about since the skill last stood."""
    strange: bool = False
    """It was asked for in words that no known domain uses."""


class Prediction(msgspec.Struct, array_like=True):
    """A need that was foretold for a skill that is lacking."""

    made: int
    due: int


class Market(msgspec.Struct):
    """All demand, and the predictions made of it."""

    demands: dict[str, Demand] = {}
    predictions: dict[str, Prediction] = {}
    outcomes: list[bool] = []

    def ask(self, skill: str, cycle: int, task: str = "") -> Demand:
        """The skill is asked for, by a task that waits if one is named."""
        demand = self.demands.pop(skill, None) or Demand()
        self.demands[skill] = demand
        demand.asked = [*demand.asked, cycle][-ASKED:]
        if task:
            demand.queued[task] = None
            if len(demand.queued) > ASKED:
                del demand.queued[next(iter(demand.queued))]
        if len(self.demands) > MOST:
            oldest = next(iter(self.demands))
            del self.demands[oldest]
            self.predictions.pop(oldest, None)
        return demand

    def asked_by(self, task: str) -> str | None:
        """The skill that the task waits for."""
        return next((skill for skill, demand in self.demands.items() if task in demand.queued), None)

    def leave(self, task: str) -> None:
        """The task waits no longer."""
        for demand in self.demands.values():
            demand.queued.pop(task, None)

    def come(self, skill: str, magnitude: float, cycle: int) -> None:
        """A need has come: was it foretold, and was the skill lacking then?"""
        prediction = self.predictions.get(skill)
        if prediction is not None and prediction.made < cycle:
            del self.predictions[skill]
            self._note(magnitude > gaps.DEEP)

    def foretell(self, found: Mapping[str, gaps.Gap], lacks: Callable[[str], float], cycle: int, window: int) -> None:
        """Each gap that was asked for repeatedly is a prediction, until the need comes or is overdue.

        A gap that was closed before is none any more; `lacks` gives the magnitude of a skill's gap as it is.
        """
        for skill, prediction in list(self.predictions.items()):
            if skill not in found and lacks(skill) <= gaps.DEEP:
                del self.predictions[skill]
            elif cycle > prediction.due or skill not in found:
                del self.predictions[skill]
                self._note(False)
        for skill, gap in found.items():
            requests = gaps.recent(self.demands[skill].asked, cycle, window)
            if gap.is_signal and requests >= REPEATED and skill not in self.predictions:
                self.predictions[skill] = Prediction(cycle, gaps.due(cycle, gaps.distance(requests, window)))

    def _note(self, right: bool) -> None:
        self.outcomes = [*self.outcomes, right][-OUTCOMES:]

    def prediction(self) -> float | None:
        """Share of predictions that came true; None with too few."""
        return sum(self.outcomes) / len(self.outcomes) if len(self.outcomes) >= FEWEST else None


def lacking(name: str, skills: Mapping[str, Skill], losses: Mapping[str, float]) -> float:
    """Magnitude of the gap of a goal that needs the skill and what it requires; `losses` are foretold."""
    needed = [name, *skills[name].requires] if name in skills else [name]
    return gaps.magnitude(_confidence(one, skills, losses) for one in needed)


def _confidence(name: str, skills: Mapping[str, Skill], losses: Mapping[str, float]) -> float:
    if name not in skills:
        return 0.0
    return min(1.0, max(0.0, skills[name].confidence + losses.get(name, 0.0)))


def losses(skills: Mapping[str, Skill]) -> dict[str, float]:
    """What the skills that degrade will take from those that depend on them."""
    changes = {
        name: row.trend for name, row in matrix(skills).items() if row.trend is not None and row.trend < SLACKENING
    }
    if not changes:
        return {}
    dependants: dict[str, list[str]] = {}
    strength: dict[tuple[str, str], float] = {}
    for name, skill in skills.items():
        for needed in skill.requires:
            dependants.setdefault(needed, []).append(name)
            strength[needed, name] = 1.0 / len(skill.requires)
    return gaps.propagated(changes, dependants, strength)


def gaps_of(market: Market, skills: Mapping[str, Skill], cycle: int, window: int) -> dict[str, gaps.Gap]:
    """The gaps: skills that are asked for, and are missing after a request in vain or not good enough."""
    foretold = losses(skills)
    found: dict[str, gaps.Gap] = {}
    for name, demand in market.demands.items():
        if name not in skills and not demand.vain:
            continue
        needed = gaps.needed_in(len(demand.queued), demand.asked, cycle, window)
        magnitude = lacking(name, skills, foretold)
        if needed is not None and magnitude > 0:
            found[name] = gaps.Gap(magnitude, needed)
    return found
