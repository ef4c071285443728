"""The life of one worker: several inputs at once, each with its effect announced before and its result after."""

import asyncio
import contextlib
import functools
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

import structlog

from bus.errors import LogError, Severed, Stale, TooLarge
from bus.log import Connection, Record
from bus.names import Names
from messages import actor as life
from messages import task as tasks
from messages.base import Message
from runtime import blackbox as step
from runtime.actor import Worker
from runtime.cancelled import Cancelled
from runtime.clock import Clock, wall
from runtime.desk import Desk
from runtime.doer import Doer
from runtime.envelope import event_subject
from runtime.errors import Malformed
from runtime.gate import Gate
from runtime.mailbox import RECOVERY_WAITS_S, STEADY_S

EXTEND_S: Final = 10.0
"""Inputs in hand are extended at the server this often. *chosen*: a third of the server's patience"""

log = structlog.get_logger()


class Workbench:
    """Runs one worker on one connection."""

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
        )
        self._outcomes = self._doer.outcomes
        self._cancelled = Cancelled()
        self._desk = Desk(worker, connection, self.gate, self._names, clock=clock, wake=self._wake.set)
        self._backlog: deque[Record] = deque()
        self._running: dict[int, asyncio.Task[None]] = {}
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
        self._backlog.clear()
        self._waiting.clear()
        self._outcomes.forget()
        floor = await self._connection.inbox.reset()
        barrier = await self._doer.say(life.Started(actor=self.worker.name, cursor=floor), None)
        async for chunk in self._connection.read(floor + 1, barrier):
            for record in chunk:
                self._outcomes.replay(record)
        self.ready.set()

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
        while (record := self._next()) is not None:
            if record.seq in self._running or record.seq in self._waiting:
                continue
            if record.seq in self._outcomes.done or self._cancelled.covers(record):
                await self._connection.inbox.acknowledge(record)
                continue
            self._records[record.seq] = record
            task = asyncio.create_task(self._work(record))
            self._running[record.seq] = task
            task.add_done_callback(functools.partial(self._ended, record.seq))

    def _next(self) -> Record | None:
        """The next input, while there is one and a place for it; nobody wakes us for what was not taken."""
        free = self.worker.concurrency - len(self._running)
        if free > 0 and not self._backlog:
            self._backlog.extend(self._connection.inbox.take(free))
        return self._backlog.popleft() if free > 0 and self._backlog else None

    def _ended(self, seq: int, _task: "asyncio.Task[None]") -> None:
        self._running.pop(seq, None)
        self._records.pop(seq, None)
        self._wake.set()

    async def _work(self, record: Record) -> None:
        """The input is handled, or its failure is on the log; acknowledged either way."""
        try:
            await self._doer.attempt(record)
        except Stale:
            self._interrupted = True
            return
        except TooLarge as error:
            if not await self._tell(self._doer.bury(record, "work", 1, error)):
                return
        except LogError as error:
            self._trouble = error
            return
        except asyncio.CancelledError:
            if not self._cancelled.covers(record):
                self._interrupted = True
                raise
        except Malformed as error:
            if not await self._tell(self._doer.bury(record, "decode", 1, error)):
                return
        except Exception as error:
            if await self._falter(record, error):
                return
        self._outcomes.done.add(record.seq)
        with contextlib.suppress(LogError):
            await self._connection.inbox.acknowledge(record)

    async def _tell(self, telling: Coroutine[Any, Any, None]) -> bool:
        """What is told is on the log; if the log does not take it, that is the trouble."""
        try:
            await telling
        except LogError as trouble:
            self._trouble = trouble
            return False
        return True

    async def _falter(self, record: Record, error: Exception) -> bool:
        """The failure is on the log; True if the input will be tried again."""
        try:
            at = await self._doer.falter(record, error)
        except LogError as trouble:
            self._trouble = trouble
            return True
        if at is not None:
            self._waiting[record.seq] = (at, record)
        return at is not None

    async def _froze(self) -> None:
        if self.gate.frozen and self._froze_epoch != self.gate.epoch:
            await self.worker.interrupt()
            self._note(step.FROZEN, 0)
            epoch = self.gate.epoch
            await self._doer.say(life.Froze(actor=self.worker.name, level=self.worker.level, epoch=epoch), None)
            self._froze_epoch = epoch

    async def _stop_all(self) -> None:
        running = list(self._running.values())
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    async def _extend(self) -> None:
        while True:
            await asyncio.sleep(EXTEND_S)
            for record in [*self._records.values(), *self._backlog, *(record for _, record in self._waiting.values())]:
                with contextlib.suppress(LogError):
                    await self._connection.inbox.extend(record)

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
