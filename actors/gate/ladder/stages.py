"""The ladder as a table: what each stage allows, how long it lasts, and where each kind of trouble leads.

Up: check, shadow, advisory, half, full. After a rollback: isolated (the foundation alone), then, for who had half
authority or more before it, advisory and half again. Nobody who had not climbed so far comes up that way.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from actors.gate.modes import above
from messages.autonomy.activation import Stage
from messages.kernel.control import Mode

Trouble = Literal["regression", "instability", "rollback"]
"""A criterion that fails, a condition that is violated, and a violation after which everything is taken back."""


class Rung(msgspec.Struct, frozen=True):
    """One stage."""

    mode: Mode
    cycles: int
    """How long it lasts at least; 0 for ever."""
    up: Stage | None
    down: Stage | None
    """Where it falls to when the ceiling is lowered below it."""
    ceiling: Mode
    """The lowest ceiling under which it may stand."""
    troubles: Mapping[Trouble, Stage]
    steady: bool = False
    """It is left upward only while the stability checker has figures and nothing is violated."""


LADDER: Final[Mapping[Stage, Rung]] = {
    "checking": Rung(Mode.SHADOW, 100, "shadow", None, Mode.SHADOW, {"rollback": "isolated"}),
    "shadow": Rung(
        Mode.SHADOW,
        500,
        "advisory",
        None,
        Mode.SHADOW,
        {"regression": "checking", "instability": "checking", "rollback": "isolated"},
        steady=True,
    ),
    "advisory": Rung(
        Mode.ADVISORY,
        200,
        "half",
        "shadow",
        Mode.ADVISORY,
        {"instability": "checking", "rollback": "isolated"},
        steady=True,
    ),
    "half": Rung(
        Mode.HALF,
        200,
        "full",
        "advisory",
        Mode.HALF,
        {"instability": "advisory", "rollback": "isolated"},
        steady=True,
    ),
    "full": Rung(
        Mode.FULL, 0, None, "half", Mode.REDUCED, {"instability": "advisory", "rollback": "isolated"}, steady=True
    ),
    "isolated": Rung(
        Mode.FROZEN, 100, "recovering", None, Mode.SHADOW, {"instability": "isolated", "rollback": "isolated"}
    ),
    "recovering": Rung(
        Mode.ADVISORY,
        200,
        "halved",
        None,
        Mode.SHADOW,
        {"instability": "isolated", "rollback": "isolated"},
        steady=True,
    ),
    "halved": Rung(
        Mode.HALF,
        200,
        "full",
        "recovering",
        Mode.HALF,
        {"instability": "isolated", "rollback": "isolated"},
        steady=True,
    ),
}
"""*cited*: specification of autonomy, sections 6 and 7, for stages, order, 100, 500, 200 and 200 cycles. That advisory
and half last 200 cycles on the way up too is *chosen*: as long as on the way back"""
PROVEN: Final[frozenset[Stage]] = frozenset(("half", "full", "recovering", "halved"))
"""Stages from which a rollback leads back by recovery; from any other the check begins anew. *derived*"""


def fallen(stage: Stage, trouble: Trouble) -> Stage:
    """Where the trouble leads; the stage itself where it does not matter."""
    return LADDER[stage].troubles.get(trouble, stage)


def under(stage: Stage, ceiling: Mode) -> Stage:
    """The stage that the ceiling leaves of this one."""
    while above(LADDER[stage].ceiling, ceiling) and (lower := LADDER[stage].down) is not None:
        stage = lower
    return stage


def next_up(stage: Stage, after: int, *, since: int, cycle: int, proven: bool, steady: bool, ceiling: Mode) -> Stage:
    """The stage that is reached in this cycle: the next one, if this has lasted `after` cycles and nothing speaks
    against it, else this."""
    rung = LADDER[stage]
    upward = rung.up if stage != "isolated" or proven else "checking"
    if upward is None or cycle - since < after or (rung.steady and not steady):
        return stage
    return stage if above(LADDER[upward].ceiling, ceiling) else upward
