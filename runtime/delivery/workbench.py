"""The life of one worker: several inputs at once, each with its effect announced before and its result after."""

import asyncio
import contextlib
import functools
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
import structlog

from bus.errors import Duplicate, LogError, Severed, Stale, TooLarge
from bus.install import SHARED_PATIENCE_S
from bus.log import Connection, Record
from bus.names import Names
from messages import task as tasks
from messages.base import Message
from messages.kernel import actor as life
from runtime.actor import Worker
from runtime.clock import Clock, wall
from runtime.delivery import blackbox as step
from runtime.delivery.cancelled import Cancelled
from runtime.delivery.desk import Desk
from runtime.delivery.doer import RESOLVE, Doer
from runtime.delivery.freeze_guard import Gate
from runtime.delivery.mailbox import RECOVERY_WAITS_S, REPLAY, STEADY_S
from runtime.envelope import event_subject, name_in
from runtime.errors import Malformed, Passed

EXTEND_S: Final = 10.0
"""Inputs in hand are extended at the server this often. *chosen*: a third of the server's patience"""
SHARED_EXTEND_S: Final = SHARED_PATIENCE_S / 3
"""The same where instances share the inbox. *derived*: a third of the server's patience with them"""

log = structlog.get_logger()


class Sharing(msgspec.Struct, frozen=True, kw_only=True):
    """How one instance of a worker stands to the others that share its inbox."""

    slot: int = 0
    """Its place among them: none that runs has the same."""
    alone: bool = False
    """There was no other when it was started, so that what was in hand is nobody's and comes again at once."""
    instance: str = ""
    """Whose word it is that it stopped."""


