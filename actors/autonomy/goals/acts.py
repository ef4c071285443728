"""What a goal of each origin is for and what it does; an origin without an act is refused with that reason.

Source: specification of autonomy, section 2, the table of origins.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

import msgspec

from actors.autonomy.goals.chains import Example
from actors.autonomy.goals.scene import Scene
from messages.autonomy.goal import Intent
from messages.base import Json
from messages.gate.evidence import Dimension, Origin
from messages.task import Candidate, Learn
from messages.task import Example as Shown

SERVES: Final[Mapping[Origin, Mapping[Dimension, float]]] = {
    "gap_filling": {"growth": 0.5, "purpose_fidelity": 0.4, "stability": 0.1},
    "opportunity_driven": {"efficiency": 0.5, "growth": 0.3, "purpose_fidelity": 0.2},
    "purpose_derived": {"purpose_fidelity": 1.0},
    "value_aligned": {"purpose_fidelity": 1.0},
    "exploratory": {"exploration": 0.4, "growth": 0.4, "purpose_fidelity": 0.2},
    "survival_driven": {"stability": 0.6, "safety": 0.2, "efficiency": 0.2},
}
"""The direction of the intent of each origin over the value dimensions. *chosen*"""
WITHOUT_ACT: Final[Mapping[Origin, str]] = {
    "purpose_derived": "nothing in the council can shift its own effort yet",
    "value_aligned": "nothing in the council can shift its own effort yet",
    "survival_driven": "nothing in the council can save what is scarce yet",
}
"""Why goals of these origins are rejected."""
NAME_CHARS: Final = 64
"""Longest name of a tool. *derived*: messages.base.Name"""


COUPLING: Final = 0.5
"""How much of a goal's share of the effort is added to the spectral radius. *chosen*: half of what the goal does comes
back on the council's load; the stability checker makes its own estimate of a proposal"""


class Work(NamedTuple):
    """A task for the council."""

    kind: Literal["learn", "run"]
    body: dict[str, Json]


def obstacle(intent: Intent) -> str:
    """Why nothing would come of a goal; empty if there is an act for it."""
    if intent.origin == "opportunity_driven" and not intent.skills:
        return "nothing in the council can make use of a scenario yet"
    return WITHOUT_ACT.get(intent.origin, "")


def gone(intent: Intent, scene: Scene) -> str:
    """What the goal was to work on and is no longer there; empty while all is."""
    match intent.origin:
        case "gap_filling":
            return "" if intent.subject in scene.vain else f"{intent.subject} is not wanting any more"
        case "opportunity_driven":
            return "" if " ".join(intent.skills) in scene.chains.pairs else "the recorded calls are forgotten"
        case "exploratory":
            lost = [name for name in intent.skills if name not in scene.skills]
            if not lost and intent.skills[0] not in scene.results:
                return f"no result of {intent.skills[0]} is known any more"
            return f"no longer to be called: {', '.join(lost)}" if lost else ""
        case _:
            return ""


def work(intent: Intent, scene: Scene) -> Work | str:
    """The task of a goal whose material is there; or what a person is to be asked, where no task could help."""
    match intent.origin:
        case "gap_filling":
            vain = scene.vain[intent.subject]
            if not vain.changed:
                told = f"{intent.subject} could not be learnt, and nothing has changed since; more examples would help"
                return told[:2_000]
            return Work("learn", vain.body)
        case "opportunity_driven":
            first, second = intent.skills
            return Work(
                "learn", msgspec.to_builtins(chain_task(first, second, scene.chains.pairs[f"{first} {second}"]))
            )
        case "exploratory":
            first, second = intent.skills
            return Work("run", {"tool": second, "args": [scene.results[first]], "trial": True})
        case _:
            raise ValueError(f"goals of the origin {intent.origin} have no act")


def chain_name(first: str, second: str) -> str:
    """The name of the tool that does both."""
    return f"{first}_then_{second}"[:NAME_CHARS]


def chain_task(first: str, second: str, examples: Sequence[Example]) -> Learn:
    """The task to learn two tools as one, from calls that were recorded."""
    width = len(examples[-1].args)
    examples = [example for example in examples if len(example.args) == width]
    names = ", ".join(f"a{place}" for place in range(width))
    source = f"def chained({names}):\n    return {second}({first}({names}))\n"
    return Learn(
        goal=f"do {first}, and then {second} with its result",
        name=chain_name(first, second),
        examples=tuple(Shown(args=example.args, result=example.result) for example in examples),
        candidate=Candidate(source=source, entry="chained"),
        requires=(first, second),
    )
