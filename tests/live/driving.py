"""A launched council with a hand on all that a live story needs: its clients, its processes, its log as it grows."""

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from bus.errors import Duplicate, LogError
from bus.log import Record
from messages.base import Message, decode, type_name
from messages.kernel import control, order
from messages.kernel.control import Level, Mode
from runtime.audit.fence import FenceProof, Proof
from runtime.client.client import Client
from runtime.client.endings import ending_of
from runtime.directory.settings import Settings
from runtime.envelope import name_in
from runtime.hosting.system import Council, running
from tests.pace import patience

LANES: Final = 24
"""Tasks that are published at the same time. *chosen*"""
AGAIN_S: Final = 0.05
"""Wait before what the server did not take is offered again. *chosen*"""
LIMIT_S: Final = patience(60.0)
"""Longest wait for something that must come. *chosen*: a minute on a busy machine is a failure"""

M = TypeVar("M", bound=Message)


class Mirror:
    """The log as it grows: every record, in order, and how often each task has ended."""

    def __init__(self, auditor: Client) -> None:
        self.records: list[Record] = []
        self.ends: Counter[str] = Counter()
        self._auditor = auditor
        self._grown = asyncio.Event()

    @property
    def last(self) -> int:
        """Place of the last record."""
        return self.records[-1].seq if self.records else 0

    async def follow(self) -> None:
        """Runs until cancelled; a server that is away is asked again."""
        while True:
            with contextlib.suppress(LogError):
                async with contextlib.aclosing(self._auditor.records(self.last + 1, follow=True)) as records:
                    async for record in records:
                        self._take(record)
            await asyncio.sleep(AGAIN_S)

    def _take(self, record: Record) -> None:
        assert record.seq == self.last + 1, f"the log has a hole before {record.seq}"
        self.records.append(record)
        if (ending := ending_of(record)) is not None:
            self.ends[str(ending.task)] += 1
        self._grown.set()

    async def until(self, holds: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> None:
        """Returns when it holds, asked anew after each record; fails at the limit."""
        try:
            async with asyncio.timeout(limit_s):
                while not holds():
                    self._grown.clear()
                    await self._grown.wait()
        except TimeoutError:
            last = "\n".join(f"{record.seq} {record.subject} {record.data[:150]!r}" for record in self.records[-20:])
            raise AssertionError(f"not within {limit_s:.0f} s: {what}; the log ends with\n{last}") from None

    def said(self, kind: type[M], first: int = 1) -> list[M]:
        """All messages of the type from this place on."""
        return [decode(kind, record.data) for record in self.found(kind, first)]

    def found(self, kind: type[Message], first: int = 1) -> list[Record]:
        """All records of the type from this place on."""
        name = type_name(kind)
        return [record for record in self.records[first - 1 :] if name_in(record.subject) == name]

    def proof(self, council: str) -> Proof:
        """What the log says about its freezes."""
        proof = FenceProof(council)
        for record in self.records:
            proof.take(record)
        return proof.finish()


class Drive:
    """A running council, its three clients, and its log."""

    def __init__(self, council: Council, publisher: Client, operator: Client, auditor: Client) -> None:
        self.council = council
        self.publisher = publisher
        self.operator = operator
        self.auditor = auditor
        self.log = Mirror(auditor)

    async def publish(self, kind: str, payload: Mapping[str, Any], identity: str) -> None:
        """The task stands on the log, as often as it takes until the server says so."""
        while True:
            try:
                await self.publisher.publish_task(kind, payload, identity)
            except Duplicate:
                return
            except LogError:
                await asyncio.sleep(AGAIN_S)
            else:
                return

    async def publish_all(self, kind: str, payloads: Mapping[str, Mapping[str, Any]]) -> None:
        """All tasks stand on the log, under these ids."""
        left = iter(payloads.items())

        async def lane() -> None:
            for identity, payload in left:
                await self.publish(kind, payload, identity)

        async with asyncio.TaskGroup() as group:
            for _ in range(LANES):
                group.create_task(lane())

    async def all_ended(self, tasks: Iterable[str], limit_s: float = LIMIT_S) -> None:
        """Each of the tasks has ended at least once."""
        wanted = set(tasks)

        def none_is_left() -> bool:
            return len(self.log.ends) >= len(wanted) and self.log.ends.keys() >= wanted

        try:
            await self.log.until(none_is_left, "all tasks have ended", limit_s)
        except AssertionError as error:
            left = sorted(wanted - self.log.ends.keys())
            raise AssertionError(f"{len(left)} tasks did not end, such as {left[:5]}: {error}") from None

    async def freeze(self, level: Level) -> int:
        """The level is frozen from the returned place on."""
        return await self._set(order.Freeze(levels=(level,), reason="the story"), level, Mode.FROZEN)

    async def thaw(self, level: Level, fence: int) -> int:
        """The freeze at this place is lifted, at the returned place; the ladder may have another mode than `full`."""
        return await self._set(order.Thaw(level=level, fence=fence, reason="the story"), level, Mode.FULL)

    async def _set(self, wish: order.Freeze | order.Thaw, level: Level, mode: Mode) -> int:
        first = await self._order(wish)
        found: list[int] = []

        def obeyed() -> bool:
            for record in self.log.found(control.Set, first):
                said = decode(control.Set, record.data)
                if said.level is level and (said.mode is Mode.FROZEN) is (mode is Mode.FROZEN):
                    found.append(record.seq)
            return bool(found)

        await self.log.until(obeyed, f"{level} {mode}")
        return found[0]

    async def _order(self, wish: order.Freeze | order.Thaw) -> int:
        while True:
            with contextlib.suppress(LogError):
                return (await self.operator.order(wish))[0]
            await asyncio.sleep(AGAIN_S)

    async def settled(self, fence: int) -> control.Settled:
        """The word that the freeze at this place is complete."""
        found: list[control.Settled] = []

        def said() -> bool:
            found[:] = [word for word in self.log.said(control.Settled, fence) if word.fence == fence]
            return bool(found)

        await self.log.until(said, f"the freeze at {fence} is complete")
        return found[0]

    def pid_of(self, zone: str) -> int | None:
        """The zone's process, if it runs."""
        assert self.council.supervisor is not None
        return next(cell.pid for cell in self.council.supervisor.cells if cell.zone.name == zone)

    async def kill_zone(self, zone: str) -> None:
        """The zone's process has died where it stood; one that is just being started is waited for."""
        await _kill(lambda: self.pid_of(zone))

    async def kill_server(self) -> None:
        """The server has died where it stood; one that is just being started is waited for."""
        server = self.council.server
        assert server is not None
        await _kill(lambda: server.pid)

    async def kill_along(self, dice: random.Random, zones: int, servers: int, length: int) -> list[str]:
        """So many zones and servers die, each when the log reaches a length up to `length` that the dice choose."""
        names = [zone.name for zone in self.council.roster.zones]
        victims = [*(dice.choice(names) for _ in range(zones)), *[""] * servers]
        moments = sorted(dice.sample(range(1, length), len(victims)))
        dice.shuffle(victims)
        for moment, victim in zip(moments, victims, strict=True):
            await self.log.until(lambda moment=moment: self.log.last >= moment, f"{moment} records")  # type: ignore[misc]
            await (self.kill_zone(victim) if victim else self.kill_server())
        return victims


async def _kill(process: Callable[[], int | None]) -> None:
    while (pid := process()) is None:  # noqa: ASYNC110
        await asyncio.sleep(AGAIN_S)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    while process() == pid:  # noqa: ASYNC110
        await asyncio.sleep(AGAIN_S / 10)


@contextlib.asynccontextmanager
async def driven(home: Path, roster: str, **settings: Any) -> AsyncIterator[Drive]:
    """The council for the length of a block; the log is followed to its end before the block is left."""
    given = Settings(data_dir=str(home), **settings)
    async with (
        running(given, roster) as council,
        await Client.connect(given, "publisher") as publisher,
        await Client.connect(given, "operator") as operator,
        await Client.connect(given, "auditor") as auditor,
    ):
        drive = Drive(council, publisher, operator, auditor)
        following = asyncio.create_task(drive.log.follow())
        try:
            yield drive
        finally:
            following.cancel()
            await asyncio.wait((following,))
            if not following.cancelled():
                following.result()
