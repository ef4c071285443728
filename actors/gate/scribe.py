"""The scribe chains every record of the log and signs checkpoints over the chain.

It decides when a checkpoint is due: after so many records, after so long, or at once for a seal. It costs one SHA-256 a
record, and one record in `every`. It may never sign a chain that it did not hash record by record, and never speaks
about its own checkpoints alone.
"""

import contextlib
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec

from messages.kernel.audit import Checkpoint
from messages.kernel.control import Level
from runtime.actor import Actor, Emits
from runtime.audit.chain import SHORT_BYTES, Record, genesis, leaf_of, link
from runtime.audit.checkpoint import Signer, is_checkpoint, is_seal, seal_in
from runtime.envelope import micros
from runtime.errors import Malformed


class State(msgspec.Struct):
    """The chain as far as heard, and what of it no checkpoint covers yet."""

    last: int = 0
    covered: int = 0
    """The last record under a checkpoint."""
    head: bytes = b""
    leaves: bytes = b""
    """The truncated leaves of the records heard after `covered`."""
    missing: tuple[tuple[int, int], ...] = ()
    due: float | None = None
    """When a checkpoint is wanted; None while nothing but checkpoints is uncovered."""
    was_due: float = 0.0


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the key is, and how much of the log may be without a checkpoint."""

    key: str
    """File of the signing key, made if it is not there; never the key that a connection signs in with."""
    every: Annotated[int, msgspec.Meta(ge=1, le=4_000)] = 256
    """Records under one checkpoint. *chosen*: the checkpoint has 4 KB, the log grows by 16 bytes a record"""
    after_s: Annotated[float, msgspec.Meta(gt=0, le=3_600)] = 10.0
    """Seconds until a record is covered on a quiet log. *chosen*: what a thief of the disk could still change"""


class Scribe(Actor):
    """Makes the log's wholeness provable to anyone who has its public key."""

    level = Level.GUARD
    hears_all: ClassVar[bool] = True
    State = State
    Settings = Settings

    def __init__(self, settings: msgspec.Struct) -> None:
        super().__init__(settings)
        self._signer = Signer(Path(self.settings.key))

    def on_record(self, record: Record) -> Emits[Checkpoint]:
        nonce = _nonce_in(record)
        full = self.state.due is not None and len(self.state.leaves) >= self.settings.every * SHORT_BYTES
        if nonce is not None or full:
            yield self._checkpoint(nonce)

    def apply_record(self, record: Record) -> None:
        state = self.state
        hole = record.seq > state.last + 1
        if hole:
            state.missing += ((state.last + 1, record.seq - 1),)
        leaf = leaf_of(record)
        state.head = link(state.head or genesis(record.subject.partition(".")[0]), leaf)
        state.leaves += leaf[:SHORT_BYTES]
        state.last = record.seq
        if state.due is None and (hole or not is_checkpoint(record)):
            state.due = micros(max(self.now + self.settings.after_s, state.was_due + 1e-6))

    def apply_checkpoint(self, m: Checkpoint) -> None:
        state = self.state
        if m.last <= state.covered:
            return
        state.covered, state.leaves, state.missing = m.last, b"", ()
        state.was_due, state.due = state.due or state.was_due, None

    def due(self) -> float | None:
        due: float | None = self.state.due
        return due

    def on_due(self) -> Emits[Checkpoint]:
        yield self._checkpoint(None)

    def _checkpoint(self, nonce: str | None) -> Checkpoint:
        state = self.state
        unsigned = Checkpoint(
            first=state.covered + 1,
            last=state.last,
            leaves=state.leaves.hex(),
            head=state.head.hex(),
            missing=state.missing,
            nonce=nonce,
            signature="",
        )
        return self._signer.sign(unsigned)


def _nonce_in(record: Record) -> str | None:
    """The nonce, if the record orders a seal; an order that can't be read seals nothing."""
    if is_seal(record):
        with contextlib.suppress(Malformed):
            return seal_in(record).nonce
    return None
