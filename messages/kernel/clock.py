"""Time, put on the log so that a replay sees the same."""

from messages.base import Event, Sequence


class Ticked(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cycle has begun."""

    one_mouth = True

    cycle: Sequence
