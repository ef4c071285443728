"""The life of one worker: several inputs at once, each with its effect announced before and its result after."""

import asyncio
import contextlib
import functools
import random
import traceback
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

import msgspec
import structlog

from bus.errors import LogError, Stale, TooLarge
from bus.log import Connection, Record
from bus.names import Names
from messages import actor as life
from messages import task as tasks
from messages.base import Intent, Message, decode, type_name
from runtime import blackbox as step
from runtime.actor import Worker
from runtime.clock import Clock, wall
from runtime.decider import ERROR_CHARS, RETRY_S, TRACE_CHARS
from runtime.desk import Desk
from runtime.envelope import INPUT, draft, event_subject, micros, name_in, origin_of, read
from runtime.errors import Malformed, Transient
from runtime.gate import Gate
from runtime.mailbox import RECOVERY_WAITS_S, REPLAY, STEADY_S

EXTEND_S: Final = 10.0
"""Inputs in hand are extended at the server this often. *chosen*: a third of the server's patience"""
CANCELLED_KEPT: Final = 1_000
"""Cancelled tasks whose late commands are still known as such. *chosen*"""

log = structlog.get_logger()


class Named(msgspec.Struct):
    """What of an input tells whose it is."""

    task: str = ""


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
        retries: tuple[float, ...] = RETRY_S,
    ) -> None:
        self.worker = worker
        self.ready = asyncio.Event()
        self._connection = connection
        self._types = types
        self._names = names or Names()
        self._note = note
        self._clock = clock
        self._retries = retries
        self._wake = asyncio.Event()
        self.gate = Gate(connection, worker.level, self._names, self._gate_changed)
        self._desk = Desk(worker, connection, self.gate, self._names, clock=clock, wake=self._wake.set)
        self._handlers = {kind: getattr(worker, name) for kind, name in worker.signature.handlers.items()}
        self._backlog: deque[Record] = deque()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._records: dict[int, Record] = {}
        self._waiting: dict[int, tuple[float, Record]] = {}
        self._attempts: dict[int, int] = {}
        self._intents: dict[int, Message] = {}
        self._announced: dict[int, int] = {}
        """How many intents to the input stand on the log."""
        self._done: set[int] = set()
        self._cancelled: dict[str, None] = {}
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
                    say = log.info if isinstance(error, Stale) else log.warning
                    say("the log is read again", actor=self.worker.name, why=str(error))
                    await self._stop_all()
                    if not isinstance(error, Stale):
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
        self._intents.clear()
        self._announced.clear()
        self._done.clear()
        floor = await self._connection.inbox.reset()
        barrier = await self._say(life.Started(actor=self.worker.name, cursor=floor), None)
        async for chunk in self._connection.read(floor + 1, barrier):
            for record in chunk:
                self._replay(record)
        self.ready.set()

    def _replay(self, record: Record) -> None:
        decided = record.headers.get(INPUT)
        tokens = record.subject.split(".")
        if decided is None or len(tokens) < 5 or tokens[4] != self.worker.name:
            return
        seq, name = int(decided), name_in(record.subject)
        said = {type_name(kind): kind for kind in self.worker.signature.says}
        if name == type_name(life.Faltered):
            faltered = msgspec.json.decode(record.data, type=life.Faltered)
            self._attempts[seq] = faltered.attempt
            self._intents.pop(seq, None)
        elif (kind := said.get(name)) is not None and issubclass(kind, Intent):
            self._intents[seq] = msgspec.json.decode(record.data, type=kind)
            self._announced[seq] = self._announced.get(seq, 0) + 1
        else:
            self._done.add(seq)

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
            if record.seq in self._done or self._is_cancelled(record):
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
            await self._attempt(record)
        except Stale:
            self._interrupted = True
            return
        except TooLarge as error:
            if not await self._bury(record, "work", 1, error):
                return
        except LogError as error:
            self._trouble = error
            return
        except asyncio.CancelledError:
            if not self._is_cancelled(record):
                self._interrupted = True
                raise
        except Malformed as error:
            if not await self._bury(record, "decode", 1, error):
                return
        except Exception as error:
            if await self._falter(record, error):
                return
        self._done.add(record.seq)
        with contextlib.suppress(LogError):
            await self._connection.inbox.acknowledge(record)

    async def _attempt(self, record: Record) -> None:
        if await self._held(record):
            return
        try:
            if name_in(record.subject) == REPLAY:
                await self._replay_dead(record)
            else:
                await self._handle(record, read(record, self._types), record)
        except LogError:
            raise
        except Exception:
            if not await self._held(record):
                raise

    async def _held(self, record: Record) -> bool:
        """An effect was announced and what came of it is not known; unless it may be done twice, a person decides."""
        intent = self._intents.pop(record.seq, None)
        if intent is None or self.worker.idempotent:
            return False
        held = life.Held(actor=self.worker.name, input=record.seq, intent=msgspec.to_builtins(intent))
        await self._say(held, record, "h")
        return True

    async def _handle(self, record: Record, message: Message, cause: Record) -> None:
        said: AsyncIterator[Message] = self._handlers[type(message)](message)
        attempt, before = self._attempts.get(record.seq, 0), self._announced.get(cause.seq, 0)
        fence = self.gate.fence
        index = 0
        async with asyncio.timeout(self.worker.timeout_s):
            async with contextlib.aclosing(said) as outputs:  # type: ignore[type-var]
                async for output in outputs:
                    if type(output) not in self.worker.signature.says:
                        raise TypeError(f"{type_name(type(output))} is not on the signature of {self.worker.name}")
                    mark = f"{index}" if not isinstance(output, Intent) else f"i{attempt}-{before}-{index}"
                    made = draft(
                        self._names,
                        self.worker.name,
                        output,
                        identity=f"{cause.seq}-{self.worker.name}-{mark}",
                        origin=origin_of(cause),
                        at=self._clock(),
                        cursor=None,
                    )
                    decode(type(output), made.data)
                    await self._connection.commit([made], fence)
                    index += 1
                    if isinstance(output, Intent):
                        self._intents[cause.seq] = output
                    else:
                        self._intents.pop(cause.seq, None)

    async def _replay_dead(self, order: Record) -> None:
        wanted = msgspec.json.decode(order.data, type=life.Replay)
        async for chunk in self._connection.read(wanted.input, wanted.input):
            for record in chunk:
                await self._handle(record, read(record, self._types), order)

    async def _falter(self, record: Record, error: Exception) -> bool:
        """The failure is on the log; True if the input will be tried again."""
        attempt = self._attempts.get(record.seq, 0) + 1
        self._attempts[record.seq] = attempt
        log.warning(
            "handler raised",
            actor=self.worker.name,
            input=record.seq,
            correlation=origin_of(record).correlation,
            attempt=attempt,
            error=repr(error),
        )
        if attempt > len(self._retries):
            return not await self._bury(record, "work", attempt, error)
        wait_s = error.retry_after_s if isinstance(error, Transient) else self._retries[attempt - 1]
        at = micros(self._clock() + wait_s)
        faltered = life.Faltered(
            actor=self.worker.name, input=record.seq, attempt=attempt, error=repr(error)[:ERROR_CHARS], retry_at=at
        )
        try:
            await self._say(faltered, record, f"f{attempt}")
        except LogError as trouble:
            self._trouble = trouble
            return True
        self._waiting[record.seq] = (at, record)
        return True

    async def _bury(self, record: Record, phase: str, attempts: int, error: Exception) -> bool:
        """The input is dead, on the log."""
        letter = life.DeadLettered(
            actor=self.worker.name,
            input=record.seq,
            subject=record.subject,
            phase=phase,
            attempts=attempts,
            error=repr(error)[:ERROR_CHARS],
            traceback="".join(traceback.format_exception(error))[-TRACE_CHARS:],
        )
        try:
            await self._say(letter, record, f"d{attempts}")
        except LogError as trouble:
            self._trouble = trouble
            return False
        return True

    async def _say(self, message: Message, cause: Record | None, mark: str = "") -> int:
        stem = f"{cause.seq}-" if cause is not None else ""
        tail = mark or f"{random.SystemRandom().getrandbits(64):016x}"
        made = draft(
            self._names,
            self.worker.name,
            message,
            identity=f"{stem}{self.worker.name}-{tail}",
            origin=origin_of(cause) if cause is not None else None,
            at=self._clock(),
            cursor=None,
        )
        return await self._connection.commit([made], self.gate.fence)

    async def _froze(self) -> None:
        if self.gate.frozen and self._froze_epoch != self.gate.epoch:
            await self.worker.interrupt()
            epoch = self.gate.epoch
            await self._say(life.Froze(actor=self.worker.name, level=self.worker.level, epoch=epoch), None)
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
        with contextlib.suppress(msgspec.DecodeError):
            self._cancelled[msgspec.json.decode(record.data, type=tasks.Cancelled).task] = None
        if len(self._cancelled) > CANCELLED_KEPT:
            del self._cancelled[next(iter(self._cancelled))]
        for seq, running in self._records.items():
            if seq in self._running and self._is_cancelled(running):
                self._running[seq].cancel()

    def _is_cancelled(self, record: Record) -> bool:
        """The input names a task that was cancelled; what its headers say comes from strangers."""
        if not self._cancelled:
            return False
        try:
            return msgspec.json.decode(record.data, type=Named).task in self._cancelled
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False

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
