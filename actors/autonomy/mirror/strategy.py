"""Which strategy the council does best with over all scenarios, and how its effort is shared out.

A strategy is a sharing of the effort over the value dimensions. Each scenario rewards some dimensions; what is kept for
stability and safety guards against the scenarios that threaten.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

VALUE, STEADINESS, EASE = 0.40, 0.35, 0.25
"""Weights of expected value, 1 - worst instability and 1 - inertia. *cited*: specification of autonomy, section 1"""
TIE: Final = 0.05
"""Scores closer than this are a tie, which the better value at risk decides. *cited*: the same section"""
TAIL: Final = 0.05
"""Probability of the tail that the value at risk stands at. *cited*: the same section"""
GUARD: Final = 0.10
"""Least share of the effort that stays with stability and safety. *cited*: the same section"""
GUARDING: Final = ("stability", "safety")
"""The dimensions that guard. *chosen*"""
GROWING: Final = ("growth", "exploration")
"""The dimensions that an opportunity rewards. *chosen*"""


class Prospect(NamedTuple):
    """What a strategy comes to in one scenario."""

    probability: float
    value: float
    instability: float


class Assessment(NamedTuple):
    """A strategy judged over all scenarios."""

    score: float
    expected: float
    at_risk: float
    """5 % value at risk: the value that is not fallen short of with more than that probability."""


def assess(prospects: list[Prospect], inertia: float) -> Assessment:
    """The score of one strategy; `inertia` is what part of the effort would have to move."""
    total = sum(one.probability for one in prospects)
    expected = sum(one.probability * one.value for one in prospects) / total
    worst = max(one.instability for one in prospects)
    score = VALUE * expected + STEADINESS * (1 - worst) + EASE * (1 - inertia)
    return Assessment(score, expected, value_at_risk(prospects))


def value_at_risk(prospects: list[Prospect]) -> float:
    """The least value that is undercut with a probability of less than `TAIL`."""
    total, seen = sum(one.probability for one in prospects), 0.0
    ordered = sorted(prospects, key=lambda one: one.value)
    for one in ordered:
        seen += one.probability / total
        if seen >= TAIL:
            return one.value
    return ordered[-1].value


def chosen(assessments: Mapping[str, Assessment]) -> str:
    """The best strategy; among those within a tie of the best score the one with the better value at risk."""
    best = max(one.score for one in assessments.values())
    tied = [name for name, one in assessments.items() if best - one.score < TIE]
    return max(tied, key=lambda name: (assessments[name].at_risk, assessments[name].score, name))


def guarded(shares: Mapping[str, float]) -> dict[str, float]:
    """The sharing with at least `GUARD` of it on what guards; the rest gives way in proportion. Sums to 1."""
    total = sum(shares.values())
    if total <= 0:
        return {name: 1.0 / len(shares) for name in shares}
    even = {name: share / total for name, share in shares.items()}
    kept = sum(even.get(name, 0.0) for name in GUARDING)
    if kept >= GUARD:
        return even
    lifted = {name: even[name] * (1.0 - GUARD) / (1.0 - kept) for name in even if name not in GUARDING}
    parts = {name: even[name] / kept if kept > 0 else 1.0 / len(GUARDING) for name in GUARDING if name in even}
    return lifted | {name: GUARD * part for name, part in parts.items()}


def candidates(present: Mapping[str, float], charter: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """The strategies that are weighed: go on, follow the charter, guard more, grow more."""
    named = {
        "hold": dict(present),
        "charter": dict(charter),
        "guard": _leaning(charter, GUARDING),
        "grow": _leaning(charter, GROWING),
    }
    return {name: guarded(shares) for name, shares in named.items()}


def _leaning(charter: Mapping[str, float], towards: tuple[str, ...]) -> dict[str, float]:
    """Half of the effort by the charter, half on these dimensions."""
    total = sum(charter.values()) or 1.0
    return {name: weight / total / 2 + (0.5 / len(towards)) * (name in towards) for name, weight in charter.items()}


def inertia(present: Mapping[str, float], shares: Mapping[str, float]) -> float:
    """What part of the effort would have to move, in [0, 1]."""
    total = sum(present.values())
    if total <= 0:
        return 0.0
    return sum(abs(present.get(name, 0.0) / total - share) for name, share in shares.items()) / 2


def prospect(shares: Mapping[str, float], values: Mapping[str, float], probability: float, gain: float) -> Prospect:
    """What the sharing comes to in a scenario with this gain over the baseline, value and instability in [0, 1].

    The value is how well the shares fit what the values ask for under the scenario: a threat makes what guards worth
    more, an opportunity what grows. Instability is the loss that the guard does not cover.
    """
    wanted = {
        name: weight * (1 + abs(gain) * (name in (GUARDING if gain < 0 else GROWING)) * len(values))
        for name, weight in values.items()
    }
    total = sum(wanted.values())
    fit = sum(min(shares.get(name, 0.0), weight / total) for name, weight in wanted.items())
    kept = sum(shares.get(name, 0.0) for name in GUARDING)
    loss = max(0.0, -gain) * (1 - kept)
    return Prospect(probability, fit, min(1.0, 2 * loss))


def robustness(own: list[Prospect], others: list[list[Prospect]]) -> float:
    """Probability-weighted value of the chosen strategy in parts of the best that any had reached in each scenario."""
    total = sum(one.probability for one in own)
    parts = 0.0
    for place, one in enumerate(own):
        best = max(other[place].value for other in (own, *others))
        parts += one.probability * (one.value / best if best > 0 else 1.0)
    return parts / total
