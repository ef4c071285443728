"""From one input to what is on the log of it: the step of a worker."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Mapping

import msgspec
import structlog

from bus.errors import LogError
from bus.log import Connection, Record
from bus.names import Names
from messages import actor as life
from messages.base import Intent, Message, decode, type_name
from runtime.actor import Worker
from runtime.clock import Clock
from runtime.envelope import draft, name_in, origin_of, read
from runtime.failures import dead_letter, faltered
from runtime.gate import Gate
from runtime.mailbox import REPLAY
from runtime.outcomes import Outcomes

log = structlog.get_logger()


class Doer:
    """One worker's work: each effect is announced before it, and its result told after."""

    def __init__(
        self,
        worker: Worker,
        connection: Connection,
        types: Mapping[str, type[Message]],
        names: Names,
        gate: Gate,
        *,
        clock: Clock,
        retries: tuple[float, ...],
    ) -> None:
        self.outcomes = Outcomes(worker)
        self._worker = worker
        self._connection = connection
        self._types = types
        self._names = names
        self._gate = gate
        self._clock = clock
        self._retries = retries
        self._handlers = {kind: getattr(worker, name) for kind, name in worker.signature.handlers.items()}

    async def attempt(self, record: Record) -> None:
        """The input is handled, or held; raises what its handler raises."""
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
        intent = self.outcomes.intents.pop(record.seq, None)
        if intent is None or self._worker.idempotent:
            return False
        held = life.Held(actor=self._worker.name, input=record.seq, intent=msgspec.to_builtins(intent))
        await self.say(held, record, "h")
        return True

    async def _handle(self, record: Record, message: Message, cause: Record) -> None:
        said: AsyncIterator[Message] = self._handlers[type(message)](message)
        attempt, before = self.outcomes.attempts.get(record.seq, 0), self.outcomes.announced.get(cause.seq, 0)
        fence = self._gate.fence
        index = 0
        async with asyncio.timeout(self._worker.timeout_s):
            async with contextlib.aclosing(said) as outputs:  # type: ignore[type-var]
                async for output in outputs:
                    if type(output) not in self._worker.signature.says:
                        raise TypeError(f"{type_name(type(output))} is not on the signature of {self._worker.name}")
                    mark = f"{index}" if not isinstance(output, Intent) else f"i{attempt}-{before}-{index}"
                    made = draft(
                        self._names,
                        self._worker.name,
                        output,
                        identity=f"{cause.seq}-{self._worker.name}-{mark}",
                        origin=origin_of(cause),
                        at=self._clock(),
                        cursor=None,
                    )
                    decode(type(output), made.data)
                    await self._connection.commit([made], fence)
                    index += 1
                    self.outcomes.said(cause.seq, output)

    async def _replay_dead(self, order: Record) -> None:
        wanted = msgspec.json.decode(order.data, type=life.Replay)
        async for chunk in self._connection.read(wanted.input, wanted.input):
            for record in chunk:
                await self._handle(record, read(record, self._types), order)

    async def falter(self, record: Record, error: Exception) -> float | None:
        """The failure is on the log; returns when the input is to be tried again, None if it is dead."""
        attempt = self.outcomes.attempts.get(record.seq, 0) + 1
        self.outcomes.attempts[record.seq] = attempt
        told = faltered(self._worker.name, record, attempt, error, retries=self._retries, now=self._clock())
        if told is None:
            await self.bury(record, "work", attempt, error)
            return None
        await self.say(told, record, f"f{attempt}")
        return told.retry_at

    async def bury(self, record: Record, phase: str, attempts: int, error: Exception) -> None:
        """The input is dead, on the log."""
        await self.say(dead_letter(self._worker.name, record, phase, attempts, error), record, f"d{attempts}")

    async def say(self, message: Message, cause: Record | None, mark: str = "") -> int:
        """The message stands on the log in the worker's name; returns its place."""
        stem = f"{cause.seq}-" if cause is not None else ""
        tail = mark or f"{random.SystemRandom().getrandbits(64):016x}"
        made = draft(
            self._names,
            self._worker.name,
            message,
            identity=f"{stem}{self._worker.name}-{tail}",
            origin=origin_of(cause) if cause is not None else None,
            at=self._clock(),
            cursor=None,
        )
        return await self._connection.commit([made], self._gate.fence)
