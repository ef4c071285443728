"""Starts the zones, watches them, starts them again, and sees to it that a freeze is complete."""

import asyncio
import contextlib
import itertools
import random
import time
from collections.abc import Sequence
from typing import Final

import msgspec
import structlog

from bus.errors import Duplicate, LogError
from bus.log import Connection, Draft, Record
from messages.base import Message, decode, type_name
from messages.kernel import actor as life
from messages.kernel import control
from messages.kernel.control import FREEZABLE, Level, Mode
from runtime.delivery.freeze_guard import LEASE_S, REREAD_S
from runtime.directory.settings import Settings
from runtime.envelope import draft, event_subject, name_in
from runtime.hosting.cell import Cell, Look
from runtime.hosting.distribution import number
from runtime.hosting.zone import Word
from runtime.roster import Roster
from runtime.topology import SUPERVISOR

LOOK_S: Final = 0.25
"""The black boxes are looked into this often. *chosen*"""
SPIN_S: Final = 1.0
"""A loop that has not turned for this long when a freeze's limit is over is not waited for. *chosen*"""

ALARM_S: Final = LEASE_S + REREAD_S
"""An actor may be stopped by an alarm this long before the record comes. *derived*: so long does an alarm hold"""
WAITS_S: Final = (0.1, 0.5, 1.0, 2.0, 4.0)
"""Waits between two tries to reach a log that does not answer. *chosen*"""

log = structlog.get_logger()


class Freeze:
    """A freeze of one level on its way to completion."""

    def __init__(self, level: Level, epoch: int, record: Record, expected: set[str], instance: str = "") -> None:
        self.level, self.epoch, self.fence = level, epoch, record.seq
        self.instance = instance
        self.expected = expected
        self.verified: set[str] = set()
        self.complete = asyncio.Event()
        self.lifted = False
        """The thaw came before all had said that they stopped; nobody is to be killed any more."""
        self.began = time.monotonic()
        self.heard = self.began - max(0.0, time.time() - record.time) - ALARM_S
        if not expected:
            self.complete.set()

    def hear(self, froze: life.Froze) -> None:
        """An actor says that it has stopped, for this freeze or for a later one that follows without a thaw.

        Where several share its work, the word of another supervisor's is not ours.
        """
        ours = froze.instance in ("", self.instance)
        if ours and froze.epoch >= self.epoch and froze.actor in self.expected:
            self.verified.add(froze.actor)
        if self.verified >= self.expected:
            self.complete.set()

    def lift(self) -> None:
        """The freeze is over."""
        self.lifted = not self.complete.is_set()
        self.complete.set()


