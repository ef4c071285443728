"""From one input to what is on the log of it: the step of a worker."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

import msgspec
import structlog

from bus.errors import Duplicate, LogError
from bus.log import Connection, Record
from bus.names import Names
from messages.base import Intent, Json, Message, decode, type_name
from messages.kernel import actor as life
from runtime.actor import Worker
from runtime.acts import forbids, refusal
from runtime.clock import Clock
from runtime.delivery.failures import dead_letter, faltered
from runtime.delivery.freeze_guard import Gate
from runtime.delivery.mailbox import REPLAY
from runtime.delivery.outcomes import Outcomes
from runtime.envelope import draft, name_in, origin_of, read
from runtime.errors import Breach, Passed

RESOLVE: Final = type_name(life.Resolve)
HELD: Final = type_name(life.Held)

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
        holds: Callable[[int], bool] = lambda _seq: True,
    ) -> None:
        self.outcomes = Outcomes(worker)
        self._worker = worker
        self._connection = connection
        self._types = types
        self._names = names
        self._gate = gate
        self._clock = clock
        self._retries = retries
        self._holds = holds
        self._handlers = {kind: getattr(worker, name) for kind, name in worker.signature.handlers.items()}

    async def attempt(self, record: Record) -> None:
        """The input is handled, or held; raises what its handler raises."""
        if await self._held(record):
            return
        try:
            name = name_in(record.subject)
            if name == REPLAY:
                await self._again(msgspec.json.decode(record.data, type=life.Replay).input, record)
            elif name == RESOLVE:
                await self._resolve(record)
            else:
                await self._handle(record, read(record, self._types), record)
        except (LogError, Passed):
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
        fence, mode = self._gate.fence, self._gate.mode
        index = 0
        async with asyncio.timeout(self._worker.timeout_s):
            async with contextlib.aclosing(said) as outputs:  # type: ignore[type-var]
                async for output in outputs:
                    if type(output) not in self._worker.signature.says:
                        raise TypeError(f"{type_name(type(output))} is not on the signature of {self._worker.name}")
                    if forbids(mode, self._worker.level, type(output)):
                        raise Breach(refusal(mode, self._worker.level, type(output)))
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
                    if not self._holds(cause.seq):
                        raise Passed(f"the input {cause.seq} was not extended in time")
                    await self._connection.commit([made], fence)
                    index += 1
                    self.outcomes.said(cause.seq, output)

    async def _again(self, seq: int, order: Record) -> None:
        """The input at this place is handled as if it came with the order; of an order, what that was about."""
        async for chunk in self._connection.read(seq, seq):
            for record in chunk:
                if name_in(record.subject) in (REPLAY, RESOLVE):
                    await self._again(msgspec.json.decode(record.data, type=_About).input, order)
                else:
                    await self._handle(record, read(record, self._types), order)

    async def _resolve(self, order: Record) -> None:
        """A person's word on a held effect is taken, once."""
        wanted = msgspec.json.decode(order.data, type=life.Resolve)
        is_held, intent = await self._holding(wanted.input, order.seq)
        told = life.Resolved(
            actor=wanted.actor,
            input=wanted.input,
            word=wanted.word,
            intent=intent,
            reason=wanted.reason,
            fault="" if is_held else f"nothing is held for the input {wanted.input}, or a word was given before",
        )
        with contextlib.suppress(Duplicate):
            await self.say(told, order, "r")
        if is_held and wanted.word == "again":
            await self._again(wanted.input, order)

    async def _holding(self, seq: int, order: int) -> tuple[bool, Json]:
        """Whether the effect of the input was held and nobody has given his word yet, and what had been announced."""
        is_held, intent = False, None
        async for chunk in self._connection.read(max(1, seq), order):
            for record in chunk:
                name = name_in(record.subject)
                if name == HELD:
                    held = msgspec.json.decode(record.data, type=life.Held)
                    if (held.actor, held.input) == (self._worker.name, seq):
                        is_held, intent = True, held.intent
                elif name == RESOLVE and record.seq < order:
                    is_held = is_held and msgspec.json.decode(record.data, type=_About).input != seq
        return is_held, intent

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


class _About(msgspec.Struct):
    """What an order is about."""

    input: int
