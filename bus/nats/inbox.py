"""An identity's deliveries from its durable consumer, pulled ahead of their use.

The subject that a pull is answered on is new each time: with one that a later process uses again, the server takes a
dead process's pull for a live one and delivers to nobody.
"""

import asyncio
import functools
import uuid
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from bus.errors import Severed, Unreachable
from bus.log import Record
from bus.nats.link import Link
from bus.nats.wire import delivered, severs

AHEAD: Final = 512
"""Records asked for at a time; what is delivered and not yet used stays below twice this. *chosen*"""
EXPIRES_S: Final = 2.0
"""Lifetime of one pull request at the server, and so of one that a killed process left behind. *chosen*"""
HEARTBEAT_S: Final = 1.0
"""A server that has nothing to deliver says so this often. *chosen*: a lost delivery is known after so long"""
SEEN_S: Final = 0.1
"""The server has seen a pull this long after it was sent. *chosen*: it takes it about a millisecond"""
LAST_DELIVERED: Final = "Nats-Last-Consumer"
"""The header in which a heartbeat tells the number of the last delivery. *cited*: NATS ADR-15"""


class NatsInbox:
    """Pulls are kept open at the server, so a new record comes without being asked for."""

    def __init__(self, link: Link, next_subject: str, reset_subject: str) -> None:
        self._link = link
        self._next = next_subject
        self._reset = reset_subject
        self._generation = 0
        self._queue: deque[Record] = deque()
        self._hear: Callable[[], None] = lambda: None
        self._heard_at = 0.0
        self._pulling: asyncio.Future[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._subscription: Subscription | None = None
        self._subject = ""
        self._wanted = 0
        self._pulled_at = 0.0
        self._delivered, self._lost = 0, False
        self._severed = False
        link.on_link(self._linked)

    async def reset(self) -> int:
        """Delivery begins again after the last acknowledged record; returns its sequence."""
        await self._resubscribe()
        answer = msgspec.json.decode((await self._link.request(self._reset, b"")).data)
        if "error" in answer:
            raise Unreachable(f"the inbox can't be read: {answer['error'].get('description')}")
        await self._pull()
        self._keeper = self._keeper or asyncio.create_task(self._keep())
        return int(answer.get("reset_seq", 1)) - 1

    @property
    def lapsed(self) -> bool:
        """Nobody else takes from this inbox."""
        return False

    async def join(self) -> int:
        """Nobody else takes from this inbox: as `reset`."""
        return await self.reset()

    async def _resubscribe(self) -> None:
        if self._subscription is not None:
            await self._let_pulls_end()
            await self._subscription.unsubscribe()
        self._queue.clear()
        self._wanted = 0
        self._generation += 1
        self._subject = f"{self._link.prefix}.p.{uuid.uuid4().hex}"
        self._delivered, self._lost, self._severed = 0, False, False
        take = functools.partial(self._take, self._generation)
        self._subscription = await self._link.subscribe(self._subject, take)

    async def _let_pulls_end(self) -> None:
        """No pull is left that would take the deliveries of those after it.

        *measured* on 2.15.1: a pull that the server looks at when nobody listens there any more counts as alive until
        it expires. One server looks within a millisecond; in a cluster it never sees that the listener is gone.
        """
        patience_s = EXPIRES_S if self._link.clustered else SEEN_S
        await asyncio.sleep(max(0.0, self._pulled_at + patience_s - asyncio.get_running_loop().time()))

    def take(self, most: int) -> list[Record]:
        """Up to `most` records that have come."""
        if self._lost:
            raise Unreachable("a delivery was lost on its way")
        queue = self._queue
        if self._severed and not queue:
            raise Severed("an empty record has closed the way of deliveries")
        got = [queue.popleft() for _ in range(min(most, len(queue)))]
        if len(queue) + self._wanted < AHEAD // 2 and self._pulling is None and self._link.up:
            self._pulling = asyncio.ensure_future(self._pull())
        return got

    def on_filled(self, hear: Callable[[], None]) -> None:
        """`hear` is called whenever records have come."""
        self._hear = hear

    async def _pull(self) -> None:
        ask = {"batch": AHEAD, "expires": int(EXPIRES_S * 1e9), "idle_heartbeat": int(HEARTBEAT_S * 1e9)}
        self._wanted += AHEAD
        self._pulled_at = asyncio.get_running_loop().time()
        try:
            await self._link.publish(self._next, msgspec.json.encode(ask), reply=self._subject)
        except Unreachable:
            self._wanted = 0
        finally:
            self._pulling = None

    async def _take(self, generation: int, message: Msg) -> None:
        if generation != self._generation or self._severed:
            return
        self._heard_at = asyncio.get_running_loop().time()
        if message.reply:
            self._wanted = max(0, self._wanted - 1)
            self._count(message.reply)
            self._queue.append(delivered(message))
            self._severed = severs(message)
            self._hear()
            return
        headers = message.headers or {}
        if headers.get("Status") != "100":
            self._wanted = 0
            await self._pull()
        elif int(headers.get(LAST_DELIVERED, self._delivered)) > self._delivered:
            self._lost = True
            self._hear()

    def _count(self, token: str) -> None:
        """Deliveries are numbered; a number left out was sent to somebody who is gone."""
        number = int(token.split(".")[-3 if token.count(".") == 8 else -4])
        if number != self._delivered + 1:
            self._lost = True
        self._delivered = number

    async def _keep(self) -> None:
        """A pull that the server has forgotten is asked for again."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            if loop.time() - self._heard_at > 2 * HEARTBEAT_S and self._link.up:
                self._wanted = 0
                await self._pull()

    def _linked(self, up: bool) -> None:
        self._wanted = 0
        if up and self._subscription is not None:
            self._pulling = asyncio.ensure_future(self._pull())

    async def close(self) -> None:
        """Nothing is pulled any more."""
        if self._keeper is not None:
            self._keeper.cancel()
        if self._link.up and not self._link.clustered:
            await self._let_pulls_end()

    async def acknowledge(self, record: Record) -> None:
        """The record is not delivered again; for a decider's inbox neither is any before it."""
        await self._link.publish(record.token, b"+ACK")

    async def extend(self, record: Record) -> None:
        """The server waits longer for the acknowledgement."""
        await self._link.publish(record.token, b"+WPI")