class Supervisor:
    """The parent of all zones of one council on this host."""

    def __init__(
        self, cells: Sequence[Cell], roster: Roster, settings: Settings, connection: Connection, instance: str = ""
    ) -> None:
        self.cells = tuple(cells)
        self._roster = roster
        self._settings = settings
        self._names = settings.names
        self._connection = connection
        self._instance = instance
        self._freezes: list[Freeze] = []
        self._read: dict[Level, int] = {}
        """Place of the last control record that was heard."""
        self._lives: dict[str, asyncio.Task[None]] = {}
        self._chores: set[asyncio.Task[None]] = set()
        self._suspects: dict[str, dict[str, int]] = {}
        self._stopping = False
        self._count = 0
        for cell in self.cells:
            cell.on_word = self._hear_word

    async def start(self) -> None:
        """All zones run and their actors have read the log; raises LogError if one can't start."""
        for level in FREEZABLE:
            await self._connection.watch(self._names.control(level), self._hear_control)
            standing = await self._connection.control(level)
            self._read[level] = standing.seq if standing is not None else 0
        await self._connection.watch(event_subject(self._names, life.Froze, "*"), self._hear_froze)
        self._connection.on_link(self._linked)
        await self._convene()
        for cell in self.cells:
            await cell.start()
            self._lives[cell.zone.name] = asyncio.create_task(self._live(cell))
        await asyncio.gather(*(cell.ready.wait() for cell in self.cells))
        self._chore(self._watch())
        self._chore(self._take_orders())

    async def stop(self) -> None:
        """All zones have ended, after what was in hand."""
        self._stopping = True
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*(cell.stop() for cell in self.cells))
        for task in self._lives.values():
            task.cancel()
        await asyncio.gather(*self._lives.values(), return_exceptions=True)

    async def _convene(self) -> None:
        members = tuple(
            life.Member(name=child.member.name, level=child.member.level, zone=zone.name)
            for zone in self._roster.zones
            for child in zone.children
        )
        await self.say(life.Convened(council=self._settings.council, members=members, version=number()))

    async def say(self, message: Message) -> None:
        """The message stands on the log, as soon as the log takes it."""
        made = self._draft(message)
        for wait_s in itertools.chain(WAITS_S, itertools.repeat(WAITS_S[-1])):
            try:
                await self._connection.commit([made], None)
            except Duplicate:
                return
            except LogError as error:
                log.warning("the log does not take it yet", message=type_name(type(message)), error=str(error))
                await asyncio.sleep(wait_s)
            else:
                return

    def _draft(self, message: Message) -> Draft:
        self._count += 1
        identity = f"{SUPERVISOR}-{random.SystemRandom().getrandbits(64):016x}-{self._count}"
        return draft(self._names, SUPERVISOR, message, identity=identity, origin=None, at=time.time(), cursor=None)

    # Zones: crash, restart, too many crashes.

    async def _live(self, cell: Cell) -> None:
        while True:
            code = await cell.wait()
            if self._stopping:
                return
            wait_s = cell.crashed()
            suspects = self._suspects.pop(cell.zone.name, None) or dict(cell.look().inputs)
            log.error("a zone ended", zone=cell.zone.name, exit_code=code, restarts=cell.restarts)
            crashed = life.Crashed(zone=cell.zone.name, actors=cell.actors, exit_code=code, restarts=cell.restarts)
            self._chore(self.say(crashed))
            if wait_s is None:
                await self._give_up(cell)
                return
            await asyncio.sleep(wait_s)
            await cell.start(suspects)
            self._restart_others(cell)

    def _restart_others(self, cell: Cell) -> None:
        names = [other.zone.name for other in self.cells]
        place = names.index(cell.zone.name)
        also = {"one_for_one": [], "one_for_all": self.cells, "rest_for_one": self.cells[place + 1 :]}
        for other in also[self._roster.strategy]:
            if other is not cell and other.pid is not None:
                self._chore(self._renew(other))

    async def _renew(self, cell: Cell) -> None:
        self._lives[cell.zone.name].cancel()
        await cell.stop()
        await cell.start()
        self._lives[cell.zone.name] = asyncio.create_task(self._live(cell))

    async def _give_up(self, cell: Cell) -> None:
        reason = f"crashed more than {cell.zone.max_restarts} times within {cell.zone.within_s:.0f} s"
        log.critical("a zone stays down", zone=cell.zone.name, reason=reason)
        await self.say(life.Down(zone=cell.zone.name, actors=cell.actors, reason=reason))

    async def _take_orders(self) -> None:
        inbox = self._connection.inbox
        filled = asyncio.Event()
        inbox.on_filled(filled.set)
        while True:
            with contextlib.suppress(LogError):
                await inbox.reset()
                while True:
                    filled.clear()
                    for record in inbox.take(16):
                        await self._obey(record)
                        await inbox.acknowledge(record)
                    await filled.wait()
            await asyncio.sleep(1)

    async def _obey(self, record: Record) -> None:
        if name_in(record.subject) != type_name(life.Restart):
            return
        try:
            wanted = decode(life.Restart, record.data)
        except msgspec.DecodeError as error:
            log.error("an order can't be read", error=str(error))
            return
        assert isinstance(wanted, life.Restart)
        for cell in self.cells:
            if cell.zone.name == wanted.zone and cell.down:
                cell.forgive()
                await cell.start()
                self._lives[cell.zone.name] = asyncio.create_task(self._live(cell))

    # Actors that neither move nor answer.

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            for cell in self.cells:
                if cell.pid is not None and cell.ready.is_set():
                    await self._judge(cell, cell.look())

    async def _judge(self, cell: Cell, look: Look) -> None:
        limit = self._settings.stuck_s
        silent = look.silent_s > limit
        stuck = {actor: spent for actor, spent in look.deciding_s.items() if silent or spent > limit}
        if not stuck and not silent:
            return
        self._suspects[cell.zone.name] = {name: seq for name, seq in look.inputs.items() if name in stuck}
        cell.ready.clear()
        cell.kill()
        for actor, spent in stuck.items() or {cell.zone.name: look.silent_s}.items():
            await self.say(life.Stuck(actor=actor, step="deciding", input=look.inputs.get(actor, 0), for_s=spent))

    # Freezes.

    def _hear_control(self, record: Record) -> None:
        try:
            mode = decode(control.Set, record.data)
        except msgspec.DecodeError as error:
            log.error("control record can't be read", error=str(error))
            return
        assert isinstance(mode, control.Set)
        if record.seq <= self._read.get(mode.level, 0):
            return
        self._read[mode.level] = record.seq
        if mode.mode is not Mode.FROZEN:
            for freeze in self._under_way(mode.level):
                freeze.lift()
            return
        here = {actor for cell in self.cells for actor in cell.actors if not cell.down}
        expected = {member.name for member in self._roster.members if member.level is mode.level} & here
        freeze = Freeze(mode.level, mode.epoch, record, expected, self._instance)
        self._freezes.append(freeze)
        self._chore(self._complete(freeze))

    def _linked(self, up: bool) -> None:
        if up:
            self._chore(self._catch_up())

    async def _catch_up(self) -> None:
        """A freeze whose broadcast was lost with the link is completed too."""
        for level in FREEZABLE:
            for wait_s in WAITS_S:
                try:
                    record = await self._connection.control(level)
                except LogError:
                    await asyncio.sleep(wait_s)
                    continue
                if record is not None:
                    self._hear_control(record)
                break

    def _hear_froze(self, record: Record) -> None:
        with contextlib.suppress(msgspec.DecodeError):
            froze = decode(life.Froze, record.data)
            assert isinstance(froze, life.Froze)
            for freeze in self._under_way(froze.level):
                freeze.hear(froze)

    def _under_way(self, level: Level) -> list[Freeze]:
        return [freeze for freeze in self._freezes if freeze.level is level]

    async def _complete(self, freeze: Freeze) -> None:
        """Every actor of the level has said that it stopped, or its process is killed at the limit, or a thaw came."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.freeze_limit_s):
                await freeze.complete.wait()
        self._freezes.remove(freeze)
        freeze.verified |= self._seen_stopped(freeze)
        missing = set() if freeze.lifted else freeze.expected - freeze.verified
        for cell in self.cells:
            if missing & set(cell.actors):
                inputs = cell.look().inputs
                self._suspects[cell.zone.name] = {name: seq for name, seq in inputs.items() if name in missing}
                cell.kill()
        settled = control.Settled(
            level=freeze.level,
            epoch=freeze.epoch,
            fence=freeze.fence,
            verified=tuple(sorted(freeze.verified)),
            killed=tuple(sorted(missing)),
            took_s=round(time.monotonic() - freeze.began, 4),
        )
        await self.say(settled)

    def _seen_stopped(self, freeze: Freeze) -> set[str]:
        """Actors whose word is late, behind whatever else the log takes, but whose black box shows that they have."""
        looks = [cell.look() for cell in self.cells if cell.pid is not None]
        stopped = {name for look in looks for name, since in look.frozen_since.items() if since >= freeze.heard}
        return stopped & freeze.expected

    def _hear_word(self, word: Word) -> None:
        if word.refused:
            self._chore(self.say(life.Refused(actor=word.actor, error=word.refused[:2_000])))

    def _chore(self, work: "asyncio._CoroutineLike[None]") -> None:
        chore = asyncio.create_task(work)
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)
