"""The accidents of a universe: each kind comes at random times, drawn from the seed, and passes."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping

from bus.simulation.faults import Faults
from bus.simulation.log import SimulatedLog
from runtime.testing.seat import Seat


class Troubles:
    """Cuts links, pauses and kills members, restarts the server, until stopped."""

    def __init__(self, log: SimulatedLog, seats: Mapping[str, Seat], dice: random.Random, faults: Faults) -> None:
        self._log = log
        self._seats = seats
        self._dice = dice
        self._faults = faults
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Accidents may happen from here on."""
        faults = self._faults
        for every_s, accident in (
            (faults.partition_every_s, self._partition),
            (faults.pause_every_s, self._pause),
            (faults.crash_every_s, self._crash),
            (faults.restart_every_s, self._restart),
        ):
            if every_s:
                self._tasks.append(asyncio.get_running_loop().create_task(self._repeat(every_s, accident)))

    async def stop(self) -> None:
        """No accident begins any more; one that was under way is left where it stood."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _repeat(self, every_s: float, accident: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(self._dice.expovariate(1 / every_s))
            await accident()

    async def _partition(self) -> None:
        seat = self._any_seat()
        self._log.partition(seat.name)
        await self._a_while()
        self._log.heal(seat.name)

    async def _pause(self) -> None:
        seat = self._any_seat()
        seat.pause()
        await self._a_while()
        seat.go_on()

    async def _crash(self) -> None:
        await self._any_seat().crash(snapshot_lost=self._dice.random() < 0.5)

    async def _restart(self) -> None:
        self._log.stop()
        await self._a_while()
        self._log.start()

    def _any_seat(self) -> Seat:
        return self._dice.choice(list(self._seats.values()))

    async def _a_while(self) -> None:
        await asyncio.sleep(self._dice.uniform(*self._faults.away_s))
