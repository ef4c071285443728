"""Who runs which zone, agreed on between all supervisors of a council, on whatever hosts they are.

A zone that ran twice would fight for the same inputs: each of its processes takes deliveries that the other waits for.
So a supervisor claims its zones before it starts them. One that runs such a zone answers at once, and the claim is
refused with the place; of two who claim at the same moment, one gives way. A supervisor that was killed answers nobody,
so its zones are free at once. Where the network is parted nobody hears the other; what both say then is still fenced,
and both say so as soon as they hear each other.
"""

import asyncio
import os
import secrets
import socket
from typing import Final

import msgspec
import structlog

from bus.errors import LogError
from bus.log import Connection
from bus.names import Names
from runtime.errors import Taken

SPEAKER: Final = "supervisor"
"""Who tells of zones. *derived*: runtime.topology.SUPERVISOR"""
ANSWER_S: Final = 0.5
"""Wait for whoever runs a zone already to say so. *chosen*: some ways around the earth"""
BEAT_S: Final = 2.0
"""Each supervisor tells its zones this often. *chosen*: as actors do"""

log = structlog.get_logger()


class Tenancy(msgspec.Struct, frozen=True, kw_only=True):
    """One supervisor's word on the zones that it runs, or is about to."""

    id: str
    host: str
    pid: int
    zones: tuple[str, ...]
    holds: bool
    """False while the zones are claimed only."""

    def outranks(self, other: "Tenancy") -> bool:
        """It keeps zones that both want: it has them already, or else claims under the lower id."""
        return (not self.holds, self.id) < (not other.holds, other.id)

    def shared_with(self, other: "Tenancy") -> tuple[str, ...]:
        """Zones that both name."""
        return tuple(sorted(set(self.zones) & set(other.zones)))


class Tenant:
    """A supervisor's part in the agreement."""

    def __init__(self, connection: Connection, names: Names, zones: tuple[str, ...]) -> None:
        self._connection = connection
        self._subject = names.subject("telemetry", SPEAKER)
        self._own = Tenancy(
            id=secrets.token_hex(8), host=socket.gethostname(), pid=os.getpid(), zones=zones, holds=False
        )
        self._rivals: dict[str, Tenancy] = {}
        self._answers: set[asyncio.Task[None]] = set()

    async def claim(self, answer_s: float = ANSWER_S) -> None:
        """The zones are this supervisor's; raises Taken with who runs them."""
        await self._connection.observe(self._subject, self._hear)
        await self._tell()
        await asyncio.sleep(answer_s)
        for rival in self._rivals.values():
            zones = self._own.shared_with(rival)
            if zones and rival.outranks(self._own):
                raise Taken(
                    f"the zone {' and '.join(zones)} runs already, on {rival.host} (process {rival.pid}): "
                    "two of one zone would take each other's work. End that one first, or start other zones with --zone"
                )
        self._own = msgspec.structs.replace(self._own, holds=True)

    async def keep(self) -> None:
        """Whoever listens is told of the zones, for as long as this runs."""
        while True:
            try:
                await self._tell()
            except LogError as error:
                log.debug("zones can't be told of", error=str(error))
            await asyncio.sleep(BEAT_S)

    async def _tell(self) -> None:
        await self._connection.emit(self._subject, msgspec.json.encode(self._own))

    def _hear(self, _subject: str, data: bytes) -> None:
        try:
            other = msgspec.json.decode(data, type=Tenancy)
        except msgspec.DecodeError as error:
            log.warning("a word on zones can't be read", error=str(error))
            return
        zones = self._own.shared_with(other)
        if other.id == self._own.id or not zones:
            return
        # Two who only claim answer each other once; more answers would go back and forth without end.
        if not other.holds and (self._own.holds or other.id not in self._rivals):
            answer = asyncio.ensure_future(self._tell())
            self._answers.add(answer)
            answer.add_done_callback(self._answered)
        elif other.holds and self._own.holds and other.id not in self._rivals:
            log.critical("a zone runs twice; end one", zones=zones, host=other.host, pid=other.pid)
        self._rivals[other.id] = other

    def _answered(self, answer: "asyncio.Task[None]") -> None:
        self._answers.discard(answer)
        if not answer.cancelled() and answer.exception() is not None:
            log.warning("a claim could not be answered", error=str(answer.exception()))
