"""When a goal has reached what it was for: by what was measured, and never by its own word.

Source: specification of autonomy, section 2, the table of origins.
"""

from typing import Final

from messages.gate.evidence import Origin

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
