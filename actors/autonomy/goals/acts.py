"""What a goal of each origin is for and what it does; one of which nothing would come is refused with that reason.

Source: specification of autonomy, section 2, the table of origins.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from actors.autonomy.goals import shift
from actors.autonomy.goals.chains import Example
from actors.autonomy.goals.scene import Scene
from actors.autonomy.goals.shift import Recheck, Work
from messages.autonomy.goal import Intent
from messages.gate.evidence import Dimension, Origin
from messages.task import Candidate, Learn
from messages.task import Example as Shown

SERVES: Final[Mapping[Origin, Mapping[Dimension, float]]] = {
    "gap_filling": {"growth": 0.5, "purpose_fidelity": 0.4, "stability": 0.1},
    "opportunity_driven": {"efficiency": 0.5, "growth": 0.3, "purpose_fidelity": 0.2},
    "exploratory": {"exploration": 0.4, "growth": 0.4, "purpose_fidelity": 0.2},
    "survival_driven": {"stability": 0.6, "safety": 0.2, "efficiency": 0.2},
}
"""The direction of the intent of each origin over the value dimensions. *chosen*"""
SHIFTS: Final[frozenset[Origin]] = frozenset(("purpose_derived", "value_aligned"))
"""Origins whose goal moves effort towards the dimension that it is about, piece by piece. *cited*: the table"""
LASTING: Final[frozenset[Origin]] = SHIFTS | {"survival_driven"}
"""Origins whose goal lasts for its whole duration instead of one task. *derived*: what completes them is measured over
cycles"""
TOWARDS: Final = 0.5
"""Weight of that dimension in their direction; the rest is the charter's. *chosen*: as actors.autonomy.mirror.strategy
shares out the effort"""
SPARED: Final = 0.5
"""Part of the usual search that a learning task takes while something is scarce. *chosen*: half of what is spent
doubles a horizon that learning alone shortens"""
SPARES: Final[frozenset[str]] = frozenset(("compute", "memory", "observation", "mutation"))
"""Resources that shorter searches save. *derived*: actors.gate.observer.resources, what each is made of; `stability` is
spent by broken calls"""
NAME_CHARS: Final = 64
"""Longest name of a tool. *derived*: messages.base.Name"""


ARCHIVE: Final = (
    "readers of the log fall behind; look at `kurultai doctor`: an export of the log (`kurultai audit export`) and a "
    "new data directory, or a faster disk, would help"
)
"""What a person is asked for where the log is what is scarce."""
COUPLING: Final = 0.5
"""How much of a goal's share of the effort is added to the spectral radius. *chosen*: half of what the goal does comes
back on the council's load; the stability checker makes its own estimate of a proposal"""


class Saving(NamedTuple):
    """Something is scarce: searches are made shorter, and where that is not all, a person is asked for the rest."""

    resource: str
    asked: str = ""


def serves(intent: Intent, charter: Mapping[str, float]) -> dict[str, float]:
    """The direction of the intent over the value dimensions."""
    if intent.origin not in SHIFTS:
        return {str(name): part for name, part in SERVES[intent.origin].items()}
    mixed = {name: (1 - TOWARDS) * weight for name, weight in charter.items()}
    mixed[intent.subject] = mixed.get(intent.subject, 0.0) + TOWARDS
    return mixed


def goes_on(intent: Intent) -> bool:
    """The goal's work is a row of tasks, until what it is for was measured."""
    return intent.origin in SHIFTS or (intent.origin == "survival_driven" and not saves(intent))


def saves(intent: Intent) -> bool:
    """The goal's own work is to spend less, so that nothing can run out because of it."""
    return intent.origin == "survival_driven" and intent.subject in SPARES


def obstacle(intent: Intent, scene: Scene) -> str:
    """Why nothing would come of a goal; empty if there is an act for it."""
    if intent.origin == "opportunity_driven" and not intent.skills:
        return "nothing in the council can make use of a scenario yet"
    return gone(intent, scene) if intent.origin in (*SHIFTS, "survival_driven") else ""


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
        case "purpose_derived" | "value_aligned":
            found = shift.piece(intent.subject, scene)
            return found if isinstance(found, str) else ""
        case "survival_driven" if intent.subject not in SPARES and scene.shakiest() is None:
            return f"no tool is registered whose failures could be what spends {intent.subject}"
        case _:
            return ""


def work(intent: Intent, scene: Scene) -> Work | Recheck | Saving | str:
    """The task of a goal whose material is there; what is saved, if that is its work; or what a person is to be asked,
    where no task could help.
    """
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
            return Work("run", {"tool": second, "args": [scene.results[first]], "trial": True}, (first, second))
        case "survival_driven" if saves(intent):
            return Saving(intent.subject, ARCHIVE if intent.subject == "observation" else "")
        case "survival_driven":
            return shift.recheck(scene.shakiest()) or gone(intent, scene)
        case _:
            return shift.piece(intent.subject, scene)


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
