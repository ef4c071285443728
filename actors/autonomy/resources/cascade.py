"""What a resource that runs short takes from those that depend on it, and how far that goes."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from messages.autonomy.foundation import Resource


class Dependency(NamedTuple):
    """A resource that another one needs."""

    upstream: Resource
    downstream: Resource
    strength: float
    substitution: float
    """Part of the need that something else can fill, in [0, 1)."""
    delay: int
    """Cycles until a shortage upstream is felt downstream."""


DEPENDENCIES: Final = (
    Dependency("compute", "observation", 0.60, 0.0, 1),
    Dependency("compute", "mutation", 0.80, 0.5, 5),
    Dependency("memory", "compute", 0.40, 0.2, 2),
    Dependency("observation", "stability", 0.30, 0.0, 3),
)
"""Strengths are *cited*: specification of autonomy, section 4. Substitutions and delays are *chosen*: readers have
nothing else to run on and lag at once; what is learnt can wait for a quiet hour; memory gives way to swapping and
caches; what is seen late breaks late."""
FLOOR: Final = 1e-9
"""A loss below this is none. *chosen*: rounding"""


def loss(dependency: Dependency, level: float, warning: float) -> float:
    """What the downstream resource loses when the upstream one is at this level: never less than nothing."""
    short = max(0.0, warning - level)
    return dependency.strength * (1.0 - dependency.substitution) * short


def project(
    levels: Mapping[Resource, float],
    warnings: Mapping[Resource, float],
    dependencies: tuple[Dependency, ...] = DEPENDENCIES,
) -> dict[Resource, float]:
    """What each resource has lost when every delay is over, with the losses of what it depends on passed on."""
    lost = dict.fromkeys(levels, 0.0)
    for each in _known(levels, dependencies):
        name = each.upstream
        passed_on = loss(each, levels[name] - lost[name], warnings[name])
        lost[each.downstream] = min(levels[each.downstream], lost[each.downstream] + passed_on)
    return lost


def depth(
    levels: Mapping[Resource, float],
    warnings: Mapping[Resource, float],
    dependencies: tuple[Dependency, ...] = DEPENDENCIES,
) -> int:
    """Length of the longest chain of resources that pass a loss on; 0 without any loss.

    A resource that falls short only through what it loses hands the loss on too.
    """
    lost = project(levels, warnings, dependencies)
    reached = dict.fromkeys(levels, 0)
    for each in _known(levels, dependencies):
        name = each.upstream
        if loss(each, levels[name] - lost[name], warnings[name]) > FLOOR:
            reached[each.downstream] = max(reached[each.downstream], reached[name] + 1)
    return max(reached.values(), default=0)


def _known(levels: Mapping[Resource, float], dependencies: tuple[Dependency, ...]) -> list[Dependency]:
    """Those between measured resources, each behind all that lead to it; raises ValueError for a circle."""
    order: list[Dependency] = []
    left = list(dependencies)
    while left:
        pending = {each.downstream for each in left}
        free = [each for each in left if each.upstream not in pending]
        if not free:
            raise ValueError("resources depend on each other in a circle")
        order += free
        left = [each for each in left if each not in free]
    return [each for each in order if each.upstream in levels and each.downstream in levels]
