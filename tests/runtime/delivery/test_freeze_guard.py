"""Gates side by side in one process: one of them listens and reads for all, and nobody depends on it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import msgspec

from bus.log import Draft, Grant, Record
from bus.names import Names
from bus.simulation.connection import SimulatedConnection
from bus.simulation.faults import CALM, Faults
from bus.simulation.log import SimulatedLog
from bus.simulation.virtual_time import run
from messages.base import encode
from messages.kernel.control import Level, Mode, Set
from runtime.delivery.freeze_guard import LEASE_S, REREAD_S, Gate, set_side_by_side

NAMES = Names()
ACTORS: Final = 5
CONTROL, ALARM = NAMES.control(Level.FOUNDATION), NAMES.alarm(Level.FOUNDATION)
GRANTS = (
    *(Grant(name=f"actor{n}", watches=(CONTROL,), reads=(CONTROL,), observes=(ALARM,)) for n in range(ACTORS)),
    Grant(name="veto", says=(CONTROL,), emits=(ALARM,)),
)


class Row:
    """The gates of the actors of one process, and how often each has read the log."""

    def __init__(self, faults: Faults = CALM) -> None:
        log = SimulatedLog(0, NAMES, GRANTS, faults)
        self._veto = log.connect("veto")
        self.reads = [0] * ACTORS
        self.connections: list[SimulatedConnection] = []
        self.gates = [self._gate(log, number) for number in range(ACTORS)]
        set_side_by_side(self.gates)

    def _gate(self, log: SimulatedLog, number: int) -> Gate:
        connection = log.connect(f"actor{number}")
        self.connections.append(connection)
        asked = connection.control

        async def control(level: str) -> Record | None:
            self.reads[number] += 1
            return await asked(level)

        connection.control = control  # type: ignore[method-assign]
        return Gate(connection, Level.FOUNDATION, NAMES, lambda: None)

    async def alarm(self) -> None:
        """A freeze is announced."""
        await self._veto.emit(ALARM, b"")

    async def set(self, mode: Mode) -> None:
        """The mode stands on the log."""
        data = encode(Set(level=Level.FOUNDATION, mode=mode, epoch=1, reason="a test"))
        await self._veto.commit([Draft(CONTROL, data, f"set-{mode}", {})], None)

    @property
    def open(self) -> list[bool]:
        """Which gates are open."""
        return [gate.open for gate in self.gates]


def told(story: Callable[[Row], Coroutine[Any, Any, None]], faults: Faults = CALM) -> None:
    """The story of a row whose gates are all open at its beginning."""

    async def whole() -> None:
        row = Row(faults)
        for gate in row.gates:
            await gate.start()
        assert all(row.open)
        try:
            await story(row)
        finally:
            for gate in row.gates:
                await gate.close()

    run(whole())


def test_an_alarm_that_one_hears_shuts_all_and_lapses_for_all() -> None:
    async def story(row: Row) -> None:
        await row.alarm()
        await asyncio.sleep(LEASE_S / 2)
        assert not any(row.open)
        await asyncio.sleep(LEASE_S + REREAD_S)
        assert all(row.open)

    told(story)


def test_a_freeze_is_heard_by_two_and_known_to_all_before_any_reads_again() -> None:
    async def story(row: Row) -> None:
        read = list(row.reads)
        await row.set(Mode.FROZEN)
        await asyncio.sleep(REREAD_S / 10)
        assert all(gate.frozen for gate in row.gates)
        assert row.reads == read
        assert [gate.listens for gate in row.gates] == [True, True, False, False, False]

    told(story)


def test_when_the_link_of_one_that_listens_is_lost_the_other_hears_for_all() -> None:
    async def story(row: Row) -> None:
        await row.gates[0].close()
        row.connections[0].kill()
        await row.alarm()
        await asyncio.sleep(REREAD_S / 10)
        assert not any(row.open)
        await row.set(Mode.FROZEN)
        await asyncio.sleep(REREAD_S / 10)
        assert all(gate.frozen for gate in row.gates)

    told(story)


def test_control_is_read_again_once_for_all_of_them() -> None:
    async def story(row: Row) -> None:
        await asyncio.sleep(10 * REREAD_S)
        assert all(row.open)
        assert row.reads[0] >= 10
        assert row.reads[1:] == [1] * (ACTORS - 1)

    told(story)


def test_a_freeze_whose_every_broadcast_is_lost_is_read_by_one_and_known_to_all() -> None:
    async def story(row: Row) -> None:
        await row.set(Mode.FROZEN)
        await asyncio.sleep(2 * REREAD_S)
        assert all(gate.frozen for gate in row.gates)

    told(story, msgspec.structs.replace(CALM, lost_broadcast=1.0))


def test_when_the_one_that_reads_for_all_fails_the_others_read_for_themselves() -> None:
    async def story(row: Row) -> None:
        await row.gates[0].close()
        await asyncio.sleep(3 * LEASE_S)
        assert all(row.open[1:])
        await row.set(Mode.FROZEN)
        await asyncio.sleep(LEASE_S)
        assert all(gate.frozen for gate in row.gates)

    told(story, msgspec.structs.replace(CALM, lost_broadcast=1.0))
