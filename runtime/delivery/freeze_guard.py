"""Whether an actor may act: the mode of its level as last read, and the fence that its commits carry."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import structlog

from bus.errors import LogError
from bus.log import Connection, Fence, Record
from bus.names import Names
from messages.base import decode
from messages.kernel.control import Level, Mode, Set, first_mode

LEASE_S: Final = 3.0
"""Without a word from the log for this long an actor is paused as if frozen. *chosen*: a leader's failover is longer"""
REREAD_S: Final = 1.0
"""Control is read again this often, in case a broadcast was lost. *chosen*: a third of the lease"""
LISTENERS: Final = 2
"""Gates of a process that listen for all beside them. *chosen*: should one's link be lost"""
LEADER_LATE_S: Final = 1.5 * REREAD_S
"""A gate reads control for itself when the one that does it for all has not for so long. *chosen*"""

log = structlog.get_logger()


class Gate:
    """Shut until control has been read; shut by a freeze, by an unreadable record, by silence longer than the lease.

    An alarm shuts it at once, before the freeze's record is stored; it opens again if none comes within the lease.
    """

    def __init__(self, connection: Connection, level: Level, names: Names, changed: Callable[[], None]) -> None:
        self.level = level
        self.mode = first_mode(level)
        self.epoch = 0
        self.seq = 0
        self.beside: tuple[Gate, ...] = ()
        """Gates of the same level in the same process: who hears first tells the others."""
        self.listens = True
        """It hears alarms and control for those beside it too; see `set_side_by_side`."""
        self.leads = True
        """It reads control again for those beside it too."""
        self._connection = connection
        self._names = names
        self._changed = changed
        self._known = level is Level.GUARD
        self._read_at = 0.0
        self._leased = True
        self._alarmed_at: float | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def open(self) -> bool:
        """The actor may act."""
        return self._known and self._leased and self._alarmed_at is None and self.mode is not Mode.FROZEN

    @property
    def frozen(self) -> bool:
        """A freeze is in force, and it has been read."""
        return self._known and self.mode is Mode.FROZEN

    @property
    def stopped(self) -> bool:
        """A freeze is in force or announced; one that is shut for want of word is merely waiting."""
        return self.frozen or self._alarmed_at is not None

    @property
    def fence(self) -> Fence | None:
        """What every commit under the present mode carries; the guard has none."""
        if self.level is Level.GUARD:
            return None
        return Fence(self._names.control(self.level), self.seq)

    async def start(self) -> None:
        """Control has been read, and is listened to from here on, here or beside this."""
        self._connection.on_link(self._linked)
        if self.level is Level.GUARD:
            return
        if self.listens:
            await self._connection.watch(self._names.control(self.level), self.hear)
            await self._connection.observe(self._names.alarm(self.level), self._alarm)
        await self.read()
        self._keeper = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Control is listened to no more."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper

    async def read(self) -> None:
        """The mode is what the log says now."""
        if self.level is Level.GUARD:
            return
        record = await self._connection.control(self.level)
        for gate in (self, *self.beside):
            gate._renew(record)

    def _renew(self, record: Record | None) -> None:
        """The mode is what the log says now."""
        self._read_at = asyncio.get_running_loop().time()
        if record is not None:
            self._take(record)
        before = self.open
        if self._alarmed_at is not None and self._read_at - self._alarmed_at > LEASE_S:
            self._alarmed_at = None
        self._known = self._known or record is None
        self._leased = True
        if self.open is not before:
            self._changed()

    def hear(self, record: Record) -> None:
        """The mode is what the record says, if it is newer than what is known; here and at the gates beside this."""
        for gate in (self, *self.beside):
            gate._take(record)

    def _take(self, record: Record) -> None:
        if record.seq <= self.seq and self._known:
            return
        self.seq = record.seq
        self._alarmed_at = None
        try:
            control = decode(Set, record.data)
        except msgspec.DecodeError as error:
            self._known = False
            log.error("control record can't be read; paused until the next", level=self.level, error=str(error))
        else:
            assert isinstance(control, Set)
            self._known, self.mode, self.epoch = True, control.mode, control.epoch
        self._changed()

    def _alarm(self, _subject: str, _data: bytes) -> None:
        """A freeze has been decided; its record is on its way to the log, behind whatever else is."""
        now = asyncio.get_running_loop().time()
        for gate in (self, *self.beside):
            if gate._alarmed_at is None and gate.open:
                gate._alarmed_at = now
                gate._changed()

    def _linked(self, up: bool) -> None:
        if up and self.level is not Level.GUARD:
            self._read_at = min(self._read_at, asyncio.get_running_loop().time() - LEASE_S)

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        fresh_s = 0.0 if self.leads else LEADER_LATE_S
        while True:
            await asyncio.sleep(REREAD_S)
            if loop.time() - self._read_at < fresh_s:
                continue
            with contextlib.suppress(LogError, asyncio.TimeoutError):
                async with asyncio.timeout(REREAD_S):
                    await self.read()
            if self._leased and loop.time() - self._read_at > LEASE_S:
                self._leased = False
                log.warning("no word from the log for the length of the lease; paused", actor=self._connection.name)
                self._changed()


def set_side_by_side(gates: Sequence[Gate]) -> None:
    """Those of one level tell each other what they hear; a few of them listen, and the first reads again, for all.

    Who hears nothing for too long reads for itself. If each listened, ten actors of a process would hold a core to hear
    ten times of one freeze, while another process waits to hear of it once.
    """
    for number, gate in enumerate(gates):
        before = sum(other.level is gate.level for other in gates[:number])
        gate.beside = tuple(other for other in gates if other is not gate and other.level is gate.level)
        gate.listens, gate.leads = before < LISTENERS, before == 0
