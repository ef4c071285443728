"""The simulated log as one identity sees it."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from bus.errors import Busy, Denied, TooLarge, Unreachable
from bus.log import Draft, Fence, Grant, Record, Survey
from bus.quota import TOO_MANY, crowded
from bus.simulation.faults import Faults
from bus.simulation.inbox import SimulatedInbox
from bus.simulation.link import SimulatedLink
from bus.simulation.listeners import Listeners
from bus.simulation.shared_consumer import SharedConsumer
from bus.simulation.shared_inbox import SimulatedSharedInbox
from bus.simulation.store import Row

if TYPE_CHECKING:
    from bus.simulation.log import SimulatedLog

CHUNK: Final = 500
"""Most records that come at once when the log is read back. *derived*: as on a real server"""


class SimulatedConnection:
    """One identity's way to the log; bytes go in and copies of bytes come out."""

    def __init__(self, log: "SimulatedLog", grant: Grant, dice: random.Random, faults: Faults) -> None:
        self.name = grant.name
        self.link = SimulatedLink(lambda: log.life, dice, faults)
        self.inbox: SimulatedInbox | SimulatedSharedInbox = (
            SimulatedInbox(self._reset_inbox, self._tell)
            if grant.instances == 1
            else SimulatedSharedInbox(self._reset_inbox, self._tell, self._join_inbox, self._ask_for, lambda: log.life)
        )
        self.listeners = Listeners(self.link, dice, faults)
        self._log = log
        self._grant = grant
        self._dice = dice
        self._faults = faults
        self._on_refusal: list[Callable[[str], None]] = []
        if isinstance(self.inbox, SimulatedSharedInbox):
            self.link.on_link(self.inbox.linked)
            self.link.on_regained(lambda: self._shared().release(self))
        elif grant.hears:
            self.link.on_regained(log.consumers[self.name].pump)

    @property
    def up(self) -> bool:
        """The server is there."""
        return self.link.up

    async def commit(self, drafts: Sequence[Draft], fence: Fence | None) -> int:
        """All drafts stand on the log, or none; returns the sequence of the last."""
        most = self._faults.largest_bytes
        for draft in drafts:
            if len(draft.data) > most:
                raise TooLarge(f"{len(draft.data)} bytes on {draft.subject}; the log takes {most}")
        sent = tuple(drafts)
        return await self.link.request(
            lambda: self._log.commit(self._grant, sent, fence),
            lost_there=self._faults.lost_commit,
            lost_back=self._faults.lost_answer,
        )

    async def read(self, first: int, last: int) -> AsyncIterator[list[Record]]:
        """The readable records of the span, by chunks of any size; raises Denied if `last` is not readable."""
        while first <= last:
            rows = await self.link.request(partial(self._readable, first, last, self._dice.randint(1, CHUNK)))
            first = rows[-1].seq + 1
            yield [row.record() for row in rows]

    async def control(self, level: str) -> Record | None:
        """The level's last control record, as it was when the question reached the server."""
        subject = self._log.names.control(level)
        if not self._grant.surveys:
            self._need((*self._grant.watches, *self._grant.reads), subject)
        row = await self.link.request(lambda: self._log.store.last(subject))
        return row.record() if row is not None else None

    async def survey(self) -> Survey:
        """How far the readers are, and how large the log is, as it was when the question reached the server."""
        if not self._grant.surveys:
            raise Denied(f"{self.name} may not ask about the log")
        return await self.link.request(self._log.survey)

    async def watch(self, subject: str, hear: Callable[[Record], None]) -> None:
        """Each new record on the subject is handed over once it is stored."""
        if self._may(self._grant.watches, subject):
            await self.link.request(lambda: self.listeners.watches.append((subject, hear)))

    async def serve(self, subject: str, answer: Callable[[bytes], Awaitable[bytes]]) -> None:
        """Questions on the subject are answered."""
        if self._may(self._grant.serves, subject):
            self.listeners.serve(subject, answer)

    async def ask(self, subject: str, data: bytes, timeout_s: float) -> bytes:
        """The answer to a question; raises Busy when too many come, Unreachable when there is none in time."""
        self._need(self._grant.asks, subject)
        answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        await self.link.request(partial(self._log.question, subject, bytes(data), self.link, answered))
        try:
            async with asyncio.timeout(timeout_s):
                data = await answered
        except TimeoutError:
            raise Unreachable(f"nobody answered {subject} within {timeout_s} s") from None
        if data == TOO_MANY:
            raise Busy(crowded(subject))
        return data

    async def emit(self, subject: str, data: bytes) -> None:
        """Telemetry; lost when nobody listens."""
        if self._may(self._grant.emits, subject):
            self.link.need()
            self.link.there.send(partial(self._log.telemetry, subject, bytes(data)))

    async def observe(self, subject: str, hear: Callable[[str, bytes], None]) -> None:
        """Telemetry of others, as it comes."""
        if self._may(self._grant.observes, subject):
            self.listeners.observers.append((subject, hear))

    def on_link(self, hear: Callable[[bool], None]) -> None:
        """`hear` is told of each loss and return of the server."""
        self.link.on_link(hear)

    def on_refusal(self, hear: Callable[[str], None]) -> None:
        """`hear` is told what the server refused apart from commits and questions."""
        self._on_refusal.append(hear)

    async def close(self) -> None:
        """The connection is gone."""
        self.kill()

    def kill(self) -> None:
        """The connection is gone as when its process is killed: what it has sent may still arrive."""
        self.link.kill()
        self.listeners.close()
        self._log.disconnect(self)

    def deliver(self, record: Record, generation: int, number: int) -> None:
        """A delivery is on its way or lost, and perhaps sent again later, behind all that was sent since."""
        if self.link.falls(self._faults.lost_delivery):
            return
        arrive = partial(self.inbox.arrive, record, generation, number)
        self.link.back.send(arrive)
        if self.link.falls(self._faults.repeated):
            late_s = self._dice.uniform(0, self._faults.late_s)
            asyncio.get_running_loop().call_later(late_s, self.link.send_back, arrive)

    def tell_delivered(self, generation: int, number: int) -> None:
        """The word is on its way of how many deliveries there were."""
        self.link.send_back(partial(self.inbox.told, generation, number))

    async def _reset_inbox(self, generation: int) -> int:
        consumer = self._log.consumers.get(self.name)
        if consumer is None:
            raise Denied(f"{self.name} has no inbox")
        return await self.link.request(lambda: consumer.reset(self, generation))

    async def _join_inbox(self) -> int:
        return await self.link.request(lambda: self._shared().join(self))

    def _ask_for(self, most: int) -> None:
        if self.link.up:
            self.link.there.send(lambda: self._shared().ask(self, most))

    def _shared(self) -> SharedConsumer:
        consumer = self._log.consumers[self.name]
        assert isinstance(consumer, SharedConsumer)
        return consumer

    def _tell(self, token: str, *, more_time: bool) -> None:
        """An acknowledgement, or a plea for more time, goes to the server, which does not answer it."""
        self.link.need()
        consumer = self._log.consumers[self.name]
        if more_time:
            self.link.there.send(partial(consumer.extend, token))
        elif not self.link.falls(self._faults.lost_acknowledgement):
            self.link.there.send(partial(consumer.acknowledge, token))

    def _readable(self, first: int, last: int, most: int) -> list[Row]:
        rows: list[Row] = []
        for row in self._log.store.rows[first - 1 : last]:
            if self._log.allows(self._grant.reads, row.subject):
                rows.append(row)
                if len(rows) == most:
                    break
        if not rows or (len(rows) < most and rows[-1].seq != last):
            raise Denied(f"{self.name} can't read record {last}")
        return rows

    def _need(self, patterns: Sequence[str], subject: str) -> None:
        if not self._log.allows(patterns, subject):
            raise Denied(f"{self.name} has no permission for {subject!r}")

    def _may(self, patterns: Sequence[str], subject: str) -> bool:
        """Whether the grant holds the subject; if not, the refusal is on its way to whoever hears of refusals."""
        if self._log.allows(patterns, subject):
            return True
        self.link.back.send(partial(self._refused, f"{self.name} has no permission for {subject!r}"))
        return False

    def _refused(self, text: str) -> None:
        for hear in self._on_refusal:
            hear(text)
