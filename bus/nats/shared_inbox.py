"""The deliveries of one instance of a worker, from a durable consumer that others of its identity pull from too.

What an instance has been sent and not acknowledged, nobody else gets until the server's patience is over. So it asks
for no more than it has places for; a number left out was another's delivery; and nothing is ever delivered anew by a
reset while others may be at work. What is lost on its way comes again by itself, as does the work of an instance that
died.
"""

import asyncio
import contextlib
import functools
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import msgspec
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from bus.errors import Unreachable
from bus.log import Record
from bus.nats.inbox import EXPIRES_S, HEARTBEAT_S, SEEN_S
from bus.nats.link import Link
from bus.nats.wire import delivered, severs

EXPIRED: Final = "408"
"""The status that ends a pull whose time is over. *cited*: NATS ADR-13"""
BEAT: Final = "100"
"""The status of a server that has nothing to deliver. *cited*: NATS ADR-13"""
UNUSED: Final = "Nats-Pending-Messages"
"""The header in which an expired pull tells how many records it did not get. *cited*: NATS ADR-13"""

GIVEN_BACK: Final = b"-NAK"
"""Has the server deliver it at once to another. *cited*: NATS documentation, "Acknowledgement"."""


class NatsSharedInbox:
    """A pull for each free place is kept open at the server, so a new record comes without being asked for."""

    def __init__(self, link: Link, next_subject: str, reset_subject: str, info_subject: str) -> None:
        self._link = link
        self._next = next_subject
        self._reset = reset_subject
        self._info = info_subject
        self._queue: deque[Record] = deque()
        self._hear: Callable[[], None] = lambda: None
        self._closing = self._joined = False
        self._server = ""
        """Which server it was, and which of its lives, at the last join."""
        self.lapsed = False
        """A server on its own that was started anew; nodes of a cluster keep among them who has what in hand."""
        self._places = 0
        """Records that there is still a place for."""
        self._wanted = 0
        """Records that the server has been asked for and has not sent."""
        self._heard_at = 0.0
        self._subject = ""
        self._subscription: Subscription | None = None
        self._asking: set[asyncio.Task[None]] = set()
        self._keeper: asyncio.Task[None] | None = None
        link.on_link(self._linked)

    async def reset(self) -> int:
        """Everything after the last acknowledged record is delivered again, whoever had it; returns its sequence."""
        await self._listen()
        self._server = self._link.server
        answer = await self._api(self._reset)
        return int(answer.get("reset_seq", 1)) - 1

    async def join(self) -> int:
        """Deliveries come beside those of others; returns the last record that is acknowledged with all before it."""
        await self._listen()
        before, self._server = self._server, self._link.server
        self.lapsed = before not in ("", self._server) and not self._link.clustered
        answer = await self._api(self._info)
        return int(answer["ack_floor"]["stream_seq"])

    def take(self, most: int) -> list[Record]:
        """Up to `most` records that have come; as many as are missing are asked for."""
        queue = self._queue
        got = [queue.popleft() for _ in range(min(most, len(queue)))]
        self._places = most - len(got)
        self._ask()
        return got

    def on_filled(self, hear: Callable[[], None]) -> None:
        """`hear` is called whenever records have come."""
        self._hear = hear

    async def acknowledge(self, record: Record) -> None:
        """The record is not delivered again."""
        await self._link.publish(record.token, b"+ACK")

    async def extend(self, record: Record) -> None:
        """The server waits longer for the acknowledgement."""
        await self._link.publish(record.token, b"+WPI")

    async def close(self) -> None:
        """Nothing is pulled any more, and what has come and was not taken is given back to the others."""
        self._closing, self._places = True, 0
        if self._keeper is not None:
            self._keeper.cancel()
        with contextlib.suppress(Unreachable):
            while self._queue:
                await self._link.publish(self._queue.popleft().token, GIVEN_BACK)
            if self._wanted and self._subscription is not None:
                await self._subscription.unsubscribe()
                await asyncio.sleep(SEEN_S)

    async def _listen(self) -> None:
        if self._subscription is None:
            await self._listen_anew()
        self._joined = True
        self._keeper = self._keeper or asyncio.create_task(self._keep())

    async def _listen_anew(self) -> None:
        """On a subject that no pull was ever answered on."""
        old, self._subject, self._wanted = self._subscription, f"{self._link.prefix}.p.{uuid.uuid4().hex}", 0
        self._subscription = await self._link.subscribe(self._subject, functools.partial(self._take, self._subject))
        if old is not None:
            await old.unsubscribe()

    async def _take(self, subject: str, message: Msg) -> None:
        if subject != self._subject:
            return
        self._heard_at = asyncio.get_running_loop().time()
        if message.reply:
            self._wanted = max(0, self._wanted - 1)
            self._places = max(0, self._places - 1)
            if self._closing:
                await self._link.publish(message.reply, GIVEN_BACK)
                return
            self._queue.append(delivered(message))
            if severs(message):
                await self._listen_anew()
                self._ask()
            self._hear()
            return
        headers = message.headers or {}
        if headers.get("Status") == BEAT:
            return
        self._wanted = max(0, self._wanted - int(headers.get(UNUSED, self._wanted)))
        if headers.get("Status") == EXPIRED:
            self._ask()

    def _ask(self) -> None:
        missing = self._places - self._wanted
        if missing > 0 and self._link.up and self._joined:
            self._wanted += missing
            asking = asyncio.ensure_future(self._pull(missing))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)

    async def _pull(self, count: int) -> None:
        ask: dict[str, int] = {
            "batch": count,
            "expires": int(EXPIRES_S * 1e9),
            "idle_heartbeat": int(HEARTBEAT_S * 1e9),
        }
        try:
            await self._link.publish(self._next, msgspec.json.encode(ask), reply=self._subject)
        except Unreachable:
            self._wanted = 0

    async def _keep(self) -> None:
        """What has come and was not taken stays ours; a pull that the server has forgotten is asked for again."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            with contextlib.suppress(Unreachable):
                for record in tuple(self._queue):
                    await self.extend(record)
            if loop.time() - self._heard_at > 2 * HEARTBEAT_S:
                self._wanted = 0
                self._ask()

    def _linked(self, up: bool) -> None:
        """Pulls end with the link, and nothing is asked for before the log has been read again.

        What came before may be another's by now, and a server that was started again may have forgotten who had what.
        """
        self._wanted, self._places, self._joined = 0, 0, False
        if not up:
            self._queue.clear()

    async def _api(self, subject: str) -> dict[str, Any]:
        answer: dict[str, Any] = msgspec.json.decode((await self._link.request(subject, b"")).data)
        if "error" in answer:
            raise Unreachable(f"the inbox can't be read: {answer['error'].get('description')}")
        return answer
