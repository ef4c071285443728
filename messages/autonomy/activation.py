"""How much the autonomy level may do: the stages of the ladder, and the way back after an instability."""

from typing import Literal

from messages.base import Event, Identifier, Sequence, Text
from messages.kernel.control import Level, Mode

Stage = Literal["checking", "shadow", "advisory", "half", "full", "isolated", "recovering", "halved"]
"""Of the ladder up, and after a rollback: foundation alone, advisory, half. *cited*: specification of autonomy, 7"""


class Moved(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ladder has reached another stage, with the reason in words and figures."""

    for_people = True
    one_mouth = True

    cycle: Sequence
    stage: Stage
    reason: Text


class Due(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mode that stage, resources, stability and the operator's ceiling allow together; the veto sets it."""

    one_mouth = True

    cycle: Sequence
    level: Level
    mode: Mode
    reason: Text
    epoch: Sequence = 0
    """Of the level's last control record that was heard; a mode is raised only by who knows the one in force."""
    trigger: Identifier | None = None
    """A rollback begins with it, because of this."""
    condition: Identifier | None = None
    """The condition that is violated, if a rollback begins."""
    held: bool = False
    """Only a person may let the level go on."""


class RolledBack(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision was rejected and everything autonomous is taken back: goals, and values since the checkpoint."""

    for_people = True
    one_mouth = True

    cycle: Sequence
    trigger: Identifier
    """The proposal, or the condition, that led to it."""
    condition: Identifier
    reason: Text


class Barred(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pattern of decisions was vetoed too often for the same condition; an operator may clear it."""

    for_people = True
    one_mouth = True

    cycle: Sequence
    pattern: Identifier
    condition: Identifier


class Cleared(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An operator lets a barred pattern be decided on again; its vetoes are counted anew."""

    one_mouth = True

    pattern: Identifier
    reason: Text


class CeilingSet(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An operator has set the highest mode that autonomy may ever have, by a signed order."""

    one_mouth = True

    mode: Mode
    reason: Text


class Drawn(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In half mode each approved proposal comes into force by a draw of one half: this is how it fell."""

    for_people = True

    cycle: Sequence
    change: Identifier
    passed: bool
