"""The goal stack: three tiers of bounded length, goals ordered by priority, and what may be wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

Tier = Literal["strategic", "operational", "tactical"]
Term = Literal["feasibility", "resilience", "reward", "urgency", "alignment"]

CAPACITY: Final[Mapping[Tier, int]] = {"strategic": 3, "operational": 7, "tactical": 15}
"""Most goals of a tier. *cited*: specification of autonomy, section 1"""
DISCOUNT: Final = 0.95
"""Of a reward that comes one cycle of autonomy later. *cited*: the same section"""
STALE: Final = 100
"""Cycles without progress and without a blocker after which a goal is reviewed. *cited*: the same section"""
BURIED: Final = 2 * STALE
"""Cycles after which it is abandoned instead. *chosen*: one review has passed without effect"""
TERMS: Final[Mapping[Term, tuple[str, ...]]] = {
    "feasibility": ("efficiency",),
    "resilience": ("stability", "safety"),
    "reward": ("growth", "exploration"),
    "urgency": ("agent_cooperation",),
    "alignment": ("purpose_fidelity",),
}
"""Which value dimensions weigh which term of a priority; every dimension weighs one. *chosen*"""


class Goal(NamedTuple):
    """A goal as its priority needs it; the first five in [0, 1], but for the reward, which is an EVR."""

    feasibility: float
    resilience: float
    reward: float
    urgency: float
    alignment: float
    tier: Tier = "tactical"
    resources: frozenset[str] = frozenset()
    """What it works on; no other goal can meanwhile."""
    needs: frozenset[str] = frozenset()
    """Goals that must be reached before."""
    progressed: int = 0
    """Cycle of its last progress."""


class Pathology(NamedTuple):
    """Something that is wrong with the stack, and what is to be done about it."""

    kind: Literal["conflict", "circle", "stale"]
    goals: tuple[str, ...]
    act: Literal["reallocate", "abandon", "review"]
    subject: str
    """The goal that gives way."""


def expected_reward(immediate: float, delayed: Sequence[float]) -> float:
    """EVR: the immediate reward and each delayed one, which comes k = 1, 2, ... cycles of autonomy later."""
    return immediate + sum(DISCOUNT**k * reward for k, reward in enumerate(delayed, 1))


def weights(values: Mapping[str, float]) -> dict[Term, float]:
    """The weight of each term; they add up to what the values add up to, which is 1."""
    return {term: sum(values.get(dimension, 0.0) for dimension in dimensions) for term, dimensions in TERMS.items()}


def priorities(goals: Mapping[str, Goal], values: Mapping[str, float]) -> dict[str, float]:
    """The priority of each goal, in [0, 1]."""
    weight = weights(values)
    most = max((goal.reward for goal in goals.values()), default=0.0)
    return {
        name: weight["feasibility"] * goal.feasibility
        + weight["resilience"] * goal.resilience
        + weight["reward"] * (goal.reward / most if most > 0 else 0.0)
        + weight["urgency"] * goal.urgency
        + weight["alignment"] * goal.alignment
        for name, goal in goals.items()
    }


def stacked(goals: Mapping[str, Goal], priority: Mapping[str, float]) -> dict[Tier, list[str]]:
    """The goals of each tier, highest priority first, as many as it may hold."""
    ordered = sorted(goals, key=lambda name: (-priority[name], name))
    return {tier: [name for name in ordered if goals[name].tier == tier][:most] for tier, most in CAPACITY.items()}


def pathologies(goals: Mapping[str, Goal], priority: Mapping[str, float], cycle: int) -> list[Pathology]:
    """Conflicts, circles and stale goals."""
    return [*_conflicts(goals, priority), *_circles(goals, priority), *_stale(goals, cycle)]


def _lowest(names: Iterable[str], priority: Mapping[str, float]) -> str:
    return min(names, key=lambda name: (priority[name], name))


def _conflicts(goals: Mapping[str, Goal], priority: Mapping[str, float]) -> list[Pathology]:
    names = sorted(goals)
    return [
        Pathology("conflict", (one, other), "reallocate", _lowest((one, other), priority))
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if goals[one].resources & goals[other].resources
    ]


def _circles(goals: Mapping[str, Goal], priority: Mapping[str, float]) -> list[Pathology]:
    """Circles of needs; each is broken by abandoning its lowest goal, and looked for again without that."""
    found: list[Pathology] = []
    left = set(goals)
    while (circle := _circle(goals, left)) is not None:
        lowest = _lowest(circle, priority)
        found.append(Pathology("circle", tuple(sorted(circle)), "abandon", lowest))
        left.discard(lowest)
    return found


def _circle(goals: Mapping[str, Goal], left: set[str]) -> list[str] | None:
    """One circle among the goals that are left: a way along needs that comes back to itself."""
    done: set[str] = set()
    for start in sorted(left):
        way: list[str] = []
        stack = [(start, iter(sorted(goals[start].needs & left)))]
        while stack:
            name, needs = stack[-1]
            if len(way) < len(stack):
                way.append(name)
            following = next((need for need in needs if need not in done), None)
            if following is None:
                done.add(name)
                stack.pop()
                way.pop()
            elif following in way:
                return way[way.index(following) :]
            else:
                stack.append((following, iter(sorted(goals[following].needs & left))))
    return None


def _stale(goals: Mapping[str, Goal], cycle: int) -> list[Pathology]:
    found: list[Pathology] = []
    for name in sorted(goals):
        idle = cycle - goals[name].progressed
        blocked = any(need in goals for need in goals[name].needs)
        if idle >= STALE and not blocked:
            found.append(Pathology("stale", (name,), "abandon" if idle >= BURIED else "review", name))
    return found
