"""An export's form: JSON Lines, first a header, then one line a record, last the seal that covers them all."""

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, TypeVar

import msgspec

from messages.base import Identifier, Sequence
from messages.kernel.audit import Checkpoint
from runtime.audit.chain import Record, micros_of, own_headers

FORMAT: Final = "kurultai-log-1"
"""Named in the header; another form gets another name. *chosen*"""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The beginning of a record's time. *derived*"""
Place = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
"""The sequence of a record that stands on the log."""


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the export says of itself; the key and `created` are its own claim."""

    format: str
    council: str
    stream: str
    first: Sequence
    last: Sequence
    key: str
    """The scribe's public key."""
    nonce: Identifier | None = None
    """The seal that must stand in the last line; without it nothing proves that the export was not cut off."""
    created: str


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One record; `data` is its text, or base64 if it is no UTF-8."""

    seq: Place
    time: str
    subject: str
    headers: dict[str, str]
    data: str
    base64: bool = False


class Ending(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last line: the scribe's answer to the nonce, with any checkpoint that was still on its way before it."""

    seal: Annotated[tuple[Checkpoint, ...], msgspec.Meta(min_length=1)]


_ENCODER: Final = msgspec.json.Encoder()
"""Writes a line. *derived*"""
_HEADER: Final = msgspec.json.Decoder(Header)
"""Reads the first line. *derived*"""
_LINE: Final = msgspec.json.Decoder(Line)
"""Reads a record's line. *derived*"""
_ENDING: Final = msgspec.json.Decoder(Ending)
"""Reads the last line. *derived*"""
_ENDING_BEGINS: Final = b'{"seal":'
"""What no record's line begins with. *derived*"""


T = TypeVar("T")


def line_of(part: Header | Line | Ending) -> bytes:
    """The part as a line of the file."""
    return _ENCODER.encode(part) + b"\n"


def header_in(line: bytes) -> Header:
    """The header that the line holds; raises ValueError."""
    return plain(_HEADER, line)


def record_in(line: bytes) -> Record:
    """The record that the line holds; raises ValueError or RecursionError."""
    found = plain(_LINE, line)
    return Record(found.seq, found.subject, _data_in(found), found.headers, _micros_in(found.time) / 1e6)


def ending_in(line: bytes) -> Ending | None:
    """The ending that the line holds, None if it is no ending; raises ValueError or RecursionError."""
    return plain(_ENDING, line) if line.startswith(_ENDING_BEGINS) else None


def plain(decoder: "msgspec.json.Decoder[T]", line: bytes) -> T:
    """What the line holds; raises ValueError also for a name that stands twice, which readers take differently.

    Most lines are as they were written, and so have no name twice; only others are read a second time, slowly.
    """
    found = decoder.decode(line)
    if _ENCODER.encode(found) != line.removesuffix(b"\n"):
        json.loads(line, object_pairs_hook=_single)
    return found


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} stands twice in one object")
    return dict(pairs)


def written(record: Record) -> Line:
    """The record as a line."""
    time = rfc3339(micros_of(record))
    try:
        return Line(
            seq=record.seq, time=time, subject=record.subject, headers=own_headers(record), data=record.data.decode()
        )
    except UnicodeDecodeError:
        data = base64.b64encode(record.data).decode()
        return Line(
            seq=record.seq, time=time, subject=record.subject, headers=own_headers(record), data=data, base64=True
        )


def rfc3339(micros: int) -> str:
    """The time in UTC, always to the microsecond."""
    return (_EPOCH + timedelta(microseconds=micros)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _micros_in(time: str) -> int:
    if not time.endswith("Z"):
        raise ValueError(f"the time {time!r} is not in UTC")
    return (datetime.fromisoformat(time) - _EPOCH) // timedelta(microseconds=1)


def _data_in(line: Line) -> bytes:
    if not line.base64:
        return line.data.encode()
    try:
        return binascii.a2b_base64(line.data, strict_mode=True)
    except binascii.Error as error:
        raise ValueError(f"the data is not base64: {error}") from error
