"""Checkpoints: who signed what over the chain, and how to find them among the records."""

from pathlib import Path
from typing import Final

import msgspec

from bus.keys import load_or_create, verify
from messages.base import type_name
from messages.kernel.audit import Checkpoint, Seal
from runtime.audit.chain import Record
from runtime.envelope import read

SCRIBE: Final = "scribe"
"""Who signs checkpoints. *derived*: the roster's only actor that says `audit.Checkpoint`"""
_PURPOSE: Final = b"kurultai checkpoint 1\n"
"""Before every statement: what the key signs elsewhere is no checkpoint. *chosen*"""


class Signer:
    """The scribe's key, read from a file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self._key = load_or_create(path)

    @property
    def public(self) -> str:
        """The key that the signatures are verified with."""
        return self._key.public

    def sign(self, checkpoint: Checkpoint) -> Checkpoint:
        """The checkpoint with the signature that fits it."""
        signature = self._key.sign(statement(checkpoint)).hex()
        return msgspec.structs.replace(checkpoint, signature=signature)


def statement(checkpoint: Checkpoint) -> bytes:
    """What is signed: every field but the signature, as canonical JSON.

    A field at its default is left out, so that a field that comes later undoes no signature.
    """
    defaults = {field.name: field.default for field in msgspec.structs.fields(checkpoint)}
    said = {
        name: value
        for name, value in msgspec.structs.asdict(checkpoint).items()
        if name != "signature" and value != defaults[name]
    }
    return _PURPOSE + msgspec.json.encode(said, order="sorted")


def is_signed(checkpoint: Checkpoint, public: str) -> bool:
    """Whether the owner of the key signed exactly this."""
    return verify(public, statement(checkpoint), bytes.fromhex(checkpoint.signature))


def is_checkpoint(record: Record) -> bool:
    """The record stands where checkpoints stand."""
    return _stands(record, "event", type_name(Checkpoint))


def checkpoint_in(record: Record) -> Checkpoint:
    """The checkpoint that the record holds; raises Malformed."""
    checkpoint = read(record, {type_name(Checkpoint): Checkpoint})
    assert isinstance(checkpoint, Checkpoint)
    return checkpoint


def is_seal(record: Record) -> bool:
    """The record stands where seals are ordered."""
    return _stands(record, "command", type_name(Seal))


def seal_in(record: Record) -> Seal:
    """The order for a seal that the record holds; raises Malformed."""
    seal = read(record, {type_name(Seal): Seal})
    assert isinstance(seal, Seal)
    return seal


def _stands(record: Record, word: str, name: str) -> bool:
    return record.subject.split(".")[1:4] == [word, *name.split(".")]
