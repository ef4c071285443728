"""How long the five resources last."""

from typing import Annotated, Literal

import msgspec

from messages.autonomy.foundation import Resource
from messages.base import Amount, Event, Sequence

State = Literal["abundant", "adequate", "constrained", "warning", "critical"]
"""By the shortest horizon. *cited*: specification of autonomy, section 4"""
Scenario = Literal["baseline", "adverse", "optimistic", "crisis"]
"""By how much is consumed. *cited*: specification of autonomy, section 4"""


class Projected(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The horizons of the resources; said when the state changes, and once in every cycle of autonomy besides."""

    one_mouth = True

    cycle: Sequence
    state: State
    horizon: Amount | None = None
    """Cycles until the first resource reaches its critical level; None is never."""
    bottleneck: Resource | None = None
    """The resource that reaches it first; None if none is being depleted."""
    levels: dict[Resource, Amount] = msgspec.field(default_factory=dict)
    horizons: dict[Scenario, Amount | None] = msgspec.field(default_factory=dict)
    """The shortest horizon in each scenario."""
    depth: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Depth of the cascade on the graph of dependencies, as the levels stand."""
    error: Amount | None = None
    """Relative error of past projections, in hindsight; None until there are enough."""
