"""What a child says of a value, checked in steps that are short for the loop of the host, whatever the value is.

The value comes as JSON that is not decoded yet. Its parts are counted first, so that what is decoded has a size that
is known to be bearable.
"""

import asyncio
from typing import Any, Final

import msgspec

from actors.sandbox.inside.plain import DEPTH, plain_single

VALUES: Final = 50_000
"""How many values all answers of a run may hold, and how many one request to the broker.

*Measured*: so many are decoded in 1 to 14 ms, the longest for objects with a key each; on the way to the log they are
encoded and decoded once more."""

STEP_VALUES: Final = 5_000
"""How many values are looked at between two turns of the loop. *Measured*: below 3 ms."""

STEP_BYTES: Final = 1 << 16
"""How many bytes are counted between two turns of the loop. *Measured*: 2 ms where every byte is a quote."""


class Excess(Exception):
    """The value is well formed, as far as was read, and larger than it may be; the text says what is too much."""


async def read_value(raw: bytes, most_values: int) -> tuple[object, int]:
    """The value and of how many it consists.

    Raises Excess if there are more than may be, and what msgspec and `plain` raise for what is not plain data.
    """
    if _most_in(raw) > most_values and await _count(raw) > most_values:
        raise Excess(f"more than {most_values} values")
    value = msgspec.json.decode(raw)
    await asyncio.sleep(0)
    return value, await _check(value)


def _most_in(piece: bytes) -> int:
    """How many values compact JSON holds, or more than that where texts hold commas and brackets."""
    return 1 + _separators(piece)


def _separators(piece: bytes) -> int:
    """Each comma stands before a value, and so does each bracket but that of an empty list or object."""
    empty = piece.count(b"[]") + piece.count(b"{}")
    return piece.count(b",") + piece.count(b"[") + piece.count(b"{") - empty


async def _count(raw: bytes) -> int:
    """How many values compact JSON holds, whatever its texts hold."""
    bare = raw.replace(b"\\\\", b"").replace(b'\\"', b"")  # now every quote begins or ends a text
    await asyncio.sleep(0)
    found, inside = 1, 0
    for start in range(0, len(bare), STEP_BYTES):
        pieces = bare[start : start + STEP_BYTES].split(b'"')
        found += _separators(b" ".join(pieces[inside::2]))
        inside = (inside + len(pieces) - 1) % 2
        await asyncio.sleep(0)
    return found


async def _check(value: object) -> int:
    """How many values there are, all plain; raises as `plain` does."""
    seen, depth = 0, 0
    level: list[Any] = [value]
    while level:
        if depth > DEPTH:
            raise ValueError(f"the result nests deeper than {DEPTH}")
        deeper: list[Any] = []
        for item in level:
            _look(item, deeper)
            seen += 1
            if seen % STEP_VALUES == 0:
                await asyncio.sleep(0)
        level, depth = deeper, depth + 1
    return seen


def _look(item: object, deeper: list[Any]) -> None:
    """The item is plain as far as it goes; what it holds is to be looked at next."""
    if type(item) is list:
        deeper.extend(item)
    elif type(item) is dict:
        deeper.extend(item.values())
    else:
        plain_single(item)
