"""One agent's SOUL and its changes, as plain data: what is in force, what was, what is under way."""

from typing import Final, Literal

import msgspec

from actors.soul.change import Change
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
    place: Literal["queued", "judged", "passed", "closed", "parked", "flying"] = "queued"
    """Waits for its turn; is before the gate; was passed or refused there, which is answered in the same decision;
    waits for a person; is being applied."""
    admitted: bool = True
    """Whoever asked for it may do so: told from what was said to it, so that the state needs no key."""
    shown: bool = False
    """It was said for people what it would change, and how risky that is."""
    base: str = ""
    """Digest of the text in force that the gate judged the change against."""
    passed: bool = False
    """The gate let the change of that text pass."""
    review: bool = False
    """The gate wants a person to approve it."""
    on_file: bool = False
    """The agent's file holds the changed text already: a person wrote it there."""
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
    """When the scrivener or the gate was last told something."""

    @property
    def busy(self) -> bool:
        """The scrivener or the gate has something of this agent in hand."""
        return bool(self.asked) or self.flying is not None or self.judged is not None

    @property
    def flying(self) -> str | None:
        """The change that is being applied."""
        return next((name for name, pending in self.pending.items() if pending.place == "flying"), None)

    @property
    def judged(self) -> str | None:
        """The change that is before the gate."""
        return next((name for name, pending in self.pending.items() if pending.place == "judged"), None)

    @property
    def in_order(self) -> list[tuple[str, Pending]]:
        """The changes under way; what the file holds already comes first, since the others are written over it."""
        return sorted(self.pending.items(), key=lambda item: not item[1].on_file)

    def land(self) -> None:
        """Nothing is being applied: what was waits for its turn again."""
        for pending in self.pending.values():
            if pending.place == "flying":
                pending.place = "queued"

    def close_edits(self) -> None:
        """The file was read anew: what a person wrote there before is over, unless it waits for a person."""
        for pending in self.pending.values():
            if pending.on_file:
                pending.place = "closed"

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
