"""Skill gaps: what is asked for, against how well it can be done; and what a failing skill takes along."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

DEEP: Final = 0.25
"""A gap of this magnitude or less is no signal. *cited*: specification of autonomy, section 2"""
SOON: Final = 200.0
"""Nor is one that is needed in so many cycles or later. *cited*: the same section"""
DECAY: Final = 0.5
"""What is left of a change at each hop along the dependants. *cited*: the same specification, section 1"""
HOPS: Final = 6
"""Hops that are followed. *derived*: .5^6 of a change is below 2 %"""
PATIENCE: Final = 3.0
"""A prediction waits for so many times its time to need. *chosen*: 95 % of exponential waits are shorter"""
SHORTEST_WAIT: Final = 20
"""But never less than so many cycles. *chosen*"""


class Gap(NamedTuple):
    """A skill that is asked for and not good enough."""

    magnitude: float
    needed_in: float
    """Cycles."""

    @property
    def is_signal(self) -> bool:
        """Deep enough, and needed soon enough."""
        return self.magnitude > DEEP and self.needed_in < SOON


def feasibility(confidences: Iterable[float]) -> float:
    """Product of the confidences of a goal's skills."""
    return math.prod(confidences)


def magnitude(confidences: Iterable[float]) -> float:
    """What the skills leave to be wished for."""
    return 1.0 - feasibility(confidences)


def needed_in(queued: int, asked: Sequence[int], cycle: int, window: int) -> float | None:
    """Cycles until the skill is needed: none if work that asks for it is queued, else the distance of requests.

    `asked` holds the cycles of past requests; None if there was none in the window.
    """
    requests = recent(asked, cycle, window)
    if not requests:
        return None
    return 0.0 if queued else distance(requests, window)


def recent(asked: Sequence[int], cycle: int, window: int) -> int:
    """Requests in the window; `asked` is in order."""
    return len(asked) - bisect_right(asked, cycle - window)


def distance(requests: int, window: int) -> float:
    """Mean cycles between two requests, by the posterior mean of their rate under Jeffreys' prior."""
    return window / (requests + 0.5)


def due(cycle: int, needed: float) -> int:
    """The last cycle in which the need may come that was foretold now."""
    return cycle + max(SHORTEST_WAIT, math.ceil(PATIENCE * needed))


def propagated(
    changes: Mapping[str, float], dependants: Mapping[str, Sequence[str]], strength: Mapping[tuple[str, str], float]
) -> dict[str, float]:
    """What the skills' changes do to those that depend on them: strength x change x 0.5^hop, by the shortest way.

    `strength` is that of one step, from what is needed to who needs it; along a way they are multiplied. A skill that
    depends on several changed ones suffers from each.
    """
    found: dict[str, float] = {}
    for name, change in changes.items():
        reached = {name}
        front = [(name, 1.0)]
        for hop in range(1, HOPS + 1):
            following: dict[str, float] = {}
            for one, along in front:
                for dependant in dependants.get(one, ()):
                    if dependant not in reached:
                        force = along * strength.get((one, dependant), 1.0)
                        following[dependant] = max(following.get(dependant, 0.0), force)
            for dependant, force in following.items():
                found[dependant] = found.get(dependant, 0.0) + force * change * DECAY**hop
            reached |= set(following)
            front = list(following.items())
    return found
