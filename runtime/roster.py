"""Who belongs to a council: a literal tree of actors in zones, with what is done when a zone crashes."""

from typing import Literal

import msgspec

from messages.base import Task
from runtime.actor import Member, Worker

Strategy = Literal["one_for_one", "one_for_all", "rest_for_one"]
"""Which zones are started again when one has crashed: itself; all of them; itself and those named after it."""


class Child(msgspec.Struct, frozen=True):
    """An actor or worker of the council, with its settings if they differ from the defaults."""

    member: type[Member]
    settings: msgspec.Struct | None = None


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """Actors that share a process, and so what reaches it; never their identities."""

    name: str
    children: tuple[Child, ...]
    max_restarts: int = 8
    """A zone that crashes more often than this `within_s` stays down."""
    within_s: float = 60.0

    @property
    def shareable(self) -> bool:
        """It may run several times: all in it are workers, and none takes tasks or answers questions.

        A question reaches everyone who answers it, and would be answered by each; tasks are brought to the log beside
        the one member that hears them.
        """
        return all(
            issubclass(child.member, Worker)
            and not child.member.signature.answers
            and not any(issubclass(kind, Task) for kind in child.member.signature.hears)
            for child in self.children
        )


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """A whole council."""

    zones: tuple[Zone, ...]
    kinds: tuple[type[Task], ...]
    """The kinds of task that may be published."""
    strategy: Strategy = "one_for_one"

    @property
    def children(self) -> tuple[Child, ...]:
        """All children, in the order of their zones."""
        return tuple(child for zone in self.zones for child in zone.children)

    @property
    def members(self) -> tuple[type[Member], ...]:
        """All actors and workers."""
        return tuple(child.member for child in self.children)

    def plus(self, *zones: Zone, kinds: tuple[type[Task], ...] = ()) -> "Roster":
        """This council with zones and kinds of task of your own beside it."""
        return msgspec.structs.replace(self, zones=(*self.zones, *zones), kinds=(*self.kinds, *kinds))

    def zone_of(self, name: str) -> Zone | None:
        """The zone in which the actor lives."""
        for zone in self.zones:
            if any(child.member.name == name for child in zone.children):
                return zone
        return None


def zone(name: str, *members: type[Member] | Child, max_restarts: int = 8) -> Zone:
    """A zone of these members, with default settings where a bare class is given."""
    children = tuple(member if isinstance(member, Child) else Child(member) for member in members)
    return Zone(name=name, children=children, max_restarts=max_restarts)
