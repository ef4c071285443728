"""Proof that the log is whole."""

from typing import Annotated

import msgspec

from messages.base import Command, Event, Identifier, Sequence, Text

Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 as hex."""
Leaves = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{16})*$", max_length=65_536)]
"""Truncated SHA-256 digests, 8 bytes each, as hex."""
Signature = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{128})?$")]
"""An Ed25519 signature as hex; empty while there is none."""


class Checkpoint(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signed statement over all records from `first` to `last`, chained to the one before."""

    for_people = True
    one_mouth = True

    first: Sequence
    last: Sequence
    leaves: Leaves
    """The truncated digest of each record from `first` to `last`, without the missing ones."""
    head: Digest
    """The chain's head after `last`."""
    missing: tuple[tuple[Sequence, Sequence], ...] = ()
    """Places that the log itself skipped, as first and last; each is damage."""
    nonce: Identifier | None = None
    """The seal's, if an export asked for this checkpoint."""
    signature: Signature
    """By the scribe's key, over all of the above."""


class Seal(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Scribe: make a checkpoint up to here, with this nonce."""

    one_mouth = True

    nonce: Identifier


class Unpublished(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head of a checkpoint could not be put where the operator wants heads; the next one is tried anew."""

    for_people = True

    last: Sequence
    """Through which record the head goes."""
    place: Text
    """The file, the address or the subject."""
    reason: Text
