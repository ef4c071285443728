"""An operator's signed orders."""

from messages.base import Command, Event, Identifier, Sequence, Text
from messages.control import Level


class Freeze(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Veto: freeze these levels; without any, all below the guard."""

    reason: Text
    levels: tuple[Level, ...] = ()


class Thaw(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Veto: thaw the level whose freeze stands at this place on the log, and no other."""

    level: Level
    fence: Sequence
    reason: Text


class Approve(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Approvals: let the waiting act happen, if its content still has this digest."""

    act: Identifier
    digest: str
    reason: Text = ""


class Deny(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Approvals: the waiting act shall not happen."""

    act: Identifier
    digest: str
    reason: Text = ""


class Rejected(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The order at `sequence` was not followed: its signature, its target or its time is wrong."""

    for_people = True

    order: str
    """The order's own id, as its publisher gave it."""
    sequence: Sequence
    reason: Text
