"""How records and answers look on a NATS connection."""

import hashlib
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from bus.errors import Contended, Denied, Duplicate, Full, LogError, Stale, TooLarge, Unreachable
from bus.log import Draft, Fence, Record

FENCE: Final = "Nats-Expected-Last-Subject-Sequence"
"""The header that makes the server refuse a commit under an old mode. *cited*: NATS ADR-50."""
FENCE_SUBJECT: Final = "Nats-Expected-Last-Subject-Sequence-Subject"
"""The header that names the control subject of the fence. *cited*: NATS ADR-50."""
SEQUENCE: Final = "Nats-Sequence"
"""The header by which a broadcast or a direct answer says where the record stands. *cited*: NATS ADR-31"""


ERRORS: Final[dict[int, type[LogError]]] = {
    10071: Stale,
    10164: Contended,
    10201: Duplicate,
    10023: Full,
    10047: Full,
    10077: Full,
    10028: Full,
    10054: TooLarge,
}
"""The server's error codes, by what is done about them. *cited*: nats-server errors.json."""


class _Fault(msgspec.Struct):
    err_code: int = 0
    description: str = ""


class _Ack(msgspec.Struct):
    seq: int = 0
    duplicate: bool = False
    error: _Fault | None = None


_decode_ack = msgspec.json.Decoder(_Ack).decode


def secret_of(key: bytes) -> bytes:
    """What an identity's record ids are made of: the same wherever it connects, and known to nobody else."""
    return hashlib.blake2b(key, digest_size=32, person=b"kurultai-id").digest()


def sealed_id(identity: str, secret: bytes) -> str:
    """The id under which the server knows a record; to others it can't be foreseen before it stands on the log.

    The server refuses a second record of an id whoever says it: one that can be guessed could be used up by another,
    and its rightful speaker would be silent.
    """
    return hashlib.blake2b(identity.encode(), key=secret, digest_size=16).hexdigest()


def headers_of(draft: Draft, fence: Fence | None, known_as: str) -> dict[str, str]:
    """The draft's headers, with the id that the server knows it by and, for the first of a commit, the fence."""
    headers = {**draft.headers, "Nats-Msg-Id": known_as}
    if fence is not None:
        headers[FENCE] = str(fence.seq)
        headers[FENCE_SUBJECT] = fence.subject
    return headers


def committed(data: bytes, headers: dict[str, str] | None) -> int:
    """The sequence that a publish acknowledgement names; raises what it says went wrong."""
    if headers and headers.get("Status") == "503":
        raise Unreachable("the log has no leader at the moment")
    try:
        ack = _decode_ack(data)
    except msgspec.DecodeError as error:
        raise Unreachable(f"the server's answer can't be read: {data[:80]!r}") from error
    if ack.error is not None:
        kind = ERRORS.get(ack.error.err_code, Unreachable)
        raise kind(f"{ack.error.description} (code {ack.error.err_code})")
    if ack.duplicate:
        raise Duplicate(f"committed already, at {ack.seq}")
    return ack.seq


def delivered(message: Any) -> Record:
    """The record of a consumer's delivery."""
    tokens = message.reply.split(".")
    _, attempt, seq, _, stamp, _ = tokens[-6:] if len(tokens) == 9 else tokens[-7:-1]
    return Record(
        int(seq),
        message.subject,
        message.data,
        message.headers or {},
        int(stamp) // 1_000 / 1e6,
        int(attempt),
        message.reply,
    )


def severs(message: Any) -> bool:
    """The server takes a record without headers and content for the end of an answer, and sends no more on its way.

    *measured* on 2.15.1: what crosses accounts as an answer of many messages ends with the first that is empty.
    """
    return not message.data and not message.headers


def stored(message: Any) -> Record:
    """The record of a broadcast or of a direct read, which say its place in headers."""
    headers = dict(message.headers or {})
    seq = int(headers.pop(SEQUENCE))
    stamp = headers.pop("Nats-Time-Stamp", "")
    subject = headers.pop("Nats-Subject", message.subject)
    for name in ("Nats-Stream", "Nats-Last-Sequence", "Nats-Num-Pending"):
        headers.pop(name, None)
    return Record(seq, subject, message.data, headers, seconds(stamp))


def seconds(stamp: str) -> float:
    """Seconds since the epoch of an RFC 3339 time, cut to the microsecond: a float holds that exactly."""
    whole, _, fraction = stamp.removesuffix("Z").partition(".")
    since_epoch = int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    return (since_epoch * 1_000_000 + int(fraction[:6].ljust(6, "0"))) / 1e6


def refusal(text: str) -> Denied | None:
    """The refusal that an error of the client library speaks of, if it does."""
    lowered = text.lower()
    return Denied(text) if "permissions violation" in lowered else None
