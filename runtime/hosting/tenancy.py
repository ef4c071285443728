"""Who runs which zone, agreed on between all supervisors of a council, on whatever hosts they are.

A zone of actors that ran twice would fight for the same inputs: each of its processes takes deliveries that the other
waits for. So a supervisor claims its zones before it starts them. One that runs such a zone answers at once, and the
claim is refused with the place; of two who claim at the same moment, one gives way. A supervisor that was killed
answers nobody, so its zones are free at once. Where the network is parted nobody hears the other; what both say then is
still fenced, and both say so as soon as they hear each other.

A zone of workers may run several times and shares the work. Its supervisors agree only on a slot for each, so that no
two read the log back through the same consumer, and on who is alone: only such a one may have all delivered anew.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable
from typing import Final

import msgspec
import structlog

from bus.errors import LogError
from bus.log import Connection
from bus.names import Names
from runtime.errors import Taken
from runtime.topology import INSTANCES

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
    shares: tuple[str, ...] = ()
    """Those of the zones that may run elsewhere too."""
    slot: int = 0
    """Its place among those that share zones; settled once it holds them."""

    def outranks(self, other: "Tenancy") -> bool:
        """It keeps zones that both want: it has them already, or else claims under the lower id."""
        return (not self.holds, self.id) < (not other.holds, other.id)

    def in_common(self, other: "Tenancy") -> tuple[str, ...]:
        """Zones that both name."""
        return tuple(sorted(set(self.zones) & set(other.zones)))

    def at_odds(self, other: "Tenancy") -> tuple[str, ...]:
        """Zones that both name and that can't be shared."""
        return tuple(zone for zone in self.in_common(other) if zone not in self.shares or zone not in other.shares)


class Tenant:
    """A supervisor's part in the agreement."""

    def __init__(
        self, connection: Connection, names: Names, zones: tuple[str, ...], shares: tuple[str, ...] = ()
    ) -> None:
        self._connection = connection
        self._subject = names.subject("telemetry", SPEAKER)
        self._own = Tenancy(
            id=secrets.token_hex(8),
            host=socket.gethostname(),
            pid=os.getpid(),
            zones=zones,
            holds=False,
            shares=tuple(zone for zone in shares if zone in zones),
        )
        self._rivals: dict[str, Tenancy] = {}
        self._answers: set[asyncio.Task[None]] = set()
        self.on_company: Callable[[], None] = lambda: None
        """Called when another is heard of that shares a zone."""

    @property
    def id(self) -> str:
        """Tells this supervisor from all others."""
        return self._own.id

    @property
    def slot(self) -> int:
        """Its place among those that share zones."""
        return self._own.slot

    @property
    def alone(self) -> bool:
        """Nobody has been heard of who shares a zone with it."""
        return not self._rivals

    async def claim(self, answer_s: float = ANSWER_S) -> None:
        """The zones are this supervisor's; raises Taken with who runs them."""
        await self._connection.observe(self._subject, self._hear)
        await self._tell()
        await asyncio.sleep(answer_s)
        for rival in self._rivals.values():
            zones = self._own.at_odds(rival)
            if zones and rival.outranks(self._own):
                raise Taken(
                    f"the zone {' and '.join(zones)} runs already, on {rival.host} (process {rival.pid}): "
                    "two of one zone would take each other's work. End that one first, or start other zones with --zone"
                )
        self._own = msgspec.structs.replace(self._own, slot=self._free_slot(), holds=True)
        await self._tell()

    def _free_slot(self) -> int:
        """The first that nobody has, behind those who claim at the same moment and come first."""
        taken = {rival.slot for rival in self._rivals.values() if rival.holds}
        before = sum(not rival.holds and rival.outranks(self._own) for rival in self._rivals.values())
        free = [slot for slot in range(INSTANCES) if slot not in taken]
        if self._own.shares and before >= len(free):
            zones = " and ".join(self._own.shares)
            raise Taken(f"the zone {zones} runs {INSTANCES} times already, and more can't share the work")
        return free[before] if self._own.shares else 0

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
        zones = self._own.in_common(other)
        if other.id == self._own.id or not zones:
            return
        # Two who only claim answer each other once; more answers would go back and forth without end.
        if not other.holds and (self._own.holds or other.id not in self._rivals):
            answer = asyncio.ensure_future(self._tell())
            self._answers.add(answer)
            answer.add_done_callback(self._answered)
        elif other.holds and self._own.holds and other.id not in self._rivals:
            self._meet(other)
        self._rivals[other.id] = other
        self.on_company()

    def _meet(self, other: Tenancy) -> None:
        """It runs the same zones, and neither knew of the other when it began."""
        zones = self._own.at_odds(other)
        if zones:
            log.critical("a zone runs twice; end one", zones=zones, host=other.host, pid=other.pid)
        elif other.slot == self._own.slot:
            log.critical("two that share a zone have the same slot; end one", host=other.host, pid=other.pid)

    def _answered(self, answer: "asyncio.Task[None]") -> None:
        self._answers.discard(answer)
        if not answer.cancelled() and answer.exception() is not None:
            log.warning("a claim could not be answered", error=str(answer.exception()))
