"""The next piece of work that moves the council's own effort towards a value dimension, or why there is none.

A piece does something that is useful by itself: a tool is tried on its examples again, what failed is learnt again once
something has changed, or two tools are tried together. Work for the sake of a figure is not made up: a dimension that
no such piece serves has none. Source: specification of autonomy, section 2, the table of origins.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from actors.autonomy.goals.scene import Scene
from messages.base import Json

WITHOUT: Final[Mapping[str, str]] = {
    "stability": "effort on it is what recovering from crashes takes, of which nobody should want more",
    "purpose_fidelity": "calls come from clients alone, so that nothing of the council's own serves them",
    "efficiency": "making a tool cheaper is for self-modification, which answers a person's order alone",
    "agent_cooperation": "tools are asked of others only where a task requires them",
}
"""Dimensions towards which the council's own effort can't be moved, each with the reason."""
NOTHING: Final[Mapping[str, str]] = {
    "safety": "no tool is registered that could be tried on its examples again",
    "growth": "nothing that could not be learnt has a better chance now",
    "exploration": "no two tools are left that were not tried together",
}
"""Why the other dimensions have no piece when they have none."""


class Work(NamedTuple):
    """A task for the council."""

    kind: Literal["learn", "run"]
    body: dict[str, Json]
    skills: tuple[str, ...] = ()
    """Tools that are tried together."""


class Recheck(NamedTuple):
    """A registered tool is tried on its own examples again."""

    tool: str


def piece(dimension: str, scene: Scene) -> Work | Recheck | str:
    """The next piece of work for the dimension; a text that says why there is none."""
    found: Work | Recheck | None = None
    match dimension:
        case "safety":
            found = recheck(scene.longest_unchecked())
        case "growth":
            changed = next((vain for vain in scene.vain.values() if vain.changed), None)
            found = Work("learn", changed.body) if changed is not None else None
        case "exploration":
            found = trial(scene, scene.untried())
        case _:
            return WITHOUT.get(dimension, f"nothing is known that serves {dimension}")
    return found or NOTHING[dimension]


def recheck(name: str | None) -> Recheck | None:
    """The tool is tried on its own examples; None where there is no tool."""
    return Recheck(name) if name is not None else None


def trial(scene: Scene, pair: tuple[str, str] | None) -> Work | None:
    """The second tool is called with a result of the first."""
    if pair is None:
        return None
    first, second = pair
    return Work("run", {"tool": second, "args": [scene.results[first]], "trial": True}, pair)
