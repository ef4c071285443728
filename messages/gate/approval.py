"""A decision that waits for a person."""

import msgspec

from messages.base import Event, Identifier, Query, Source, Text


class Exhibit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that belongs to an act, as it would be in force."""

    title: Text
    text: Source
    before: Source | None = None
    """What is in force instead; None where nothing is, or where both do not fit one record."""


class Requested(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An act waits until an operator approves or denies it; the approval holds for this digest alone, once."""

    act: Identifier
    digest: str
    summary: Text
    expires_at: float
    """Seconds since the epoch."""
    task: Identifier | None = None
    """The task that waits with it."""
    exhibits: tuple[Exhibit, ...] = ()
    """All that a person has to see before he decides; absent from the answer to `Find`, since the log keeps it."""


class Granted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An operator's valid approval was used for the act."""

    one_mouth = True

    act: Identifier
    digest: str
    operator: Identifier
    """Public key that signed the order."""
    task: Identifier | None = None


class Denied(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The act will not happen: an operator said no, or nobody answered in time."""

    for_people = True
    one_mouth = True

    act: Identifier
    digest: str
    reason: Text
    task: Identifier | None = None


class Find(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which acts wait for a person."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Find`, oldest first."""

    acts: tuple[Requested, ...]
