"""Messages as CloudEvents 1.0 in binary mode: attributes in headers, bare data in the payload."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from bus.headers import UNREADABLE
from bus.log import Draft, Record
from bus.names import Names
from messages.base import Command, Event, Message, Task, decode, encode, flow_of, kind_of, type_name
from messages.kernel.control import Set
from runtime.actor import Origin
from runtime.errors import Malformed

INPUT = "ce-input"
"""Sequence of the input that a record was decided on. *chosen*"""
CURSOR = "ce-cursor"
"""Sequence of the last input that the speaker's state held when it decided; absent when it is the input. *chosen*"""
FIT: Final = re.compile(r"[!-~]{1,128}")
"""Ids that are carried on to what is said: a stranger's header may hold anything, up to 64 KB of it. *chosen*"""
TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
"""*cited*: W3C Trace Context, section 3.2"""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: float) -> float:
    """The time to the microsecond, which a stamp keeps exactly."""
    return round(at * 1e6) / 1e6


def stamp(at: float) -> str:
    """RFC 3339 in UTC, to the microsecond, of seconds since the epoch."""
    return (_EPOCH + timedelta(microseconds=round(at * 1e6))).isoformat().replace("+00:00", "Z")


def unstamp(text: str) -> float:
    """Seconds since the epoch of a stamp."""
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1) / 1e6


def event_subject(names: Names, kind: type[Message], speaker: str, hearer: str | None = None) -> str:
    """Where a message of the type stands, said by `speaker`; `*` stands for anyone."""
    if kind is Set:
        raise ValueError("a control record stands on its level's own subject")
    if issubclass(kind, Task):
        return names.subject("task", "*" if kind is Task else kind_of(kind))
    word = "command" if issubclass(kind, Command) else "event"
    tail = (hearer,) if hearer else ()
    return names.subject(word, flow_of(kind), kind.__name__, speaker, *tail)


def subject_for(names: Names, message: Message, speaker: str) -> str:
    """Where this message stands, said by `speaker`."""
    if isinstance(message, Set):
        return names.control(message.level)
    return event_subject(names, type(message), speaker, hearer_of(message))


def hearer_of(message: Message) -> str | None:
    """Who alone shall hear it, if it says so."""
    addressee = type(message).addressee if isinstance(message, Command) else None
    return getattr(message, addressee) if addressee is not None else None


def is_addressed(kind: type[Message]) -> bool:
    """Messages of the type name their hearer, and stand on a subject of his."""
    return issubclass(kind, Command) and kind.addressee is not None


def name_in(subject: str) -> str:
    """The type name, or `task.<kind>`, that the subject stands for."""
    tokens = subject.split(".")
    if tokens[1] == "task":
        return f"task.{tokens[2]}"
    if tokens[1] == "control":
        return type_name(Set)
    return f"{tokens[2]}.{tokens[3]}"


def origin_of(record: Record) -> Origin:
    """Identity and correlation of a record, filled in where a plain publisher left them out."""
    headers = record.headers
    identity = headers.get("ce-id") or headers.get("Nats-Msg-Id") or f"t-{record.seq}"
    return Origin(
        identity,
        headers.get("ce-correlationid") or identity,
        record.subject,
        record.seq,
        headers,
        record.data,
    )


def read(record: Record, types: Mapping[str, type[Message]]) -> Message:
    """The message that the record holds; raises Malformed with path and reason."""
    if UNREADABLE in record.headers:
        raise Malformed("its header block can't be read")
    name = name_in(record.subject)
    kind = types.get(name)
    if kind is None:
        known = ", ".join(sorted(types)) or "none"
        raise Malformed(f"unknown kind {name!r}; known here: {known}")
    try:
        return decode(kind, record.data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(*complaint(error)) from error


def complaint(error: Exception) -> tuple[str, str]:
    """Reason and JSON path of why a message can't be read."""
    if not isinstance(error, msgspec.ValidationError):
        return f"not readable as JSON: {error}", "$"
    reason, _, path = str(error).partition(" - at `")
    return reason, path.rstrip("`") or "$"


def draft(
    names: Names,
    speaker: str,
    message: Message,
    *,
    identity: str,
    origin: Origin | None,
    at: float,
    cursor: int | None,
) -> Draft:
    """The record that is to be; deterministic for the same input, speaker and place among its outputs."""
    headers = {
        "ce-specversion": "1.0",
        "ce-id": identity,
        "ce-source": f"/{names.council}/{speaker}",
        "ce-type": type_name(type(message)),
        "ce-time": stamp(at),
        "ce-correlationid": _fit(origin.correlation, origin) if origin else identity,
    }
    if origin is not None:
        headers["ce-causationid"] = _fit(origin.id, origin)
        headers[INPUT] = str(origin.seq)
        if TRACEPARENT.fullmatch(trace := origin.headers.get("traceparent", "")):
            headers["traceparent"] = trace
    if cursor is not None and (origin is None or cursor != origin.seq):
        headers[CURSOR] = str(cursor)
    return Draft(subject_for(names, message, speaker), encode(message), identity, headers)


def _fit(identity: str, origin: Origin) -> str:
    return identity if FIT.fullmatch(identity) else f"t-{origin.seq}"


def is_lifecycle(kind: type[Message]) -> bool:
    """The message tells of an actor's life; it is no effect."""
    return issubclass(kind, Event | Command) and flow_of(kind) == "actor"
