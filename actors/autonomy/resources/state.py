"""From the shortest horizon to the state of the council, and to what the state allows each level."""

from typing import Final, NamedTuple

from messages.autonomy.survival import State
from messages.kernel.control import Mode


class Allowance(NamedTuple):
    """What a state allows and asks for."""

    autonomy: Mode
    foundation: Mode
    exploration: float
    """Part of the usual exploration."""
    stability_effort: float
    """Part of the effort that goes to stability."""
    survival_goals: bool
    """Goals of the origin `survival_driven` are wanted."""


ALLOWANCES: Final[dict[State, Allowance]] = {
    "abundant": Allowance(Mode.FULL, Mode.FULL, 1.0, 0.0, False),
    "adequate": Allowance(Mode.FULL, Mode.FULL, 1.0, 0.0, False),
    "constrained": Allowance(Mode.REDUCED, Mode.FULL, 0.7, 0.0, False),
    "warning": Allowance(Mode.ADVISORY, Mode.REDUCED, 0.5, 0.0, True),
    "critical": Allowance(Mode.FROZEN, Mode.ADVISORY, 0.2, 0.8, True),
}
"""*cited*: specification of autonomy, section 4; what is left to explore with in `critical` is *derived*: 1 - 0.8"""
ABUNDANT, ADEQUATE, CONSTRAINED, WARNING = 500.0, 200.0, 100.0, 50.0
"""Cycles: above the first is abundant, from the others on adequate, constrained and warning. *cited*: the same"""


def classify(horizon: float) -> State:
    """The state at a horizon of so many cycles."""
    if horizon > ABUNDANT:
        return "abundant"
    if horizon >= ADEQUATE:
        return "adequate"
    if horizon >= CONSTRAINED:
        return "constrained"
    return "warning" if horizon >= WARNING else "critical"


def modes(state: State) -> tuple[Mode, Mode]:
    """The most that the state allows autonomy and foundation."""
    return ALLOWANCES[state].autonomy, ALLOWANCES[state].foundation
