"""When a goal has reached what it was for: by what was measured, and never by its own word.

Source: specification of autonomy, section 2, the table of origins.
"""

from collections.abc import Mapping
from typing import Final

from actors.autonomy.mirror.purpose import ALIGNED, dimensional
from messages.autonomy.survival import Projected
from messages.gate.evidence import Origin

SAFE: Final = 200.0
"""A horizon over this ends a goal of survival. *cited*: specification of autonomy, section 2, the table of origins"""
WAITS: Final[frozenset[Origin]] = frozenset(("gap_filling", "opportunity_driven"))
"""Origins whose goal may be reached after its own task has ended: by a person's examples, or by a first call."""
PATIENCE: Final = 12
"""Budgets of time that such a goal waits for. *chosen*: 24 minutes at the default of two"""


def reached(origin: Origin, registered: bool, calls: int, tried: bool) -> str:
    """What was measured that completes the goal; empty while nothing was.

    `registered` says that a tool of the goal's subject came into force since it began, `calls` how often that tool was
    called since, `tried` that the goal's task has ended.
    """
    match origin:
        case "gap_filling" if registered:
            return "a tool that passes the examples of the failed task is registered"
        case "opportunity_driven" if registered and calls:
            return f"the tool is registered, and was called {calls} times"
        case "exploratory" if tried:
            return "the trial ended, and what it came to is on the log"
        case _:
            return ""


def grace_s(origin: Origin, budget_s: float) -> float:
    """Seconds beyond its deadline in which the goal may still be reached without any work of its own."""
    return PATIENCE * budget_s if origin in WAITS else 0.0


def followed(dimension: str, due: Mapping[str, float], spent: Mapping[str, float]) -> str:
    """What was measured that shows that effort has followed; empty while it has not.

    `due` are the weights by which effort should be shared out, `spent` the seconds of the window, both by dimension.
    """
    share = dimensional(due, spent).get(dimension)
    if share is None or share < ALIGNED:
        return ""
    return f"the effort on {dimension} is {share:.0%} of its due over the window"


def recovered(projected: Projected | None) -> str:
    """What was measured that shows that nothing runs out soon; empty while something does."""
    if projected is None or (projected.horizon is not None and projected.horizon <= SAFE):
        return ""
    return "no resource is being depleted" if projected.horizon is None else f"{projected.horizon:.0f} cycles are left"
