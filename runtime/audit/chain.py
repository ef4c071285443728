"""The hash chain over the log: one leaf for each record, and a head that stands for all records before it."""

import hashlib
from typing import Final

from bus.log import Record as Record

LEAF_BYTES: Final = 32
"""Length of a leaf and of a head: SHA-256. *cited*: FIPS 180-4"""
SHORT_BYTES: Final = 8
"""A checkpoint names each leaf by its first bytes: they find the place, the head proves the rest. *chosen*"""
PLACED: Final = frozenset(
    {"Nats-Stream", "Nats-Subject", "Nats-Sequence", "Nats-Time-Stamp", "Nats-Last-Sequence", "Nats-Num-Pending"}
)
"""Headers that a direct read puts on an answer; they say where a record stands and are no part of it.

*cited*: NATS ADR-31
"""
_GENESIS: Final = b"kurultai log chain 1\n"
"""Before the council's name: chains of different councils or formats have no head in common. *chosen*"""


def micros_of(record: Record) -> int:
    """The record's time in whole microseconds since the epoch."""
    return round(record.time * 1e6)


def own_headers(record: Record) -> dict[str, str]:
    """The record's headers by name, without those of the way it was read."""
    return {name: value for name, value in sorted(record.headers.items()) if name not in PLACED}


def canonical(record: Record) -> bytes:
    """The bytes that stand for all that the record is: each part behind its length, so that none runs into the next."""
    headers = own_headers(record)
    parts = [record.subject.encode()]
    for name, value in headers.items():
        parts += (name.encode(), value.encode())
    parts.append(record.data)
    front = (
        record.seq.to_bytes(8, "big")
        + micros_of(record).to_bytes(8, "big", signed=True)
        + len(headers).to_bytes(4, "big")
    )
    return front + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def leaf_of(record: Record) -> bytes:
    """SHA-256 of the record."""
    return hashlib.sha256(canonical(record)).digest()


def genesis(council: str) -> bytes:
    """The head before the council's first record."""
    return hashlib.sha256(_GENESIS + council.encode()).digest()


def link(head: bytes, leaf: bytes) -> bytes:
    """The head after one more record."""
    return hashlib.sha256(head + leaf).digest()
