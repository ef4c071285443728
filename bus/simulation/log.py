"""The simulated server: one log, its inboxes, and the connections that it tells of what is stored."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from bus.accounts.accounts import covers
from bus.airlock import LARGEST_BYTES, cleaned
from bus.errors import Denied, LogError, TooLarge, Unreachable
from bus.log import Draft, Fence, Grant, Record, Survey
from bus.names import Names
from bus.nats.wire import headers_of
from bus.simulation.connection import SimulatedConnection
from bus.simulation.consumer import Consumer
from bus.simulation.faults import CALM, Faults
from bus.simulation.link import SimulatedLink, settle
from bus.simulation.shared_consumer import SharedConsumer
from bus.simulation.store import Row, Store
from bus.simulation.virtual_time import clock

DUPLICATE_WINDOW_S: Final = 600.0
"""How long an id is remembered. *derived*: what the installer sets on a server"""


class SimulatedLog:
    """Behaves as the real log does, faults included; two runs with one seed do the same."""

    def __init__(self, seed: int, names: Names, grants: Sequence[Grant], faults: Faults = CALM) -> None:
        self.names = names
        self._present = asyncio.Event()
        self._present.set()
        self._starts = 1
        self.grants = {grant.name: grant for grant in grants}
        self.store = Store(DUPLICATE_WINDOW_S)
        self.consumers: dict[str, Consumer | SharedConsumer] = {
            grant.name: (Consumer if grant.instances == 1 else SharedConsumer)(grant, self.store.rows)
            for grant in grants
            if grant.hears
        }
        self.connections: list[SimulatedConnection] = []
        self.refused: Counter[type[LogError]] = Counter()
        """How many commits were refused, by what was wrong with them."""
        self._seed = seed
        self._faults = faults
        self._dice = random.Random(f"{seed}-server")
        self._numbers: dict[str, int] = {}
        self._on_stored: list[Callable[[Record], None]] = []
        self._covered: dict[tuple[str, str], bool] = {}
        self._records: list[Record] = []
        self._counted, self._weighed = 0, 0
        """How many records are part of the weight, and the weight in bytes."""

    @property
    def life(self) -> int:
        """How often the server has been started; 0 while it is away."""
        return self._starts if self.up else 0

    @property
    def up(self) -> bool:
        """The server is there."""
        return self._present.is_set()

    async def there(self) -> None:
        """Returns when the server is there."""
        await self._present.wait()

    @property
    def records(self) -> list[Record]:
        """All that stands on the log; each record is decoded once, whoever asks."""
        self._records += [row.record() for row in self.store.rows[len(self._records) :]]
        return self._records.copy()

    def connect(self, name: str, faults: Faults | None = None) -> SimulatedConnection:
        """A connection of this identity, with faults of its own if given; raises Denied for an unknown one."""
        grant = self.grants.get(name)
        if grant is None:
            raise Denied(f"nobody is known as {name!r}")
        number = self._numbers[name] = self._numbers.get(name, 0) + 1
        dice = random.Random(f"{self._seed}-{name}-{number}")
        connection = SimulatedConnection(self, grant, dice, faults or self._faults)
        self.connections.append(connection)
        return connection

    def on_stored(self, hear: Callable[[Record], None]) -> None:
        """`hear` is told of each record at the moment when it is stored, without any way between."""
        self._on_stored.append(hear)

    def commit(self, grant: Grant, drafts: Sequence[Draft], fence: Fence | None) -> int:
        """What the server answers to a commit that reached it."""
        try:
            for draft in drafts:
                if not self.allows(grant.says, draft.subject):
                    raise Denied(f"{grant.name} may not publish to {draft.subject!r}")
            if grant.airlock:
                drafts = self._taken_over(grant.name, drafts)
            rows = self.store.commit(grant.name, drafts, fence, clock())
        except LogError as error:
            self.refused[type(error)] += 1
            raise
        for row in rows:
            self._announce(row)
        return rows[-1].seq

    def _taken_over(self, publisher: str, drafts: Sequence[Draft]) -> list[Draft]:
        """What the ferry makes of the one thing that an airlock takes at a time; here it takes it over at once."""
        if len(drafts) > 1:
            raise Denied(f"{publisher} may not commit several records at once")
        sent = drafts[0]
        if len(sent.data) > LARGEST_BYTES:
            raise TooLarge(f"{len(sent.data)} bytes on {sent.subject}; an airlock takes {LARGEST_BYTES}")
        waiting = Record(len(self.store.rows) + 1, sent.subject, sent.data, headers_of(sent, None, sent.id), clock())
        clean = cleaned(waiting, self.names, publisher)
        return [Draft(clean.subject, clean.data, sent.id, clean.headers)]

    def survey(self) -> Survey:
        """How far the readers are, and how large the log is."""
        rows = self.store.rows
        self._weighed += sum(len(rows[index].data) for index in range(self._counted, len(rows)))
        self._counted = len(rows)
        return Survey({name: consumer.behind() for name, consumer in self.consumers.items()}, self._weighed)

    def allows(self, patterns: Sequence[str], subject: str) -> bool:
        """Whether one of the patterns covers the subject."""
        for pattern in patterns:
            covered = self._covered.get((pattern, subject))
            if covered is None:
                covered = self._covered[pattern, subject] = covers(pattern, subject)
            if covered:
                return True
        return False

    def partition(self, name: str) -> None:
        """The identity's connections have lost the server, until healed."""
        for connection in self._of(name):
            connection.link.lose()

    def heal(self, name: str) -> None:
        """The identity's connections have the server again."""
        for connection in self._of(name):
            connection.link.regain()

    def stop(self) -> None:
        """The server is gone, and every link with it; what it has stored stays."""
        self._present.clear()
        for connection in self.connections:
            connection.link.lose()

    def start(self) -> None:
        """The server is there again, perhaps without what it should have remembered; links come back."""
        self._present.set()
        self._starts += 1
        if self._dice.random() < self._faults.forgotten_window:
            self.store.forget_ids()
        if self._dice.random() < self._faults.forgotten_acknowledgements:
            for consumer in self.consumers.values():
                consumer.forget(self._dice)
        for connection in self.connections:
            connection.link.regain()

    def question(self, subject: str, data: bytes, asker: SimulatedLink, answered: "asyncio.Future[bytes]") -> None:
        """The question is on its way to all who answer it, and the first answer counts; Unreachable if nobody does."""

        def reply(answer: bytes) -> None:
            asker.back.send(partial(settle, answered, answer))

        passed_on = [connection.listeners.question(subject, data, reply) for connection in self.connections]
        if not any(passed_on):
            raise Unreachable(f"nobody answers {subject}")

    def telemetry(self, subject: str, data: bytes) -> None:
        """The telemetry is on its way to all who observe it."""
        for connection in self.connections:
            connection.listeners.telemetry(subject, data)

    def disconnect(self, connection: SimulatedConnection) -> None:
        """The connection is known no more."""
        self.connections = [other for other in self.connections if other is not connection]
        if connection.name in self.consumers:
            self.consumers[connection.name].release(connection)

    def _of(self, name: str) -> list[SimulatedConnection]:
        return [connection for connection in self.connections if connection.name == name]

    def _announce(self, row: Row) -> None:
        for consumer in self.consumers.values():
            consumer.pump()
        for connection in self.connections:
            connection.listeners.broadcast(row)
        for hear in self._on_stored:
            hear(row.record())
