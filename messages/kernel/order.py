"""An operator's signed orders."""

from messages.base import Command, Event, Identifier, Name, Sequence, Text, Version
from messages.kernel.control import Level, Mode


class Freeze(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Veto: freeze these levels; without any, all below the guard."""

    of_operator = True
    one_mouth = True

    reason: Text
    levels: tuple[Level, ...] = ()
    anew: bool = True
    """A level that is frozen already gets another record, which a thaw must name; without it that level stays."""


class Thaw(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Veto: thaw the level whose freeze stands at this place on the log, and no other."""

    of_operator = True
    one_mouth = True

    level: Level
    fence: Sequence
    reason: Text


class SetCeiling(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Veto: autonomy may climb as far as this mode and never further; lower takes hold at once."""

    of_operator = True
    one_mouth = True

    mode: Mode
    reason: Text


class Clear(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Veto: decisions of this pattern, barred after too many vetoes, may be judged again."""

    of_operator = True
    one_mouth = True

    pattern: Identifier
    reason: Text


class Approve(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Approvals: let the waiting act happen, if its content still has this digest."""

    of_operator = True
    one_mouth = True

    act: Identifier
    digest: str
    reason: Text = ""


class Deny(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Approvals: the waiting act shall not happen."""

    of_operator = True
    one_mouth = True
    restricts = True

    act: Identifier
    digest: str
    reason: Text = ""


class Deprecate(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: the tool works on, but whoever calls it is told what replaces it."""

    of_operator = True
    one_mouth = True
    restricts = True

    name: Name
    reason: Text
    replacement: Name | None = None


class Disable(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: no version of the tool is called any more, until it is enabled."""

    of_operator = True
    one_mouth = True
    restricts = True

    name: Name
    reason: Text


class Enable(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: the tool may be called again, whoever had stopped or deprecated it; what is known of it starts anew."""

    of_operator = True
    one_mouth = True

    name: Name
    reason: Text


class RollBack(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: calls without a version shall reach this one again."""

    of_operator = True
    one_mouth = True

    name: Name
    to: Version
    reason: Text


class Rejected(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The order at `sequence` was not followed: its signature, its target or its time is wrong."""

    for_people = True

    order: str
    """The order's own id, as its publisher gave it."""
    sequence: Sequence
    reason: Text
