"""Levels, modes, and the records that fence them."""

import enum
from typing import Literal

from messages.base import Event, Identifier, Sequence, Text


class Level(enum.StrEnum):
    """What stands and falls together: a control record sets the mode of one level."""

    GUARD = "guard"
    FOUNDATION = "foundation"
    AUTONOMY = "autonomy"


FREEZABLE = (Level.FOUNDATION, Level.AUTONOMY)
"""The levels below guard: "freeze all" means these, the guard is never frozen."""


class Mode(enum.StrEnum):
    """How much a level may do; only `frozen` stops its mailboxes."""

    FULL = "full"
    HALF = "half"
    REDUCED = "reduced"
    ADVISORY = "advisory"
    SHADOW = "shadow"
    FROZEN = "frozen"


By = Literal["operator", "failure", "ladder"]
"""Whose doing a mode is: an order, something that broke, or the ladder with what it rests on."""


def first_mode(level: Level) -> Mode:
    """The mode in force before any record: autonomy computes and does nothing until it is told otherwise."""
    return Mode.SHADOW if level is Level.AUTONOMY else Mode.FULL


class Set(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mode in force for one level from this record on; stands on `control.<level>`, said by the veto alone."""

    one_mouth = True

    level: Level
    mode: Mode
    epoch: Sequence
    """One more than the level's last epoch; 0 is the mode before any record, `first_mode`."""
    reason: Text
    order: Identifier | None = None
    """The operator's order, assessment or failure that caused it."""
    by: By | None = None
    """Whose doing it is; None in logs of before."""
    held: bool = False
    """Only an operator's thaw lets the level do more again; in logs of before every mode but `full` was held."""


def is_held(control: Set) -> bool:
    """Only an operator's thaw lets the level do more again."""
    return control.mode is not Mode.FULL if control.by is None else control.held


class Settled(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A freeze is complete: each actor of the level has stopped by itself or was killed; said by the supervisor."""

    for_people = True
    one_mouth = True

    level: Level
    epoch: Sequence
    fence: Sequence
    """Place of the control record on the log."""
    verified: tuple[str, ...]
    killed: tuple[str, ...]
    took_s: float
