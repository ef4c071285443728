"""One identity's deliveries in the simulation, as they have arrived."""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

from bus.errors import Unreachable
from bus.log import Record


class Tell(Protocol):
    """Takes what is said to the server about the delivery of a token."""

    def __call__(self, token: str, *, more_time: bool) -> None:
        """The word is on its way; raises Unreachable when the link is known to be lost."""


class Deliveries:
    """Records that have come and were not taken, and the acknowledgements of those that were."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._queue: deque[Record] = deque()
        self._hear: Callable[[], None] = lambda: None

    def on_filled(self, hear: Callable[[], None]) -> None:
        """`hear` is called whenever records have come."""
        self._hear = hear

    async def acknowledge(self, record: Record) -> None:
        """The acknowledgement is on its way."""
        self._tell(record.token, more_time=False)

    async def extend(self, record: Record) -> None:
        """The plea for more time is on its way."""
        self._tell(record.token, more_time=True)

    def _taken(self, most: int) -> list[Record]:
        return [self._queue.popleft() for _ in range(min(most, len(self._queue)))]

    def _store(self, record: Record) -> None:
        self._queue.append(record)
        self._hear()


class SimulatedInbox(Deliveries):
    """Holds what came since the last reset."""

    def __init__(self, reset: Callable[[int], Awaitable[int]], tell: Tell) -> None:
        super().__init__(tell)
        self._reset = reset
        self._generation = 0
        self._number = 0
        self._lost = False

    @property
    def lapsed(self) -> bool:
        """Nobody else takes from this inbox."""
        return False

    async def join(self) -> int:
        """Nobody else takes from this inbox: as `reset`."""
        return await self.reset()

    async def reset(self) -> int:
        """Delivery begins again after the last record that is acknowledged without a gap; returns its sequence."""
        self._generation += 1
        self._queue.clear()
        self._number, self._lost = 0, False
        return await self._reset(self._generation)

    def take(self, most: int) -> list[Record]:
        """Up to `most` records that have come; raises Unreachable when one before them was lost on its way."""
        if self._lost:
            raise Unreachable("a delivery was lost on its way")
        return self._taken(most)

    def arrive(self, record: Record, generation: int, number: int) -> None:
        """The record has come, unless it belongs to deliveries that were given up."""
        if generation == self._generation:
            self._lost = self._lost or number > self._number + 1
            self._number = max(self._number, number)
            self._store(record)

    def told(self, generation: int, number: int) -> None:
        """There were so many deliveries up to now."""
        if generation == self._generation and number > self._number:
            self._lost = True
            self._hear()
