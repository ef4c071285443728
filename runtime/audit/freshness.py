"""Freshness: what a verifier knows from elsewhere, so that an older or shortened history can't pass for the newest.

A log that was cut off at an earlier seal, or restored from a backup, proves itself as well as the whole one did then.
Only something that the thief did not have shows the difference: a nonce that the verifier chose, a place or a time
that must be reached, an earlier export, or heads that were published elsewhere.
"""

from pathlib import Path

import msgspec


class Anchor(msgspec.Struct, frozen=True):
    """The head that the chain had after a record, as something apart from the log knows it."""

    seq: int
    head: str
    source: str
    """Where it comes from, in words."""


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What the log must be at least; by default nothing is demanded."""

    nonce: str | None = None
    """The seal must answer it: it was made after the nonce had been chosen."""
    not_before_seq: int = 0
    """The proof must reach this record."""
    not_before_at: float | None = None
    """The last proved record must be of this time, in seconds since the epoch, or later."""
    previous: Path | None = None
    """The log must continue this export."""
    heads: Path | None = None
    """The log must have had every head of this file."""
    anchors: tuple[Anchor, ...] = ()
    """Those heads, once they were read."""
    faults: tuple[str, ...] = ()
    """What is wrong with the sources of the anchors; each is a finding."""

    @property
    def told(self) -> tuple[str, ...]:
        """What is demanded, in words."""
        found = [f"answers the nonce {self.nonce}"] if self.nonce is not None else []
        found += [f"reaches record {self.not_before_seq}"] if self.not_before_seq else []
        found += ["reaches the time that was named"] if self.not_before_at is not None else []
        return (*found, *(f"continues {source}" for source in dict.fromkeys(anchor.source for anchor in self.anchors)))
