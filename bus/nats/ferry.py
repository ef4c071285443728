"""The ferry takes over what waits in the publishers' airlocks, at a pace that leaves the log to the council.

Each message is committed cleaned, under an id made of its place, and then acknowledged: what is taken over a second
time after a crash is a duplicate. One message is asked for at a time: to a NATS server an answer of many that crosses
accounts ends with the first empty message.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any, Final

import msgspec
from nats.aio.msg import Msg

from bus.airlock import cleaned
from bus.errors import Duplicate, LogError
from bus.log import Draft, Fence, Record
from bus.names import Names
from bus.nats.link import Link
from bus.nats.wire import delivered

PER_S: Final = 200.0
"""Tasks a second that are taken over from one publisher. *chosen*: the log does several thousand records a second"""
TOTAL_PER_S: Final = 400.0
"""Tasks a second that are taken over from all. *chosen*: twice one publisher's, so that none keeps another out"""
BURST: Final = 500
"""Tasks that are taken over at once after a quiet time. *chosen*"""
LOOK_S: Final = 0.5
"""New airlocks are looked for this often. *chosen*"""
WAIT_S: Final = 4.0
"""Lifetime of one request for messages. *chosen*: below the limit for the next message of an answer"""
AGAIN_S: Final = 0.2
"""Pause after something that failed. *chosen*"""
Commit = Callable[[Sequence[Draft], Fence | None], Awaitable[int]]
Many = Callable[[str, dict[str, Any], int], AsyncGenerator[Msg, None]]


class Pace:
    """So many a second, and a burst after a quiet time."""

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s = per_s
        self._burst = float(burst)
        self._left = float(burst)
        self._at = asyncio.get_running_loop().time()

    async def turn(self) -> None:
        """Returns when another one is due."""
        now = asyncio.get_running_loop().time()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s) - 1.0
        self._at = now
        if self._left < 0:
            await asyncio.sleep(-self._left / self._per_s)


class NatsFerry:
    """Empties every airlock that there is."""

    def __init__(self, link: Link, names: Names, commit: Commit, many: Many) -> None:
        self._link = link
        self._names = names
        self._commit = commit
        self._many = many
        self._emptying: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until cancelled, each airlock is emptied as long as it is there."""
        total = Pace(TOTAL_PER_S, BURST)
        try:
            while True:
                with contextlib.suppress(LogError, msgspec.DecodeError):
                    await self._look(total)
                await asyncio.sleep(LOOK_S)
        finally:
            for task in self._emptying.values():
                task.cancel()

    async def _look(self, total: Pace) -> None:
        found = await self._airlocks()
        for name in found - self._emptying.keys():
            self._emptying[name] = asyncio.create_task(self._empty(name, total))
        for name in self._emptying.keys() - found:
            self._emptying.pop(name).cancel()

    async def _airlocks(self) -> set[str]:
        """The publishers who have an airlock."""
        ask = msgspec.json.encode({"subject": self._names.airlock_subject("*", "*")})
        answer = msgspec.json.decode((await self._link.request("$JS.API.STREAM.NAMES", ask)).data, type=dict[str, Any])
        return {name for stream in answer.get("streams") or () if (name := self._names.publisher_of(stream))}

    async def _empty(self, publisher: str, total: Pace) -> None:
        own = Pace(PER_S, BURST)
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._names.airlock(publisher)}.{self._names.ferry_consumer}"
        ask = {"batch": 1, "expires": int(WAIT_S * 1e9)}
        while True:
            try:
                async with contextlib.aclosing(self._many(subject, ask, 1)) as messages:
                    async for message in messages:
                        await total.turn()
                        await own.turn()
                        await self._take_over(delivered(message), publisher)
            except LogError:
                await asyncio.sleep(AGAIN_S)

    async def _take_over(self, record: Record, publisher: str) -> None:
        with contextlib.suppress(Duplicate):
            await self._commit([cleaned(record, self._names, publisher)], None)
        await self._link.publish(record.token, b"+ACK")
