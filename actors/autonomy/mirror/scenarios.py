"""Five scenarios of what comes, each with a probability that follows how well it foretold.

A scenario says by how many standard deviations of its forecast each dimension comes out better or worse, and how much
wider it reaches. Its probability is Bayes' rule over the densities that it gave to what came, with a hazard back to the
prior, so that none is ever out of the question.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from actors.autonomy.mirror.foresight import Component, Value

Kind = Literal["opportunistic", "threat", "neutral"]


class Scenario(NamedTuple):
    """How a scenario differs from the forecast."""

    prior: float
    shift: float
    """In standard deviations of the forecast, towards what is good."""
    width: float
    """Of its spread, in units of the forecast's."""


SCENARIOS: Final[Mapping[str, Scenario]] = {
    "baseline": Scenario(0.50, 0.0, 1.0),
    "optimistic": Scenario(0.15, 1.0, 1.0),
    "pessimistic": Scenario(0.20, -1.0, 1.0),
    "disruption": Scenario(0.10, -3.0, 2.0),
    "alternative": Scenario(0.05, 0.0, 3.0),
}
"""Priors: *cited*, specification of autonomy, section 1. Shifts and widths: *chosen*"""
GOOD: Final[Mapping[str, int]] = {
    "arrivals": 0,
    "failures": -1,
    "latency": -1,
    "backlog": -1,
    "lag": -1,
}
"""Which way is good: more of what is named here with -1 is worse, with 0 neither; of a resource more is better.
*chosen*"""
HAZARD: Final = 0.05
"""Chance a step that the world has changed and the priors hold again. *cited*: measured methods of reasoning"""
GAIN: Final = 0.05
"""A scenario that gains more is an opportunity, one that loses more a threat. *cited*: specification, section 2"""
SHORTEST, LONGEST = 5, 200
"""Bounds of a scenario's duration, in cycles. *derived*: one cycle of autonomy, one window"""


class Outlook(NamedTuple):
    """One dimension over the time that the scenarios last."""

    mean: float
    """Foretold."""
    sd: float
    usual: float
    """Its long-run mean."""
    spread: float
    """Its long-run standard deviation."""


def component(name: str, dimension: str, mean: float, sd: float, weight: float = 1.0) -> Component:
    """What the scenario foretells of a dimension whose forecast is this mean and deviation."""
    scenario = SCENARIOS[name]
    return Component(weight, mean + GOOD.get(dimension, 1) * scenario.shift * sd, scenario.width * sd)


def mixture(weights: Mapping[str, float], dimension: str, mean: float, sd: float) -> list[Component]:
    """What all scenarios together foretell of the dimension."""
    return [component(name, dimension, mean, sd, weights[name]) for name in SCENARIOS]


def priors() -> dict[str, float]:
    """The probabilities before anything came."""
    return {name: scenario.prior for name, scenario in SCENARIOS.items()}


def updated(
    weights: Mapping[str, float], forecasts: Mapping[str, tuple[float, float]], came: Mapping[str, Value]
) -> dict[str, float]:
    """The probabilities after the values that came, each dimension foretold as (mean, sd).

    Dimensions move together, so their log densities are averaged and not summed.
    """
    judged = [name for name in forecasts if name in came and forecasts[name][1] > 0]
    likely = {
        scenario: sum(_log_density(came[name].value, component(scenario, name, *forecasts[name])) for name in judged)
        / max(1, len(judged))
        for scenario in SCENARIOS
    }
    best = max(likely.values())
    raw = {name: weights[name] * math.exp(likely[name] - best) for name in SCENARIOS}
    total = sum(raw.values())
    return {name: (1 - HAZARD) * raw[name] / total + HAZARD * SCENARIOS[name].prior for name in SCENARIOS}


def _log_density(value: float, one: Component) -> float:
    return -math.log(one.sd) - 0.5 * ((value - one.mean) / one.sd) ** 2


def kind_of(gain: float) -> Kind:
    """What the scenario is by its gain."""
    if gain > GAIN:
        return "opportunistic"
    return "threat" if gain < -GAIN else "neutral"


def performance(scenario: str, outlooks: Mapping[str, Outlook]) -> float:
    """How good the dimensions are in the scenario: mean percentile of each among its own values, good end up."""
    ranks = []
    for name, outlook in outlooks.items():
        good = GOOD.get(name, 1)
        if good and outlook.spread > 0:
            mean = component(scenario, name, outlook.mean, outlook.sd).mean
            ranks.append(0.5 * math.erfc(-good * (mean - outlook.usual) / (outlook.spread * math.sqrt(2.0))))
    return sum(ranks) / len(ranks) if ranks else 0.5


def gains(outlooks: Mapping[str, Outlook]) -> dict[str, float]:
    """The projected gain of each scenario over the baseline, in [-1, 1]."""
    usual = performance("baseline", outlooks)
    return {name: performance(name, outlooks) - usual for name in SCENARIOS}


def duration(persistences: Sequence[float]) -> int:
    """Cycles until half of what sets the scenarios apart is gone: the longest half-life of the dimensions."""
    lives = [math.log(0.5) / math.log(abs(one)) for one in persistences if 0 < abs(one) < 1]
    return int(min(LONGEST, max(SHORTEST, math.ceil(max(lives, default=0.0)))))
