"""One instance's deliveries in the simulation, from an inbox that it shares with others of its identity."""

from collections.abc import Awaitable, Callable

from bus.log import Record
from bus.simulation.inbox import Deliveries, Tell


class SimulatedSharedInbox(Deliveries):
    """Holds what came and was not taken; asks for no more than there are places for."""

    def __init__(
        self,
        reset: Callable[[int], Awaitable[int]],
        tell: Tell,
        join: Callable[[], Awaitable[int]],
        ask: Callable[[int], None],
        life: Callable[[], int],
    ) -> None:
        super().__init__(tell)
        self._reset = reset
        self._join = join
        self._ask = ask
        self._life = life
        self._joined_life = 0
        self.lapsed = False
        """The server has been started anew since the last time."""
        self._joined = False

    async def reset(self) -> int:
        """Delivery begins again for all instances after the last record that is acknowledged without a gap."""
        floor = await self._reset(0)
        self._joined_life = self._life()
        self._joined = True
        return floor

    async def join(self) -> int:
        """Delivery goes on; returns the last record that is acknowledged without a gap."""
        floor = await self._join()
        before, self._joined_life = self._joined_life, self._life()
        self.lapsed = before not in (0, self._joined_life)
        self._joined = True
        return floor

    def take(self, most: int) -> list[Record]:
        """Up to `most` records that have come; as many as are missing are asked for."""
        got = self._taken(most)
        if most > len(got) and self._joined:
            self._ask(most - len(got))
        return got

    def arrive(self, record: Record, _generation: int, _number: int) -> None:
        """The record has come."""
        self._store(record)

    def linked(self, _up: bool) -> None:
        """Nothing is asked for before the log has been read again; what came before may be another's by now."""
        self._joined = False
        self._queue.clear()

    def told(self, _generation: int, _number: int) -> None:
        """How many deliveries there were says nothing of one's own."""
