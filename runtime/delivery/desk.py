"""Where a worker answers questions for which a task must be done: published under its fence, and waited for."""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Any, Final

import msgspec

from bus.errors import Duplicate, LogError, Stale
from bus.log import Connection, Record
from bus.names import Names
from messages import task as tasks
from messages.base import Event, Query, Task, decode, encode
from runtime.actor import Ended, Unended, Worker
from runtime.acts import forbids, refusal
from runtime.clock import Clock
from runtime.delivery.freeze_guard import Gate
from runtime.envelope import complaint, draft, event_subject
from runtime.topology import ENDINGS, query_subject

LIMIT_S: Final = 60.0
"""A task that names no limit of its own is waited for this long. *chosen*"""
GRACE_S: Final = 1.0
"""Longer than the task's own limit: who works on it should have the last word. *chosen*"""
UNWANTED_KEPT: Final = 10_000
"""Tasks that are still to be cancelled. *chosen*: more than are answered in a freeze's first moment"""


class Desk:
    """Every question is answered once: with what came of its task, or at once with why that is not waited for."""

    def __init__(
        self,
        worker: Worker,
        connection: Connection,
        gate: Gate,
        names: Names,
        *,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._worker = worker
        self._connection = connection
        self._gate = gate
        self._names = names
        self._clock = clock
        self._wake = wake
        self._waiting: dict[str, asyncio.Future[Ended]] = {}
        self._unwanted: deque[str] = deque(maxlen=UNWANTED_KEPT)
        self._in_hand = 0

    async def open(self) -> None:
        """Questions are answered from now on."""
        signature = self._worker.signature
        if not signature.consigns:
            return
        for kind in ENDINGS:
            await self._connection.watch(event_subject(self._names, kind, "*"), partial(self._hear, kind))
        for query in signature.consigns:
            subject, method = query_subject(self._names, query), signature.answers[query][0]
            await self._connection.serve(subject, partial(self._answer, query, method))

    def stop(self) -> None:
        """The gate is shut: nobody waits any longer."""
        for name, waiting in self._waiting.items():
            if not waiting.done():
                self._unwanted.append(name)
                waiting.set_result(Unended(f"{self._shut()}; the task is cancelled at the thaw", name))

    async def tidy(self) -> None:
        """No task is left that nobody waits for, while the gate is open."""
        while self._unwanted and self._gate.open:
            name = self._unwanted[0]
            cancel = tasks.Cancel(task=name, reason="whoever asked for it waits no longer")
            with contextlib.suppress(Duplicate):
                await self._publish(cancel, f"{name}-cancel")
            self._unwanted.popleft()

    async def _answer(self, query: type[Query], method: str, data: bytes) -> bytes:
        try:
            question = decode(query, data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            reason, path = complaint(error)
            return msgspec.json.encode({"error": reason, "path": path})
        if self._in_hand >= self._worker.concurrency:
            return msgspec.json.encode({"error": f"{self._in_hand} questions are in hand already; ask again later"})
        self._in_hand += 1
        try:
            answers: AsyncGenerator[Any, Ended] = getattr(self._worker, method)(question)
            async with contextlib.aclosing(answers):
                said = await anext(answers)
                while isinstance(said, Task):
                    said = await answers.asend(await self._done(query, said))
            return encode(said)
        finally:
            self._in_hand -= 1

    async def _done(self, query: type[Query], task: Task) -> Ended:
        """How the task ended, or why that is not waited for."""
        if type(task) not in self._worker.signature.consigns[query]:
            raise TypeError(f"{type(task).__name__} is not on the signature of {self._worker.name}")
        if not self._gate.open:
            return Unended(f"{self._shut()}; nothing was published")
        if forbids(self._gate.mode, self._worker.level, type(task)):
            return Unended(f"{refusal(self._gate.mode, self._worker.level, type(task))}; nothing was published")
        name = task.id or f"{self._worker.name}-{random.SystemRandom().getrandbits(64):016x}"
        ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._waiting[name] = ended
        limit_s = task.timeout_s or LIMIT_S
        try:
            await self._publish(task, name)
            async with asyncio.timeout(limit_s + GRACE_S):
                return await ended
        except Stale:
            return Unended("the council was frozen meanwhile; nothing was published")
        except LogError as error:
            return self._unended(name, f"whether it was published is not known: {error}")
        except TimeoutError:
            return self._unended(name, f"not done within {limit_s:g} s; the task is cancelled")
        finally:
            del self._waiting[name]

    def _unended(self, name: str, reason: str) -> Unended:
        self._unwanted.append(name)
        self._wake()
        return Unended(reason, name)

    def _shut(self) -> str:
        if self._gate.frozen:
            return f"the council is frozen since {self._gate.seq}"
        return "the council is about to freeze, or has no word from its log"

    async def _publish(self, task: Task, name: str) -> None:
        made = draft(self._names, self._worker.name, task, identity=name, origin=None, at=self._clock(), cursor=None)
        await self._connection.commit([made], self._gate.fence)

    def _hear(self, kind: type[Event], record: Record) -> None:
        said: Any = decode(kind, record.data)
        waiting = self._waiting.get(said.task)
        if waiting is not None and not waiting.done():
            waiting.set_result(said)
