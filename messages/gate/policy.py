"""What policy says to the wish to learn something, before anything is done about it."""

from typing import Literal

from messages.base import Command, Event, Identifier, Name, Source, Text
from messages.task import Domain, Profile

PolicyClass = Literal["safe", "standard", "sensitive", "restricted", "forbidden"]
"""From what anyone may learn to what nobody may; sensitive and restricted need a person's approval."""


class Judge(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Policy: may this agent learn this, today?"""

    task: Identifier
    agent: Identifier
    """Who would learn it."""
    name: Name
    goal: Text
    domain: Domain
    source: Source | None = None
    """The candidate that came with the task."""
    suite: Source | None = None
    """The tests that came with it."""
    secrets: tuple[Identifier, ...] = ()
    hosts: tuple[str, ...] = ()
    """Where it would send requests."""
    profile: Profile = "pure"


class Admitted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The task may be learnt; it counts as one of the agent's attempts of the day."""

    one_mouth = True

    task: Identifier
    agent: Identifier
    policy_class: PolicyClass
    review: tuple[Text, ...] = ()
    """Why a person will be asked before it is registered."""
    left: int | None = None
    """Attempts that the agent has left of this UTC day, after this one."""
    per_day: int | None = None
    """Attempts that it has in a UTC day."""


class Refused(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The task may not be learnt, for the reason given."""

    one_mouth = True

    task: Identifier
    agent: Identifier
    policy_class: PolicyClass
    reason: Text
