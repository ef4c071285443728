"""One direction of a connection: what is sent arrives in order, each thing after a delay, unless the link is cut."""

import asyncio
import itertools
import random
from collections import deque
from collections.abc import Callable
from typing import Final

from bus.simulation.faults import Faults

APART_S: Final = 1e-7
"""Between two arrivals on one way, so that timers of the same moment can't change places. *chosen*"""


class Way:
    """First in, first out, as a stream of bytes is."""

    def __init__(self, dice: random.Random, faults: Faults) -> None:
        self._dice = dice
        self._faults = faults
        self._last_at = 0.0
        self._numbers = itertools.count()
        self._flying: dict[int, tuple[Callable[[], None], bool]] = {}
        self._held: deque[Callable[[], None]] | None = None

    def send(self, arrive: Callable[[], None], *, survives_cut: bool = False) -> None:
        """`arrive` is called after the delay and after all that was sent before, unless the link is cut meanwhile."""
        loop = asyncio.get_running_loop()
        self._last_at = max(loop.time() + self._delay_s(), self._last_at + APART_S)
        loop.call_at(self._last_at, self._arrive, self._board(arrive, survives_cut))

    def send_late(self, arrive: Callable[[], None]) -> None:
        """As `send`, and overtaken by others for up to the time of a late delivery."""
        late_s = self._dice.uniform(0, self._faults.late_s)
        asyncio.get_running_loop().call_later(late_s, self._arrive, self._board(arrive, False))

    def cut(self) -> None:
        """What is on its way is lost, except for what the other end had all but received."""
        loop = asyncio.get_running_loop()
        flying, self._flying = self._flying, {}
        for number, (arrive, survives) in flying.items():
            if not survives or self._dice.random() >= self._faults.survives_cut:
                continue
            if self._dice.random() < self._faults.straggles:
                self._flying[number] = (arrive, survives)
            else:
                loop.call_later(self._faults.travel_s[0], arrive)
        if self._held is not None:
            self._held.clear()

    def hold(self) -> None:
        """What arrives waits at the end of the way until it is let in."""
        if self._held is None:
            self._held = deque()

    def let_in(self) -> None:
        """What has waited arrives, in order."""
        held, self._held = self._held or deque(), None
        for arrive in held:
            arrive()

    def _board(self, arrive: Callable[[], None], survives_cut: bool) -> int:
        number = next(self._numbers)
        self._flying[number] = (arrive, survives_cut)
        return number

    def _delay_s(self) -> float:
        faults = self._faults
        if faults.slow and self._dice.random() < faults.slow:
            return self._dice.uniform(faults.travel_s[0], faults.slow_s)
        return self._dice.uniform(*faults.travel_s)

    def _arrive(self, number: int) -> None:
        flown = self._flying.pop(number, None)
        if flown is None:
            return
        if self._held is not None:
            self._held.append(flown[0])
        else:
            flown[0]()
