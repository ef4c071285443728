"""The strategy that does best over the scenarios that the world model has, and how robust it is."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from actors.autonomy.mirror import strategy
from messages.autonomy.mirror import Scenario


class Plan(NamedTuple):
    """A strategy with its sharing of the effort."""

    name: str
    shares: Mapping[str, float]
    robustness: float


def planned(
    effort: Mapping[str, float],
    charter: Mapping[str, float],
    values: Mapping[str, float],
    scenarios: Sequence[Scenario],
) -> Plan | None:
    """The plan; None while no effort was seen or there are no scenarios."""
    if not scenarios or not sum(effort.values()):
        return None
    present = {name: effort.get(name, 0.0) for name in values}
    sharings = strategy.candidates(present, {name: charter.get(name, 0.0) for name in values})
    prospects = {
        name: [strategy.prospect(shares, values, one.probability, one.gain) for one in scenarios]
        for name, shares in sharings.items()
    }
    assessments = {
        name: strategy.assess(prospects[name], strategy.inertia(present, sharings[name])) for name in sharings
    }
    best = strategy.chosen(assessments)
    return Plan(best, sharings[best], strategy.robustness(prospects[best], list(prospects.values())))