class Workbench:
    """Runs one worker on one connection, alone or as one of several instances that share its inbox."""

    def __init__(
        self,
        worker: Worker,
        connection: Connection,
        types: Mapping[str, type[Message]],
        *,
        names: Names | None = None,
        note: Callable[[bytes, int], None] = lambda _step, _seq: None,
        clock: Clock = wall,
        retries: tuple[float, ...] | None = None,
        sharing: Sharing | None = None,
    ) -> None:
        self.worker = worker
        self.ready = asyncio.Event()
        self._connection = connection
        self._names = names or Names()
        self._note = note
        self._clock = clock
        self._wake = asyncio.Event()
        self.gate = Gate(connection, worker.level, self._names, self._gate_changed)
        self._doer = Doer(
            worker,
            connection,
            types,
            self._names,
            self.gate,
            clock=clock,
            retries=worker.retries_s if retries is None else retries,
            holds=self._holds,
        )
        self._sharing = sharing
        self._leases: dict[int, float] = {}
        """Until when no other instance has the input."""
        self._kept: dict[int, Record] = {}
        """Inputs whose work was stopped midway."""
        self._unsure: set[int] = set()
        """Inputs of which others may have said something since the log was read."""
        self._floor = 0
        """When the log was read, this input and all before it had been acknowledged."""
        self._outcomes = self._doer.outcomes
        self._cancelled = Cancelled()
        self._desk = Desk(worker, connection, self.gate, self._names, clock=clock, wake=self._wake.set)
        self._backlog: deque[Record] = deque()
        self._running: dict[int, asyncio.Task[bool]] = {}
        self._records: dict[int, Record] = {}
        self._waiting: dict[int, tuple[float, Record]] = {}
        self._trouble: LogError | None = None
        self._linked_again = False
        self._interrupted = False
        self._draining = False
        self._started = False
        self._froze_epoch = -1

    async def run(self) -> None:
        """Works until drained or cancelled."""
        await self.worker.open()
        self._connection.inbox.on_filled(self._wake.set)
        self._connection.on_link(self._linked)
        failures, loop = 0, asyncio.get_running_loop()
        keeper = asyncio.create_task(self._extend())
        try:
            while not self._draining:
                began = loop.time()
                try:
                    await self._recover()
                    await self._live()
                except LogError as error:
                    failures = failures + 1 if loop.time() - began < STEADY_S else 1
                    say = log.info if isinstance(error, Stale | Severed) else log.warning
                    say("the log is read again", actor=self.worker.name, why=str(error))
                    await self._stop_all()
                    if not isinstance(error, Stale | Severed):
                        await asyncio.sleep(RECOVERY_WAITS_S[min(failures, len(RECOVERY_WAITS_S)) - 1])
        finally:
            keeper.cancel()
            await self._stop_all()
            await self.gate.close()
            await self.worker.close()

    def drain(self) -> None:
        """No further input is taken; `run` ends when those in hand are done."""
        self._draining = True
        self._wake.set()

    async def _recover(self) -> None:
        self._note(step.RECOVERING, 0)
        self.ready.clear()
        self._linked_again, self._interrupted, self._trouble = False, False, None
        if not self._started:
            await self.gate.start()
            cancelled = event_subject(self._names, tasks.Cancelled, "*")
            await self._connection.watch(cancelled, self._hear_cancelled)
            await self._desk.open()
            self._started = True
        else:
            await self.gate.read()
        self._keep_in_hand()
        self._outcomes.forget()
        self._floor = floor = await self._open_inbox()
        if self._connection.inbox.lapsed:
            self._kept.clear()
        barrier = await self._doer.say(life.Started(actor=self.worker.name, cursor=floor), None)
        async for chunk in self._connection.read(min((floor + 1, *self._kept)), barrier):
            for record in chunk:
                self._outcomes.replay(record)
        self._backlog.extend(self._kept.values())
        self._kept.clear()
        self.ready.set()

    async def _open_inbox(self) -> int:
        """Deliveries come; all that was in hand comes again, unless it may be in the hands of another instance."""
        inbox = self._connection.inbox
        if self._sharing is None:
            return await inbox.reset()
        if self._sharing.alone:
            floor = await inbox.reset()
            self._sharing = msgspec.structs.replace(self._sharing, alone=False)
            return floor
        return await inbox.join()

    def _keep_in_hand(self) -> None:
        """What is in hand stays there where it is not delivered again, for as long as no other instance has it."""
        waiting = [record for _, record in self._waiting.values()]
        in_hand = {record.seq: record for record in (*self._kept.values(), *self._backlog, *waiting)}
        shared = self._sharing is not None
        self._kept = {seq: record for seq, record in in_hand.items() if shared and self._holds(seq)}
        self._leases = {seq: self._leases[seq] for seq in self._kept}
        self._backlog.clear()
        self._waiting.clear()
        self._unsure.clear()

    def _holds(self, seq: int) -> bool:
        return self._sharing is None or self._leases.get(seq, 0.0) > self._clock()

    def _lease(self, record: Record) -> None:
        if self._sharing is not None:
            self._leases[record.seq] = self._clock() + SHARED_PATIENCE_S

    async def _live(self) -> None:
        while True:
            self._wake.clear()
            if self._trouble is not None:
                raise self._trouble
            if self._linked_again:
                raise LogError("the server was away")
            if not self.gate.open:
                await self._stop_all()
                await self._froze()
            elif self._interrupted:
                raise Stale("work was stopped midway")
            elif self._draining:
                if not self._running:
                    return
            else:
                await self._desk.tidy()
                await self._start_some()
            self._note(step.FROZEN if self.gate.frozen else step.WORKING if self._running else step.WAITING, 0)
            await self._wait()

    async def _wait(self) -> None:
        if not self._waiting or not self.gate.open:
            await self._wake.wait()
            return
        soonest = min(at for at, _ in self._waiting.values())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, soonest - self._clock())):
                await self._wake.wait()

    async def _start_some(self) -> None:
        now = self._clock()
        for seq, (at, waiting) in list(self._waiting.items()):
            if at <= now:
                del self._waiting[seq]
                self._backlog.append(waiting)
        while (record := await self._next()) is not None:
            if record.seq in self._running or record.seq in self._waiting:
                continue
            over = record.seq in self._outcomes.done or self._cancelled.covers(record)
            if over or self._is_stale(record):
                await self._connection.inbox.acknowledge(record)
                self._leases.pop(record.seq, None)
                continue
            self._records[record.seq] = record
            task = asyncio.create_task(self._work(record))
            self._running[record.seq] = task
            task.add_done_callback(functools.partial(self._ended, record.seq))

    def _is_stale(self, record: Record) -> bool:
        """The input asked about a present that is over; an order about the worker's own life is never too old."""
        fresh_s = self.worker.fresh_s
        if fresh_s is None or name_in(record.subject) in (REPLAY, RESOLVE):
            return False
        return self._clock() - record.time > fresh_s

    async def _next(self) -> Record | None:
        """The next input, while there is one and a place for it; nobody wakes us for what was not taken."""
        free = self.worker.concurrency - len(self._running)
        if free > 0 and not self._backlog:
            self._backlog.extend(self._taken(free))
        if self._unsure:
            await self._look_again()
        return self._backlog.popleft() if free > 0 and self._backlog and self.gate.open else None

    def _taken(self, most: int) -> list[Record]:
        """Up to so many new inputs; those that were delivered before may have been in other hands."""
        taken = [record for record in self._connection.inbox.take(most) if record.seq > self._floor]
        for record in taken:
            self._lease(record)
            in_hand = record.seq in self._running or record.seq in self._waiting
            if self._sharing is not None and record.attempt > 1 and not in_hand:
                self._unsure.add(record.seq)
        return taken

    async def _look_again(self) -> None:
        """What other instances have said of these inputs is known, up to a record of our own that stands after it."""
        unsure = frozenset(self._unsure)
        first = min(unsure)
        barrier = await self._doer.say(life.Started(actor=self.worker.name, cursor=first - 1), None)
        self._outcomes.doubt(unsure)
        async for chunk in self._connection.read(first, barrier):
            for record in chunk:
                self._outcomes.replay(record, unsure)
        self._unsure -= unsure

    def _ended(self, seq: int, task: "asyncio.Task[bool]") -> None:
        self._running.pop(seq, None)
        record = self._records.pop(seq, None)
        if record is not None and (task.cancelled() or not task.result()):
            self._kept[seq] = record
        elif seq not in self._waiting:
            self._leases.pop(seq, None)
        self._wake.set()

    async def _work(self, record: Record) -> bool:
        """The input is out of our hands, or will be tried again; False if the work was stopped midway."""
        try:
            if await self._attempt(record):
                self._outcomes.done.add(record.seq)
                with contextlib.suppress(LogError):
                    await self._connection.inbox.acknowledge(record)
        except Stale:
            self._interrupted = True
            return False
        except Passed as error:
            return self._let_go(record, error)
        except LogError as error:
            if isinstance(error, Duplicate) and self._sharing is not None:
                return self._let_go(record, error)
            self._trouble = error
            return False
        except asyncio.CancelledError:
            self._interrupted = True
            raise
        return True

    async def _attempt(self, record: Record) -> bool:
        """The input is handled, or its failure is on the log; False if it will be tried again."""
        try:
            await self._doer.attempt(record)
        except TooLarge as error:
            await self._doer.bury(record, "work", 1, error)
        except (LogError, Passed):
            raise
        except asyncio.CancelledError:
            if not self._cancelled.covers(record):
                raise
        except Malformed as error:
            await self._doer.bury(record, "decode", 1, error)
        except Exception as error:
            at = await self._doer.falter(record, error)
            if at is not None:
                self._waiting[record.seq] = (at, record)
            return at is None
        return True

    def _let_go(self, record: Record, why: Exception) -> bool:
        """Another instance has the input and acknowledges it; if it has died, the input is delivered again in time."""
        log.info("another instance has the input", actor=self.worker.name, input=record.seq, why=str(why))
        self._leases.pop(record.seq, None)
        return True

    async def _froze(self) -> None:
        if self.gate.frozen and self._froze_epoch != self.gate.epoch:
            await self.worker.interrupt()
            self._note(step.FROZEN, 0)
            epoch = self.gate.epoch
            instance = self._sharing.instance if self._sharing is not None else ""
            froze = life.Froze(actor=self.worker.name, level=self.worker.level, epoch=epoch, instance=instance)
            await self._doer.say(froze, None)
            self._froze_epoch = epoch

    async def _stop_all(self) -> None:
        running = list(self._running.values())
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    async def _extend(self) -> None:
        while True:
            await asyncio.sleep(EXTEND_S if self._sharing is None else SHARED_EXTEND_S)
            waiting = [record for _, record in self._waiting.values()]
            for record in [*self._records.values(), *self._backlog, *waiting, *self._kept.values()]:
                if not self._holds(record.seq):
                    continue
                with contextlib.suppress(LogError):
                    await self._connection.inbox.extend(record)
                    self._lease(record)

    def _hear_cancelled(self, record: Record) -> None:
        self._cancelled.hear(record)
        for seq, running in self._records.items():
            if seq in self._running and self._cancelled.covers(running):
                self._running[seq].cancel()

    def _gate_changed(self) -> None:
        if not self.gate.open:
            for task in self._running.values():
                task.cancel()
            self._desk.stop()
        self._wake.set()

    def _linked(self, up: bool) -> None:
        if up:
            self._linked_again = True
            self._wake.set()
