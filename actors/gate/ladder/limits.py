"""What holds a level back at any stage: scarce resources, a small margin of stability, a violated invariant."""

from collections.abc import Mapping
from typing import Final

import msgspec

from messages.autonomy.stability import Band
from messages.autonomy.survival import State
from messages.kernel.control import Level, Mode

FREE: Final[Mapping[Level, Mode]] = {Level.AUTONOMY: Mode.FULL, Level.FOUNDATION: Mode.FULL}
BY_STATE: Final[Mapping[State, Mapping[Level, Mode]]] = {
    "abundant": FREE,
    "adequate": FREE,
    "constrained": {Level.AUTONOMY: Mode.REDUCED, Level.FOUNDATION: Mode.FULL},
    "warning": {Level.AUTONOMY: Mode.ADVISORY, Level.FOUNDATION: Mode.REDUCED},
    "critical": {Level.AUTONOMY: Mode.FROZEN, Level.FOUNDATION: Mode.ADVISORY},
}
"""*cited*: specification of autonomy, section 4"""
BY_BAND: Final[Mapping[Band, Mode]] = {
    "healthy": Mode.FULL,
    "adequate": Mode.FULL,
    "marginal": Mode.ADVISORY,
    "critical": Mode.FROZEN,
}
"""Of autonomy. *cited*: specification of autonomy, section 6"""
BY_VIOLATED: Final = (Mode.FULL, Mode.REDUCED, Mode.ADVISORY, Mode.FROZEN)
"""Of the foundation, by the number of violated invariants; three or more call a person. *cited*: specification of
autonomy, section 1"""


class Limit(msgspec.Struct, frozen=True):
    """No more than this, for the reason given."""

    mode: Mode
    reason: str


def by_state(state: State | None, level: Level) -> Limit:
    """What the resources leave; None is not known, and then autonomy computes only, so that it can come to know."""
    if state is not None:
        return Limit(BY_STATE[state][level], f"resources are {state}")
    return Limit(Mode.SHADOW if level is Level.AUTONOMY else Mode.FULL, "nothing is known of the resources")


def by_band(band: Band | None) -> Limit:
    """What the stability score leaves to autonomy; None is not enough data, and then it is advisory."""
    if band is not None:
        return Limit(BY_BAND[band], f"the stability score is {band}")
    return Limit(Mode.ADVISORY, "there is not enough data on stability")


def by_violated(violated: tuple[str, ...]) -> Limit:
    """What violated invariants leave to the foundation."""
    told = f"invariants are violated: {', '.join(violated)}" if violated else "every invariant holds"
    return Limit(BY_VIOLATED[min(len(violated), len(BY_VIOLATED) - 1)], told)
