"""Money and tokens of an agent's day: reserved before an act, settled after it."""

from typing import Annotated, Final

import msgspec

from messages.base import Command, Event, Identifier, Text

MOST_USD: Final = 1_000_000.0
"""More than this nothing may cost. *chosen*: beyond what any council spends, so that a wrong figure is seen"""

Dollars = Annotated[float, msgspec.Meta(ge=0, le=MOST_USD)]
"""US dollars."""


class Reserve(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Treasury: keep this much of the agent's day for the act, before it happens."""

    act: Identifier
    task: Identifier
    agent: Identifier
    usd: Dollars


class Reserved(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The act may cost this much; nobody else can spend it."""

    one_mouth = True

    act: Identifier
    task: Identifier
    agent: Identifier
    usd: Dollars
    day_usd: Dollars | None = None
    """What the agent may spend in a UTC day."""
    left_usd: Dollars | None = None
    """What is left of it with this act."""


class Exceeded(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agent's day has not so much left; the act must not happen."""

    one_mouth = True

    act: Identifier
    task: Identifier
    agent: Identifier
    reason: Text


class Settle(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Treasury: the act is over and has cost this; what was reserved beyond it is free again."""

    act: Identifier
    task: Identifier
    usd: Dollars


class Settled(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the act cost, and what of the agent's day is spent with it."""

    for_people = True
    one_mouth = True

    act: Identifier
    task: Identifier
    agent: Identifier
    usd: Dollars
    spent_usd: Dollars
    day_usd: Dollars | None = None
    """What the agent may spend in a UTC day."""
