"""Proof that the log is whole."""

from messages.base import Command, Event, Identifier, Sequence


class Checkpoint(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signed statement over all records from `first` to `last`, chained to the one before."""

    first: Sequence
    last: Sequence
    leaves: str
    """Truncated SHA-256 of each record, 8 bytes each, as hex."""
    head: str
    """The chain's head after `last`."""
    nonce: Identifier | None = None
    """The seal's, if an export asked for this checkpoint."""
    signature: str
    """Ed25519 over all of the above."""


class Seal(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Scribe: make a checkpoint up to here, with this nonce."""

    nonce: Identifier
