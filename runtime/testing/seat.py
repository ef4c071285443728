"""One member's place in a universe: its process, so to speak, which can be paused, killed and started anew."""

import asyncio
import contextvars
from collections.abc import Callable
from typing import Final

import msgspec

from bus.simulation.connection import SimulatedConnection
from bus.simulation.log import SimulatedLog
from bus.simulation.virtual_time import clock
from runtime.actor import Actor, Worker
from runtime.delivery.fold import Fold, Snapshot
from runtime.delivery.mailbox import Mailbox
from runtime.delivery.snapshot import SnapshotFile
from runtime.delivery.surveyor import Surveyor, levels_of
from runtime.delivery.workbench import Sharing, Workbench
from runtime.roster import Child, Roster
from runtime.testing.steering import VALVE, Valve
from runtime.topology import types_heard

RESTART_S: Final = 0.2
"""From a crash to the new start. *chosen*"""


class SnapshotMemory(SnapshotFile):
    """A snapshot that outlives crashes as a file does, without a disk."""

    def __init__(self) -> None:
        self._data: bytes | None = None

    def load(self) -> Snapshot | None:
        """The last snapshot, decoded as from a file."""
        return msgspec.msgpack.decode(self._data, type=Snapshot) if self._data is not None else None

    def save(self, snapshot: Snapshot) -> None:
        """The snapshot is kept as bytes."""
        self._data = msgspec.msgpack.encode(snapshot)

    async def keep(self, snapshot: Snapshot) -> None:
        """As `save`."""
        self.save(snapshot)

    def lose(self) -> None:
        """There is no snapshot any more."""
        self._data = None


class Seat:
    """Holds what outlives the member's death, and starts it."""

    def __init__(
        self,
        child: Child,
        roster: Roster,
        log: SimulatedLog,
        died: Callable[[str, Exception], None],
        *,
        snapshots: bool,
        retries: tuple[float, ...] | None,
        sharing: Sharing | None = None,
    ) -> None:
        self.member = child.member
        self.name = child.member.name
        self.types = types_heard(child.member, roster)
        self._levels = levels_of(roster)
        self.running = False
        self.runner: Mailbox | Workbench | None = None
        self._settings = child.settings
        self._log = log
        self._died = died
        self._memory = SnapshotMemory() if snapshots else None
        self._retries = retries
        self._sharing = sharing
        self._valve = Valve()
        self._connection: SimulatedConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._looked = 0
        """How many records of the log were looked at for `_heard`."""
        self._heard = 0

    def start(self) -> None:
        """The member runs: a new object on a new connection."""
        self.running = True
        self._connection = self._log.connect(self.name)
        self._valve = Valve()
        context = contextvars.copy_context()
        context.run(VALVE.set, self._valve)
        self._task = asyncio.get_running_loop().create_task(self._live(self._connection), context=context)

    def pause(self) -> None:
        """None of the member's tasks makes a step, and nothing reaches it, until it goes on."""
        if self.running and self._connection is not None:
            self._valve.close()
            self._connection.link.pause()

    def go_on(self) -> None:
        """All that has come meanwhile reaches the member, and its tasks go on."""
        self._valve.open()
        if self._connection is not None:
            self._connection.link.go_on()

    async def end(self) -> None:
        """The member runs no more; of what it was about to do only that happens which was sent already."""
        if not self.running or self._connection is None or self._task is None:
            return
        self.running = False
        self._connection.kill()
        self.go_on()
        self._task.cancel()
        await asyncio.wait((self._task,))

    async def crash(self, *, snapshot_lost: bool = False) -> None:
        """The member has died and runs anew."""
        if not self.running:
            return
        await self.end()
        if snapshot_lost and self._memory is not None:
            self._memory.lose()
        await asyncio.sleep(RESTART_S)
        self.start()

    def revive(self) -> None:
        """The member runs, stands no longer, and has its link."""
        if not self.running:
            self.start()
        self.go_on()
        self._log.heal(self.name)

    def fresh(self) -> Actor:
        """A new object of the member, which must be an actor."""
        made = self.member(self._settings)
        assert isinstance(made, Actor)
        return made

    def snapshot(self) -> Snapshot | None:
        """The last snapshot that was taken."""
        return self._memory.load() if self._memory is not None else None

    def fold(self) -> Fold | None:
        """The actor's fold, if it is at rest: all heard, all that it said committed; None for a worker too."""
        return self.runner.fold if isinstance(self.runner, Mailbox) and self.at_rest() else None

    def at_rest(self) -> bool:
        """The member has handled all that its inbox is to deliver, and nothing of it is under way."""
        runner = self.runner
        if not self.running or runner is None or not runner.ready.is_set():
            return False
        if isinstance(runner, Workbench):
            return self._log.consumers[self.name].floor >= self._last_heard()
        return runner.fold.cursor >= self._last_heard() and runner._committer.idle

    async def _live(self, connection: SimulatedConnection) -> None:
        member = self.member(self._settings)
        if isinstance(member, Worker):
            if member.surveys:
                member.look = Surveyor(connection, self._log.names, self._levels).look
            self.runner = Workbench(
                member,
                connection,
                self.types,
                names=self._log.names,
                clock=clock,
                retries=self._retries,
                sharing=self._sharing,
            )
        else:
            assert isinstance(member, Actor)
            self.runner = Mailbox(
                member,
                connection,
                self.types,
                names=self._log.names,
                snapshots=self._memory,
                clock=clock,
                retries=self._retries,
            )
        try:
            await self.runner.run()
        except Exception as error:
            self._died(self.name, error)

    def _last_heard(self) -> int:
        """The last record that the inbox is to deliver; each record is looked at once, however often this is asked."""
        rows, hears = self._log.store.rows, self._log.grants[self.name].hears
        for index in range(self._looked, len(rows)):
            if self._log.allows(hears, rows[index].subject):
                self._heard = rows[index].seq
        self._looked = len(rows)
        return self._heard
