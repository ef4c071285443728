"""The log as a file that can be verified without the council, written record by record."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import BinaryIO

from bus.names import Names
from messages.kernel.audit import Checkpoint
from runtime.audit.chain import Record
from runtime.audit.checkpoint import checkpoint_in, is_checkpoint
from runtime.audit.form import FORMAT, Ending, Header, line_of, rfc3339, written
from runtime.errors import Malformed


class Incomplete(Exception):
    """The records ended before what the export promises; what was written is no export."""


async def singly(chunks: AsyncIterable[Iterable[Record]]) -> AsyncIterator[Record]:
    """The records of the chunks, one by one."""
    async for chunk in chunks:
        for record in chunk:
            yield record


async def answer(records: AsyncIterable[Record], nonce: str) -> tuple[Checkpoint, ...]:
    """The seal: the scribe's answer to the nonce, last, after those checkpoints that stand where it covers no more.

    `records` begin no later than the order for the seal; raises Incomplete when they end without the answer.
    """
    found: list[tuple[int, Checkpoint]] = []
    async for record in records:
        if is_checkpoint(record):
            try:
                checkpoint = checkpoint_in(record)
            except Malformed:
                continue
            found.append((record.seq, checkpoint))
            if checkpoint.nonce == nonce:
                return tuple(each for seq, each in found if seq > checkpoint.last)
    raise Incomplete(f"the scribe has not answered the seal {nonce}")


async def export(
    out: BinaryIO,
    records: AsyncIterable[Record],
    *,
    names: Names,
    key: str,
    seal: tuple[Checkpoint, ...] = (),
    last: int = 0,
    now: float,
) -> int:
    """`out` holds the records from the log's first to the last that the seal covers, and the seal; returns how many.

    Without a seal `last` says where it ends. `records` come from the log's beginning, in its order.
    """
    last = seal[-1].last if seal else last
    header = Header(
        format=FORMAT,
        council=names.council,
        stream=names.stream,
        first=1,
        last=last,
        key=key,
        nonce=seal[-1].nonce if seal else None,
        created=rfc3339(round(now * 1e6)),
    )
    out.write(line_of(header))
    count = 0
    if last:
        count = await _write(out, records, last)
    if seal:
        out.write(line_of(Ending(seal=seal)))
    return count


async def _write(out: BinaryIO, records: AsyncIterable[Record], last: int) -> int:
    count = 0
    async for record in records:
        if record.seq <= last:
            out.write(line_of(written(record)))
            count += 1
        if record.seq >= last:
            return count
    raise Incomplete(f"the log ended after {count} records; record {last} was promised")
