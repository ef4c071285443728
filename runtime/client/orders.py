"""What an order came to: the log is heard from the order on, until it is answered or refused, or the time is up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Final

import msgspec

from bus.log import Record
from messages.base import Event, type_name
from messages.kernel.order import Rejected
from runtime.client.client import Client
from runtime.envelope import name_in
from runtime.errors import NotObeyed, Unanswered

ANSWER_S: Final = 15.0
"""Longest wait for what an order came to. *chosen*: an actor decides in milliseconds; a busy machine takes seconds"""


@asynccontextmanager
async def hearing(
    client: Client, seq: int, *identities: str, limit_s: float | None = None
) -> AsyncIterator[AsyncIterator[Record]]:
    """What stands on the log from the place of an order on, history first, then live.

    Raises NotObeyed as soon as the log says that one of the orders was refused, and Unanswered when the block takes
    longer than `limit_s` seconds, 15 without.
    """
    limit_s = ANSWER_S if limit_s is None else limit_s
    try:
        async with asyncio.timeout(limit_s), aclosing(client.records(seq, follow=True)) as records:
            yield _unless_rejected(records, identities)
    except TimeoutError:
        raise Unanswered(
            f"no answer within {limit_s:.0f} s. The order stands on the log: `kurultai why {seq}` tells what came of "
            "it, `kurultai status` whether the council is frozen"
        ) from None


async def _unless_rejected(records: AsyncIterator[Record], identities: tuple[str, ...]) -> AsyncIterator[Record]:
    async for record in records:
        if name_in(record.subject) == type_name(Rejected):
            said = msgspec.json.decode(record.data, type=Rejected)
            if said.order in identities or record.headers.get("ce-causationid") in identities:
                raise NotObeyed(f"the order was not obeyed: {said.reason}")
        yield record


async def answer_to(client: Client, seq: int, identity: str, *kinds: type[Event]) -> Record:
    """The first event that answers the order, of one of the kinds if any are named.

    Raises NotObeyed or Unanswered.
    """
    wanted = {type_name(kind) for kind in kinds}
    async with hearing(client, seq, identity) as records:
        async for record in records:
            if record.headers.get("ce-causationid") == identity and (not wanted or name_in(record.subject) in wanted):
                return record
    raise Unanswered(f"the log ended before the order at {seq} was answered")
