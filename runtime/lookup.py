"""An answer that an actor's state no longer holds, and its own words on the log still do."""

import contextlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from bus.log import Connection
from messages.base import Message, decode


class FromLog(NamedTuple):
    """The actor said it behind this place; what it said is read until one of it gives the answer."""

    after: int
    pick: Callable[[Message], msgspec.Struct | None]
    otherwise: msgspec.Struct


async def looked_up(
    connection: Connection, speaker: str, says: Mapping[str, type[Message]], wanted: FromLog, last: int
) -> msgspec.Struct:
    """The answer; `last` is the place of something that the actor said itself."""
    async with contextlib.aclosing(connection.read(wanted.after, last)) as chunks:  # type: ignore[type-var]
        async for chunk in chunks:
            for record in chunk:
                tokens = record.subject.split(".")
                kind = says.get(".".join(tokens[2:4])) if tokens[4:5] == [speaker] else None
                if kind is None:
                    continue
                answer = wanted.pick(decode(kind, record.data))
                if answer is not None:
                    return answer
    return wanted.otherwise
