"""What of an agent's doing is seen on the log: which event is which act, what each goal makes likely, what counts.

| event | act | counts as |
|---|---|---|
| `learning.Researched` | looked_up, or found_nothing without an option | a success, or a failure, of who looked |
| `learning.Attempted` | practised | nothing yet |
| `learning.Practised` | made | nothing yet: it is a claim |
| `learning.Stumped`, `task.GaveUp` | gave_up | a failure of who should have made it |
| `learning.Validated` | judged, or rejected | a success of the maker if no example or test failed, else a failure |
| `tool.Returned` | | a success of who made the tool and of who judged it |
| `tool.Raised` | | a failure of both, unless the arguments are to blame or the tool was tested to raise it |
| `health.Reported` | watched, or mended of a zone that was ill | a success of who watches once the council is well |
| `health.Reported` of a zone that is ill again before that | watched | a failure of who watches |
| `task.Done` | delivered | a success of who did it |
"""

import math
from typing import Final, get_args

from messages.gate.evidence import Dimension

ACTS: Final = (
    "looked_up",
    "found_nothing",
    "practised",
    "made",
    "gave_up",
    "judged",
    "rejected",
    "watched",
    "mended",
    "delivered",
)
"""*chosen*: all that a role puts on the log and that tells of its aim"""
DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)

GOALS: Final[dict[str, dict[Dimension, float]]] = {
    "serve": {"purpose_fidelity": 1.0, "agent_cooperation": 0.5},
    "learn": {"growth": 1.0, "exploration": 0.5},
    "protect": {"safety": 1.0, "stability": 0.5},
    "keep_up": {"stability": 1.0},
    "hoard": {"efficiency": -1.0, "agent_cooperation": -1.0},
    "obstruct": {"purpose_fidelity": -1.0, "agent_cooperation": -1.0, "safety": -0.5},
}
"""Which way each goal pulls, by value dimension. *chosen*: what the roles are for, and two ways to be against it"""

UTILITIES: Final[dict[str, dict[str, float]]] = {
    "serve": {"delivered": 3.0, "made": 2.5, "looked_up": 1.0, "judged": 1.0},
    "learn": {"looked_up": 3.0, "practised": 2.0, "made": 1.0},
    "protect": {"judged": 2.5, "rejected": 2.0, "watched": 0.5},
    "keep_up": {"watched": 3.0, "mended": 3.0},
    "hoard": {"practised": 3.0, "gave_up": 1.5, "found_nothing": 1.0},
    "obstruct": {"gave_up": 3.0, "found_nothing": 3.0, "rejected": 1.5},
}
"""What each act is worth to who has the goal; the likelihood of an act is the softmax of these, times the rationality.
An act that is not named is worth nothing. *chosen*"""

COUNCIL: Final[dict[Dimension, float]] = {
    "stability": 0.20,
    "growth": 0.20,
    "purpose_fidelity": 0.20,
    "efficiency": 0.15,
    "exploration": 0.10,
    "safety": 0.10,
    "agent_cooperation": 0.05,
}
"""What the council wants. *cited*: specification of autonomy, section 3, the baseline of the values"""

OWN: Final = ("delegate", "share", "verify", "conservative")
"""What may be done towards an agent; the last is to do without it. *chosen*"""
OWN_VALUE: Final = ((1.0, -1.0), (0.6, -0.6), (0.7, -0.2), (0.0, 0.0))
"""What each brings the council if the agent does well, and if it does badly. *chosen*: verifying costs a third"""
THEIR_VALUE: Final = ((0.5, 0.2), (0.4, 0.4), (0.3, -0.1), (0.0, 0.0))
"""What it brings the agent: work, knowledge, or to be caught. *chosen*"""


def utilities() -> list[list[list[float]]]:
    """The table by goal, situation (there is one) and act."""
    return [[[UTILITIES[goal].get(act, 0.0) for act in ACTS]] for goal in GOALS]


def agreement(goal: str) -> float:
    """The cosine between the direction of a goal and what the council wants."""
    pulls = GOALS[goal]
    along = sum(pull * COUNCIL[dimension] for dimension, pull in pulls.items())
    return along / (math.hypot(*pulls.values()) * math.hypot(*COUNCIL.values()))


def alignment(chances: list[float]) -> float:
    """The agreement to be expected of an agent with these probabilities of each goal; none of them agrees with 0."""
    return sum(chance * agreement(goal) for goal, chance in zip(GOALS, chances, strict=True))
