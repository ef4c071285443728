"""One agent's SOUL and its changes, as plain data: what is in force, what was, what is under way."""

from typing import Final, Literal

import msgspec

from actors.acquisition.soul.change import Change
from messages.soul import Past

HISTORY: Final = 1_000
"""Versions whose digests are kept in mind; their texts stay on the log. *chosen*"""
MOST: Final = 32
"""Most changes of one agent under way. *chosen*: 64 KiB each make 2 MB"""
ENTRIES: Final = 200
"""Most changes of one agent under way when one comes from a tool, which is a line. *derived*: two messages for each are
fewer than the log's 1,000 a commit"""
TRIES: Final = 3
"""Times that a change is handed to the scrivener before it is given up. *chosen*"""


class Pending(msgspec.Struct):
    """A change under way."""

    change: Change
    place: Literal["queued", "parked", "flying"] = "queued"
    """Waits for its turn; waits for a person; is being applied."""
    admitted: bool = True
    """Whoever asked for it may do so: told from what was said to it, so that the state needs no key."""
    judged: bool = False
    """It was said what it would change, and how risky that is."""
    granted: str = ""
    """The digest of the act that a person has approved."""
    tries: int = 0


class Book(msgspec.Struct):
    """The SOUL of one agent."""

    text: str = ""
    """In force; empty before the first version."""
    digest: str = ""
    version: int = 0
    history: list[Past] = []
    pending: dict[str, Pending] = {}
    """Changes under way in order, by name."""
    asked: Literal["", "look", "mend"] = ""
    """What the scrivener was told besides an application, and has not answered."""
    handed_at: float = 0.0
    """When the scrivener was last told something."""

    @property
    def busy(self) -> bool:
        """The scrivener has something of this agent in hand."""
        return bool(self.asked) or self.flying is not None

    @property
    def flying(self) -> str | None:
        """The change that is being applied."""
        return next((name for name, pending in self.pending.items() if pending.place == "flying"), None)

    def land(self) -> None:
        """Nothing is being applied: what was waits for its turn again."""
        for pending in self.pending.values():
            if pending.place == "flying":
                pending.place = "queued"

    def past(self, version: int) -> Past | None:
        """What is known of the version."""
        return next((past for past in reversed(self.history) if past.version == version), None)

    def bears(self, digest: str) -> Past | None:
        """The newest version of this digest, if there was one."""
        return next((past for past in reversed(self.history) if past.digest == digest), None)

    def turn(self, past: Past, text: str) -> None:
        """The version is in force."""
        self.text, self.digest, self.version = text, past.digest, past.version
        self.history.append(past)
        del self.history[:-HISTORY]
